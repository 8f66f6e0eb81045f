"""Sums the squares of a range in one process, in two threads and in two processes, and prints the times in nanoseconds
as JSON."""

import functools
import json
import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor

WORKERS = 2


def sum_squares(numbers):
    total = 0
    for n in numbers:
        total += n * n
    return total


def parts(numbers):
    return [numbers[worker::WORKERS] for worker in range(WORKERS)]


def in_threads(numbers):
    with ThreadPoolExecutor(WORKERS) as executor:
        return sum(executor.map(sum_squares, parts(numbers)))


# ANCHOR: processes
def in_processes(numbers, method):
    with multiprocessing.get_context(method).Pool(WORKERS) as pool:
        return sum(pool.map(sum_squares, parts(numbers)))
# ANCHOR_END: processes


def timed(work, numbers):
    start = time.perf_counter_ns()
    result = work(numbers)
    return result, time.perf_counter_ns() - start


def main():
    times = []
    # Before it has had threads, CPython 3.11 sums more slowly in its only thread than after that. So it has some first, or
    # two threads would look faster than one.
    in_threads(range(100_000))
    for size in (1_000_000, 10_000_000):
        numbers = range(size)
        totals = set()
        ways = [("one process", sum_squares), ("two threads", in_threads)]
        for method in ("fork", "spawn"):
            if method in multiprocessing.get_all_start_methods():
                ways.append((f"two processes by {method}", functools.partial(in_processes, method=method)))
        for name, work in ways:
            total, taken = timed(work, numbers)
            totals.add(total)
            times.append((f"{name}/{size}", taken))
        assert len(totals) == 1, "every way finds the same total"
    print(json.dumps([(name, "ns", nanoseconds) for name, nanoseconds in times]))


if __name__ == "__main__":
    main()
