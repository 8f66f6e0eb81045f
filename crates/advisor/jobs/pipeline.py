"""Reads a chained record, each of which needs the one before, and checks it: one producer, and consumers who wait for it."""

import hashlib
import multiprocessing
import queue
import threading

from job import CORES, main

BATCH = 50


def batches(size):
    record, batch = 1, []
    for n in range(size):
        for _ in range(100):
            record = (record * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        batch.append(record)
        if len(batch) == BATCH or n + 1 == size:
            yield batch
            batch = []


def check(batch):
    return sum(hashlib.sha256(b"%d" % record * 40).digest()[0] for record in batch)


def consume(waiting, checked):
    checked.put(sum(map(check, iter(waiting.get, None))))


def one(size):
    return sum(map(check, batches(size)))


def with_consumers(size, start, waiting, checked):
    consumers = [start(target=consume, args=(waiting, checked)) for _ in range(CORES)]
    for consumer in consumers:
        consumer.start()
    for batch in batches(size):
        waiting.put(batch)
    for _ in consumers:
        waiting.put(None)
    total = sum(checked.get() for _ in consumers)
    for consumer in consumers:
        consumer.join()
    return total


def threads(size):
    return with_consumers(size, threading.Thread, queue.Queue(), queue.Queue())


def processes(size):
    return with_consumers(size, multiprocessing.Process, multiprocessing.Queue(), multiprocessing.Queue())


if __name__ == "__main__":
    main(220_000, one, threads, processes)
