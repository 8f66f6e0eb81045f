"""Hands a pool very many very small tasks."""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

from job import CORES, main


def task(n):
    return sum(k * k for k in range(n % 400)) % 1000


def one(size):
    return sum(map(task, range(size)))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return sum(pool.map(task, range(size)))


def processes(size):
    with Pool(CORES) as pool:
        return sum(pool.imap(task, range(size)))


def chunks(size):
    with Pool(CORES) as pool:
        return sum(pool.imap(task, range(size), chunksize=500))


if __name__ == "__main__":
    main(150_000, one, threads, processes, chunks)
