"""Sorts in pieces and merges them. Processes have to send all that they sorted back."""

import heapq
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main, parts  # noqa: E402

PIECES = 8


def sorted_piece(numbers):
    return sorted((n * 2654435761 % 4294967291, str(n)) for n in numbers)


def merged(pieces):
    """Every thousandth number and its name, so that the order counts."""
    return hash(tuple(number for place, (number, _) in enumerate(heapq.merge(*pieces)) if place % 1000 == 0))


def one(size):
    return merged(map(sorted_piece, parts(size, PIECES)))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return merged(pool.map(sorted_piece, parts(size, PIECES)))


def processes(size):
    with Pool(CORES) as pool:
        return merged(pool.imap(sorted_piece, parts(size, PIECES)))


if __name__ == "__main__":
    main(1_500_000, one, threads, processes)
