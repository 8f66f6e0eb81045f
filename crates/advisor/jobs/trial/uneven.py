"""Renders a few scenes, one of which takes four fifths of the time."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main  # noqa: E402

SCENES = 8


def scenes(size):
    """The sizes of all scenes: the others are equal."""
    return [size * 4 // 5] + [size // 5 // (SCENES - 1)] * (SCENES - 1)


def render(points):
    inside = 0
    for n in range(points):
        c = complex(n % 300 / 100 - 2, n // 300 % 200 / 100 - 1)
        z = 0j
        for _ in range(40):
            z = z * z + c
            if abs(z) > 2:
                break
        else:
            inside += 1
    return inside


def one(size):
    return sum(map(render, scenes(size)))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return sum(pool.map(render, scenes(size)))


def processes(size):
    with Pool(CORES) as pool:
        return sum(pool.imap_unordered(render, scenes(size)))


if __name__ == "__main__":
    main(1_100_000, one, threads, processes)
