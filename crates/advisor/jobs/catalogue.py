"""Starts a process for each question to a large catalogue, as a server does that forks for every request."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor

from job import CORES, main

# For each question that is asked.
ENTRIES = 20_000
CATALOGUE = {}


def load(size):
    CATALOGUE.update((n, "entry {}".format(n)) for n in range(size * ENTRIES))


def ask(n):
    return sum(len(CATALOGUE[n * k % len(CATALOGUE)]) for k in range(240_000))


def tell(answers, n):
    answers.put(ask(n))


def one(size):
    load(size)
    return sum(map(ask, range(size)))


def threads(size):
    load(size)
    with ThreadPoolExecutor(CORES) as pool:
        return sum(pool.map(ask, range(size)))


def processes(size):
    load(size)
    fork = multiprocessing.get_context("fork")
    answers, total, running = fork.SimpleQueue(), 0, []
    for n in range(size):
        if len(running) == CORES:
            total += answers.get()
            running.pop(0).join()
        running.append(fork.Process(target=tell, args=(answers, n)))
        running[-1].start()
    total += sum(answers.get() for _ in running)
    for process in running:
        process.join()
    return total


def chunks(size):
    load(size)
    with multiprocessing.get_context("fork").Pool(CORES) as pool:
        return sum(pool.map(ask, range(size)))


if __name__ == "__main__":
    main(60, one, threads, processes, chunks)
