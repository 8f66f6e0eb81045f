"""Python's two pools of processes: empty tasks one by one, in chunks, and one after the other; starting; arguments of some
sizes; four tasks that count. Prints the times in nanoseconds as JSON, of a task where there are many."""

import concurrent.futures
import json
import multiprocessing
import os
import statistics
import sys
import time

WORKERS = 2
SHARE = 4 if "--quick" in sys.argv else 1
TASKS = 10_000 // SHARE
MANY = 100_000 // SHARE
CHUNK = 100
TRIPS = 300 // SHARE
STARTS = 3
COUNT_TO = 100_000_000
SIZES = [1024, 1024 * 1024]


def nothing(n):
    return n


def echo(data):
    return data


# ANCHOR: count
def count(queue, to):
    steps = 0
    while steps < to:
        steps += 1
    queue.put(steps)


def four_counts(to):
    with multiprocessing.Pool(WORKERS) as pool:
        queue = multiprocessing.Manager().Queue()
        tasks = [pool.apply_async(count, (queue, to)) for _ in range(4)]
        for task in tasks:
            task.get()
        return sum(queue.get() for _ in tasks)
# ANCHOR_END: count


def nanoseconds(work, *arguments, **options):
    begin = time.perf_counter_ns()
    list(work(*arguments, **options) or [])
    return time.perf_counter_ns() - begin


def start_pool():
    with multiprocessing.Pool(WORKERS) as pool:
        pool.map(nothing, range(WORKERS), chunksize=1)


def start_executor():
    with concurrent.futures.ProcessPoolExecutor(WORKERS) as executor:
        return executor.map(nothing, range(WORKERS))


def trip(pool, work, argument):
    return statistics.median(nanoseconds(lambda: [pool.apply(work, (argument,))]) for _ in range(TRIPS))


def trips_by_place():
    """With all of it on one core, and with both workers on another core than this process, as far as the system lets us say so."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    times = []
    for name, theirs in zip(["one core", "two cores"], cores):
        os.sched_setaffinity(0, cores[:1])
        with multiprocessing.Pool(WORKERS) as pool:
            for child in multiprocessing.active_children():
                os.sched_setaffinity(child.pid, [theirs])
            times.append(("a round trip where/Python's Pool/" + name, trip(pool, nothing, 1)))
        os.sched_setaffinity(0, cores)
    return times


def main():
    numbers, many = range(TASKS), range(MANY)
    times = []
    with multiprocessing.Pool(WORKERS) as pool:
        pool.map(nothing, numbers)
        times += [
            ("a task/Python's Pool, each by itself", nanoseconds(pool.map, nothing, numbers, chunksize=1) / TASKS),
            ("a task/Python's Pool, in chunks of 100", nanoseconds(pool.map, nothing, many, chunksize=CHUNK) / MANY),
            ("a round trip/Python's Pool", trip(pool, nothing, 1)),
        ]
        times += [("a round trip by bytes/Python's Pool/%d" % size, trip(pool, echo, b"x" * size)) for size in SIZES]
    with concurrent.futures.ProcessPoolExecutor(WORKERS) as executor:
        list(executor.map(nothing, numbers))
        submitted = statistics.median(
            nanoseconds(lambda: [executor.submit(nothing, 1).result()]) for _ in range(TRIPS)
        )
        times += [
            ("a task/Python's ProcessPoolExecutor, each by itself", nanoseconds(executor.map, nothing, numbers, chunksize=1) / TASKS),
            ("a task/Python's ProcessPoolExecutor, in chunks of 100", nanoseconds(executor.map, nothing, many, chunksize=CHUNK) / MANY),
            ("a round trip/Python's ProcessPoolExecutor", submitted),
        ]
    times += [
        ("start/Python's Pool", statistics.median(nanoseconds(start_pool) for _ in range(STARTS))),
        ("start/Python's ProcessPoolExecutor", statistics.median(nanoseconds(start_executor) for _ in range(STARTS))),
    ]
    times += trips_by_place()
    if "--count" in sys.argv:
        begin = time.perf_counter_ns()
        assert four_counts(COUNT_TO) == 4 * COUNT_TO
        times.append(("four counts/Python's Pool, with its start", time.perf_counter_ns() - begin))
    print(json.dumps([(name, "ns", nanoseconds) for name, nanoseconds in times]))


if __name__ == "__main__":
    main()
