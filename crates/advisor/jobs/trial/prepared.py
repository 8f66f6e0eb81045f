"""Reads a large table for most of the time, and then answers a few questions with it."""

import multiprocessing
import os
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main  # noqa: E402

QUESTIONS = 16
TABLE = {}


def load(size):
    lines = ("{};{};{}".format(n, n * 31 % 997, n * 17 % 101) for n in range(size))
    TABLE.update((int(key), (int(price), int(amount))) for key, price, amount in (line.split(";") for line in lines))


def answer(n):
    return sum(price * amount for key, (price, amount) in TABLE.items() if (key + n) % 5 == 0)


def one(size):
    load(size)
    return sum(map(answer, range(QUESTIONS)))


def threads(size):
    load(size)
    with ThreadPoolExecutor(CORES) as pool:
        return sum(pool.map(answer, range(QUESTIONS)))


def processes(size):
    load(size)
    with multiprocessing.get_context("fork").Pool(CORES) as pool:
        return sum(pool.imap_unordered(answer, range(QUESTIONS)))


if __name__ == "__main__":
    main(1_800_000, one, threads, processes)
