"""Thumbnails in Python's own bytecode: one after the other, in threads, in processes that are told a name or are sent
the pixels. Measures its constants first, and prints for each way how long it should take and how long it takes, in
nanoseconds, as JSON."""

import json
import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor

HANDS = 2
SIDE = 128
BOX = 8
PICTURES = 40
MANY = 16
PATTERN = bytes(n * n // 7 % 256 for n in range(SIDE * SIDE + 1000))


def read(n):
    return PATTERN[n:n + SIDE * SIDE]


def shrink(pixels):
    small = bytearray()
    for top in range(0, SIDE * SIDE, SIDE * BOX):
        for left in range(top, top + SIDE, BOX):
            rows = range(left, left + SIDE * BOX, SIDE)
            small.append(sum(sum(pixels[row:row + BOX]) for row in rows) // (BOX * BOX))
    return bytes(small)


def thumbnail(n):
    return shrink(read(n))


def take(_):
    return None


def nanoseconds(work):
    begin = time.perf_counter_ns()
    result = work()
    return time.perf_counter_ns() - begin, result


# ANCHOR: predict
def predict(cores, thumbnail, send=0):
    return PICTURES * (thumbnail / cores + send)
# ANCHOR_END: predict


def main():
    with multiprocessing.Pool(HANDS) as pool, ThreadPoolExecutor(HANDS) as threads:
        # Whoever is there first has to import, and all have to be awake.
        pool.map(thumbnail, range(MANY), chunksize=1)
        each = sorted(nanoseconds(lambda: thumbnail(n))[0] for n in range(7))[3]

        def send(things):
            return nanoseconds(lambda: pool.map(take, things, chunksize=1))[0] / MANY

        name = send(list(range(MANY)))
        pixels = send([read(n) for n in range(MANY)])
        numbers = range(PICTURES)
        ways = [
            ("one after the other", predict(1, each), lambda: list(map(thumbnail, numbers))),
            # They share a lock: it is as if there were one core.
            ("two threads", predict(1, each), lambda: list(threads.map(thumbnail, numbers))),
            ("two processes, sent names", predict(HANDS, each, name),
             lambda: pool.map(thumbnail, numbers, chunksize=1)),
            ("two processes, sent pixels", predict(HANDS, each, pixels),
             lambda: pool.map(shrink, map(read, numbers), chunksize=1)),
        ]
        expected, report = list(map(thumbnail, numbers)), []
        for way, predicted, work in ways:
            measured, result = nanoseconds(work)
            assert result == expected, way
            report.append(["thumbnails/predicted/" + way, "ns", predicted])
            report.append(["thumbnails/measured/" + way, "ns", measured])
    print(json.dumps(report))


if __name__ == "__main__":
    main()
