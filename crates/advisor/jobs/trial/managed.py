"""Counts in processes that share a dict through a manager. In chunks, each counts for itself and sends that once."""

import os
import sys
import threading
from collections import Counter
from multiprocessing import Manager, Pool, Process

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main, parts  # noqa: E402


def kinds(numbers):
    for n in numbers:
        yield sum(int(digit) for digit in str(n * n * n + 7)) % 9


def count_into(counted, lock, numbers):
    for kind in kinds(numbers):
        with lock:
            counted[kind] = counted.get(kind, 0) + 1


def count(numbers):
    return Counter(kinds(numbers))


def one(size):
    return sorted(count(range(size)).items())


def threads(size):
    counted, lock = {}, threading.Lock()
    hands = [threading.Thread(target=count_into, args=(counted, lock, part)) for part in parts(size, CORES)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return sorted(counted.items())


def processes(size):
    with Manager() as manager:
        counted, lock = manager.dict(), manager.Lock()
        hands = [Process(target=count_into, args=(counted, lock, part)) for part in parts(size, CORES)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        return sorted(counted.items())


def chunks(size):
    with Pool(CORES) as pool:
        return sorted(sum(pool.map(count, parts(size, 8)), Counter()).items())


if __name__ == "__main__":
    main(24_000, one, threads, processes, chunks)
