"""Multiplies matrices in pure Python, into one list that all threads share. Processes send their rows back."""

import os
import sys
import threading
from multiprocessing import Pool

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main  # noqa: E402


def matrices(size):
    left = [[(row * 3 + column) % 11 for column in range(size)] for row in range(size)]
    columns = [[(row + column * 5) % 13 for row in range(size)] for column in range(size)]
    return left, columns


def product(row, columns):
    return [sum(a * b for a, b in zip(row, column)) for column in columns]


def trace(result):
    return sum(row[n] for n, row in enumerate(result))


def one(size):
    left, columns = matrices(size)
    return trace([product(row, columns) for row in left])


def threads(size):
    left, columns = matrices(size)
    result = [None] * size

    def fill(first):
        for n in range(first, size, CORES):
            result[n] = product(left[n], columns)

    hands = [threading.Thread(target=fill, args=(first,)) for first in range(CORES)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return trace(result)


def rows(task):
    return [product(row, task[1]) for row in task[0]]


def processes(size):
    left, columns = matrices(size)
    with Pool(CORES) as pool:
        tasks = [(left[begin:begin + 20], columns) for begin in range(0, size, 20)]
        return trace([row for part in pool.imap(rows, tasks) for row in part])


if __name__ == "__main__":
    main(430, one, threads, processes)
