"""Sums the squares of a large range in one thread and in two, and those of ten small ranges one after the other and in
ten threads, and prints the times in nanoseconds as JSON."""

import json
import statistics
import threading
import time

NUMBERS = 2_000_000
WORKERS = 2
SMALL = 1_000
THREADS = 10
RUNS = 41


# ANCHOR: sum
def sum_squares(numbers):
    total = 0
    for n in numbers:
        total += n * n
    return total
# ANCHOR_END: sum


# ANCHOR: threads
def in_threads(numbers, workers):
    totals = [0] * workers

    def work(worker):
        totals[worker] = sum_squares(numbers[worker::workers])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(totals)
# ANCHOR_END: threads


def small_ones(start):
    sums = []
    for _ in range(THREADS):
        start(lambda: sums.append(sum_squares(range(SMALL))))
    return sums


def one_after_the_other():
    return small_ones(lambda work: work())


def ten_threads():
    threads = []

    def start(work):
        threads.append(threading.Thread(target=work))
        threads[-1].start()

    sums = small_ones(start)
    for thread in threads:
        thread.join()
    return sums


def timed(work):
    start = time.perf_counter_ns()
    result = work()
    return result, time.perf_counter_ns() - start


def main():
    numbers = range(NUMBERS)
    # Before it has had threads, CPython 3.11 sums more slowly in its only thread than after that. So it has some first, or
    # two threads would look faster than one.
    in_threads(range(SMALL), WORKERS)
    expected, alone = timed(lambda: sum_squares(numbers))
    total, split = timed(lambda: in_threads(numbers, WORKERS))
    assert total == expected
    times = [("one thread", alone), ("two threads", split)]
    for name, way in ("one after the other", one_after_the_other), ("ten threads", ten_threads):
        runs = [timed(way) for _ in range(RUNS)]
        assert all(sums == runs[0][0] and len(sums) == THREADS for sums, _ in runs)
        times.append((f"ten times a thousand, {name}", statistics.median(time for _, time in runs)))
    print(json.dumps([(name, "ns", nanoseconds) for name, nanoseconds in times]))


if __name__ == "__main__":
    main()
