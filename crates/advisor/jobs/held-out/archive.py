"""Compresses chunks of text with zlib."""

import os
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main  # noqa: E402

TEXT = " ".join("word{}".format(n * n % 7919) for n in range(100_000)).encode()


def compressed(n):
    return len(zlib.compress(TEXT[n:], 6))


def one(size):
    return sum(map(compressed, range(size)))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return sum(pool.map(compressed, range(size)))


def processes(size):
    with Pool(CORES) as pool:
        return sum(pool.imap_unordered(compressed, range(size)))


if __name__ == "__main__":
    main(100, one, threads, processes)
