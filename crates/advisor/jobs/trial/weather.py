"""A forecast in many steps, each of which needs the whole of the one before."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main, parts  # noqa: E402

PLACES = 400


def part_of_a_step(state, places):
    return [(state[n - 1] * 3 + state[n] * 5 + state[(n + 1) % PLACES] * 7 + n) % 10007 for n in places]


def forecast(steps, in_parts):
    state = list(range(PLACES))
    for _ in range(steps):
        state = sum(in_parts([(state, places) for places in parts(PLACES, CORES)]), [])
    return sum(state)


def one(size):
    return forecast(size, lambda tasks: [part_of_a_step(*task) for task in tasks])


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return forecast(size, lambda tasks: pool.map(part_of_a_step, *zip(*tasks)))


def processes(size):
    with Pool(CORES) as pool:
        return forecast(size, lambda tasks: pool.starmap(part_of_a_step, tasks, 1))


if __name__ == "__main__":
    main(80_000, one, threads, processes)
