"""Sums the squares of a range in one thread and in two, and prints both times in nanoseconds as JSON."""

import json
import threading
import time

NUMBERS = 2_000_000
WORKERS = 2


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


def timed(work):
    start = time.perf_counter_ns()
    result = work()
    return result, time.perf_counter_ns() - start


def main():
    numbers = range(NUMBERS)
    expected, alone = timed(lambda: sum_squares(numbers))
    total, split = timed(lambda: in_threads(numbers, WORKERS))
    assert total == expected
    print(json.dumps([("one thread", alone), ("two threads", split)]))


if __name__ == "__main__":
    main()
