"""A producer that is faster than the consumer: prints how many items waited between them at most, as JSON."""

import json
import queue
import threading
import time
from collections import deque

ITEMS = 400
BOUND = 10
# In seconds. What the consumer does with each item: it waits, as for a disk.
USE = 0.0002


# ANCHOR: bounded
class Bounded:
    def __init__(self, bound):
        self.items = deque()
        self.bound = bound
        lock = threading.Lock()
        self.not_full = threading.Condition(lock)
        self.not_empty = threading.Condition(lock)

    def put(self, item):
        with self.not_full:
            while len(self.items) >= self.bound:
                self.not_full.wait()
            self.items.append(item)
            self.not_empty.notify()

    def get(self):
        with self.not_empty:
            while not self.items:
                self.not_empty.wait()
            self.not_full.notify()
            return self.items.popleft()
# ANCHOR_END: bounded

    def qsize(self):
        return len(self.items)


def most(between):
    """Lets a producer and a consumer go, with `between` between them; how many were in it at most."""
    sizes = []

    def produce():
        for item in range(ITEMS):
            between.put(item)
            sizes.append(between.qsize())

    producer = threading.Thread(target=produce)
    producer.start()
    for item in range(ITEMS):
        assert between.get() == item
        time.sleep(USE)
    producer.join()
    return max(sizes)


# ANCHOR: guests
seats = threading.BoundedSemaphore(3)
mine = threading.local()


def visit():
    with seats:
        mine.visits = getattr(mine, "visits", 0) + 1
# ANCHOR_END: guests


def main():
    guests = [threading.Thread(target=visit) for _ in range(8)]
    for guest in guests:
        guest.start()
    for guest in guests:
        guest.join()
    assert not hasattr(mine, "visits"), "what the others have is not ours"
    found = {
        "Queue()": most(queue.Queue()),
        "Queue(maxsize=10)": most(queue.Queue(maxsize=BOUND)),
        "two conditions": most(Bounded(BOUND)),
    }
    print(json.dumps([("at most/" + name, "count", count) for name, count in found.items()]))


if __name__ == "__main__":
    main()
