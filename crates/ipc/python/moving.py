"""Moves numbers to a worker and back, in Python's ways: a list and an array through a Pool, which pickles them;
shared_memory by hand; an Array that the worker inherited. Prints the times in nanoseconds as JSON.

The arguments are the sizes, in bytes. A list takes so long that it gets only those up to a few megabytes."""

import array
import json
import multiprocessing
import statistics
import sys
import time
from multiprocessing import shared_memory

MOST_FOR_A_LIST = 4 << 20


def change(numbers):
    return numbers


def pickled(pool, numbers):
    return pool.apply(change, (numbers,))


# ANCHOR: shared
def change_there(name, size):
    memory = shared_memory.SharedMemory(name)
    numbers = array.array("d")
    numbers.frombytes(memory.buf[:size])
    memory.buf[:size] = numbers.tobytes()
    memory.close()


def by_hand(pool, memory, numbers):
    size = 8 * len(numbers)
    memory.buf[:size] = numbers.tobytes()
    pool.apply(change_there, (memory.name, size))
    numbers = array.array("d")
    numbers.frombytes(memory.buf[:size])
    return numbers
# ANCHOR_END: shared


inherited = None


def inherit(numbers):
    global inherited
    inherited = numbers


def change_inherited(size):
    view = memoryview(inherited).cast("B")[:size]
    numbers = array.array("d")
    numbers.frombytes(view)
    view[:] = numbers.tobytes()


def by_array(pool, shared, numbers):
    size = 8 * len(numbers)
    view = memoryview(shared).cast("B")[:size]
    view[:] = numbers.tobytes()
    pool.apply(change_inherited, (size,))
    numbers = array.array("d")
    numbers.frombytes(view)
    return numbers


def computing():
    """What a loop and `sum` compute for each byte."""
    numbers = array.array("d", bytes(256 << 10))
    times = []
    for name, work in [("a loop that adds up", add_up), ("`sum`", sum)]:
        begin = time.perf_counter_ns()
        work(numbers)
        times.append(("computing/Python: " + name, (time.perf_counter_ns() - begin) / (8 * len(numbers))))
    return times


def add_up(numbers):
    total = 0.0
    for number in numbers:
        total += number
    return total


def measure(name, size, work, pool, *arguments):
    times, begun = [], time.perf_counter()
    # The first time, memory is taken that is there then.
    numbers = arguments[-1]
    if size < 16 << 20:
        work(pool, *arguments)
    while len(times) < 3 or (len(times) < 30 and time.perf_counter() - begun < 0.02):
        begin = time.perf_counter_ns()
        came = work(pool, *arguments)
        times.append(time.perf_counter_ns() - begin)
        assert len(came) == len(numbers) and came[-1] == numbers[-1]
        if size >= 4 << 20:
            break
    return "there and back/Python's %s/%d" % (name, size), statistics.median(times)


def main():
    sizes = [int(size) for size in sys.argv[1:] if size.isdigit()]
    shared = multiprocessing.Array("d", max(sizes) // 8, lock=False)
    memory = shared_memory.SharedMemory(create=True, size=max(sizes))
    times = []
    try:
        with multiprocessing.Pool(1, inherit, (shared,)) as pool:
            for size in sizes:
                numbers = array.array("d", bytes(size))
                numbers[-1] = 1.5
                if size <= MOST_FOR_A_LIST:
                    times.append(measure("Pool, a list", size, pickled, pool, numbers.tolist()))
                times.append(measure("Pool, an array", size, pickled, pool, numbers))
                times.append(measure("shared_memory", size, by_hand, pool, memory, numbers))
                times.append(measure("Array, inherited", size, by_array, pool, shared, numbers))
    finally:
        memory.close()
        memory.unlink()
    times += computing()
    print(json.dumps([(name, "ns", nanoseconds) for name, nanoseconds in times]))


if __name__ == "__main__":
    main()
