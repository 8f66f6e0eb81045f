"""Counts down in one thread, twice one after the other, in two threads and in two processes; calls native code in two
threads that holds the lock, and that lets it go; prints the median times in nanoseconds as JSON. What other Pythons are
installed count down, too: one without the GIL, and one with the old GIL. So this file is written for Python 2 as well."""

from __future__ import print_function

import hashlib
import json
import multiprocessing
import subprocess
import sys
import threading
import time

QUICK = "--quick" in sys.argv
TURNS = 2500000 if QUICK else 10000000
ROUNDS = 3 if QUICK else 5
LENGTH = 20000000
DATA = b"x" * LENGTH
NUMBERS = 5000000

# What they are called, and how to start them.
OTHERS = [("without the GIL", "python3.13t"), ("without the GIL", "python3.14t"), ("2", "python2")]


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
    clock = getattr(time, "perf_counter", time.time)
    times = []
    for _ in range(ROUNDS):
        begin = clock()
        work(*arguments)
        times.append((clock() - begin) * 1e9)
    return sorted(times)[ROUNDS // 2]


def warm_up():
    """Newer Pythons specialize what has run some times."""
    for _ in range(100):
        countdown(100)


def count_down():
    warm_up()
    return [
        ("a turn", median(countdown, TURNS) / TURNS),
        ("one after the other", median(twice, countdown, TURNS)),
        ("two threads", median(two_threads, countdown, TURNS)),
    ]


def others():
    """What the other Pythons that are installed measure."""
    for name, command in OTHERS:
        try:
            said = subprocess.check_output([command, __file__, "--count-down"] + sys.argv[1:], stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            continue
        for what, nanoseconds in json.loads(said):
            yield (name + ", " + what, nanoseconds)


def main():
    if "--count-down" in sys.argv:
        print(json.dumps(count_down()))
        return
    # One at a time to each: two processes, two countdowns.
    with multiprocessing.Pool(2, warm_up) as pool:
        # Until the system has moved one of the two to the other core, they share one.
        for _ in range(3):
            pool.map(countdown, [TURNS] * 2, 1)
        two_processes = median(pool.map, countdown, [TURNS] * 2, 1)
    times = count_down() + [
        ("two processes", two_processes),
        ("native, holds, one after the other", median(twice, hold)),
        ("native, holds, two threads", median(two_threads, hold)),
        ("native, lets go, one after the other", median(twice, let_go)),
        ("native, lets go, two threads", median(two_threads, let_go)),
    ]
    print(json.dumps(times + list(others())))


if __name__ == "__main__":
    main()
