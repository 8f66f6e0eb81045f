"""Counts words. With threads, into one dict that all share, behind a lock; with processes, each into its own."""

import threading
from collections import Counter
from multiprocessing import Pool

from job import CORES, main, parts

TASKS = 32


def text(numbers):
    state = numbers.start
    for _ in numbers:
        state = (state * 1103515245 + 12345) % 2147483648
        yield "word{}".format(state // 65536 % 5000)


def count(numbers):
    return Counter(text(numbers))


def most_common(counted):
    return sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))[:3]


def one(size):
    return most_common(sum(map(count, parts(size, TASKS)), Counter()))


def threads(size):
    counted, lock = {}, threading.Lock()

    def add(tasks):
        for task in tasks:
            for word in text(task):
                with lock:
                    counted[word] = counted.get(word, 0) + 1

    tasks = parts(size, TASKS)
    hands = [threading.Thread(target=add, args=(tasks[n::CORES],)) for n in range(CORES)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return most_common(counted)


def processes(size):
    with Pool(CORES) as pool:
        return most_common(sum(pool.imap_unordered(count, parts(size, TASKS)), Counter()))


if __name__ == "__main__":
    main(3_000_000, one, threads, processes)
