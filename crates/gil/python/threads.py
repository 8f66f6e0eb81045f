"""Counts down in one thread, twice one after the other, in two threads and in two processes; calls native code in two
threads that holds the lock, and that lets it go; prints the median times in nanoseconds as JSON. With `--briefly` it only
counts down, in threads, and once."""

import hashlib
import json
import multiprocessing
import sys
import threading
import time

QUICK = "--quick" in sys.argv
BRIEFLY = "--briefly" in sys.argv
TURNS = 2500000 if QUICK else 10000000
ROUNDS = 1 if BRIEFLY else 3
LENGTH = 20000000
# So many that a call takes long beside what it takes to start a thread, and to move it to the other core.
TIMES = 3 if QUICK else 10
DATA = b"x" * LENGTH
NUMBERS = 5000000


# ANCHOR: countdown
def countdown(n):
    while n > 0:
        n -= 1
# ANCHOR_END: countdown


# ANCHOR: native
def hold():
    sum(range(NUMBERS))


def let_go():
    digest = hashlib.sha256()
    for _ in range(TIMES):
        digest.update(DATA)
    digest.digest()
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


def medians(*works):
    """Each is a function and its arguments. They take turns: whoever else wants the machine slows down all of them."""
    clock = time.perf_counter
    times = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, times):
            begin = clock()
            work[0](*work[1:])
            taken.append((clock() - begin) * 1e9)
    return [sorted(taken)[ROUNDS // 2] for taken in times]


def processor_time(work, *arguments):
    """How long two threads take, and for how long of it they keep a core busy, or two."""
    begin, busy = time.perf_counter(), time.process_time()
    two_threads(work, *arguments)
    return (time.perf_counter() - begin) * 1e9, (time.process_time() - busy) * 1e9


def warm_up():
    """Newer Pythons specialize what has run some times."""
    for _ in range(100):
        countdown(100)


def count_down():
    warm_up()
    one, after, two = medians((countdown, TURNS), (twice, countdown, TURNS), (two_threads, countdown, TURNS))
    return [("a turn", one / TURNS), ("one after the other", after), ("two threads", two)]


def report(times):
    print(json.dumps([(name, "ns", nanoseconds) for name, nanoseconds in times]))


def main():
    if BRIEFLY:
        report(count_down())
        return
    # One at a time to each: two processes, two countdowns.
    with multiprocessing.Pool(2, warm_up) as pool:
        # Until the system has moved one of the two to the other core, they share one.
        for _ in range(3):
            pool.map(countdown, [TURNS] * 2, 1)
        (two_processes,) = medians((pool.map, countdown, [TURNS] * 2, 1))
    times = count_down() + [("two processes", two_processes)]
    for name, work in [("holds", hold), ("lets go", let_go)]:
        after, two = medians((twice, work), (two_threads, work))
        times.append(("native, %s, one after the other" % name, after))
        times.append(("native, %s, two threads" % name, two))
    for name, work in [("counting down", (countdown, TURNS)), ("in hashlib", (let_go,))]:
        taken, busy = processor_time(*work)
        times.append(("two threads %s" % name, taken))
        times.append(("two threads %s, busy" % name, busy))
    report(times)


if __name__ == "__main__":
    main()
