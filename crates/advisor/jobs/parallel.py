"""Finds the longest Collatz chain with all cores already: a pool in chunks of a good size."""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

from job import CORES, main, parts

TASKS = 32


def longest(numbers):
    best = (0, 0)
    for n in numbers:
        length, k = 0, n
        while k > 1:
            k = k // 2 if k % 2 == 0 else 3 * k + 1
            length += 1
        best = max(best, (length, n))
    return best


def one(size):
    return max(map(longest, parts(size, TASKS)))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return max(pool.map(longest, parts(size, TASKS)))


def processes(size):
    with Pool(CORES) as pool:
        return max(pool.imap_unordered(longest, parts(size, TASKS)))


if __name__ == "__main__":
    main(800_000, one, threads, processes)
