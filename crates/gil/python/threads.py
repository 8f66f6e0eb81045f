"""Counts down in one thread, twice one after the other, and in two threads; calls native code in two threads that holds the
lock, and that lets it go; prints the median times in nanoseconds as JSON."""

import hashlib
import json
import statistics
import threading
import time

TURNS = 1_000_000
ROUNDS = 5
DATA = b"x" * 20_000_000
NUMBERS = 20_000_000


# ANCHOR: countdown
def countdown(n):
    while n > 0:
        n -= 1
# ANCHOR_END: countdown


# ANCHOR: native
def hold():
    sum(range(NUMBERS))


def let_go():
    hashlib.sha256(DATA).digest()
# ANCHOR_END: native


def two_threads(work, *arguments):
    threads = [threading.Thread(target=work, args=arguments) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def twice(work, *arguments):
    work(*arguments)
    work(*arguments)


def median(work, *arguments):
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter_ns()
        work(*arguments)
        times.append(time.perf_counter_ns() - begin)
    return statistics.median(times)


def main():
    times = [
        ("a turn", median(countdown, TURNS) / TURNS),
        ("one after the other", median(twice, countdown, TURNS)),
        ("two threads", median(two_threads, countdown, TURNS)),
        ("native, holds, one after the other", median(twice, hold)),
        ("native, holds, two threads", median(two_threads, hold)),
        ("native, lets go, one after the other", median(twice, let_go)),
        ("native, lets go, two threads", median(two_threads, let_go)),
    ]
    print(json.dumps(times))


if __name__ == "__main__":
    main()
