"""Sends messages to a process and back, by the four ways of multiprocessing; prints the median times of a round trip in
nanoseconds as JSON."""

import json
import multiprocessing
import os
import statistics
import sys
import threading
import time
from multiprocessing import connection, managers, shared_memory

SIZES = [1, 1024, 16384, 262144, 1048576]
BATCHES = 3 if "--quick" in sys.argv else 11


# ANCHOR: pipe
def echo_pipe(pipe):
    while message := pipe.recv():
        pipe.send(message)


def pipe(context):
    ours, theirs = context.Pipe()

    def trip(message):
        ours.send(message)
        return ours.recv()

    return trip, (echo_pipe, (theirs,)), lambda: ours.send(b"")
# ANCHOR_END: pipe


# ANCHOR: queue
def echo_queue(there, back):
    while message := there.get():
        back.put(message)


def queue(there, back):
    def trip(message):
        there.put(message)
        return back.get()

    return trip, (echo_queue, (there, back)), lambda: there.put(b"")
# ANCHOR_END: queue


# ANCHOR: shared_memory
# The first byte says whose turn it is; the next eight are the length of the message after them.
IDLE, ASKED, ANSWERED, OVER = range(4)


def write(memory, message, turn):
    memory.buf[1:9] = len(message).to_bytes(8, "little")
    memory.buf[9 : 9 + len(message)] = message
    memory.buf[0] = turn


def read(memory):
    length = int.from_bytes(memory.buf[1:9], "little")
    return bytes(memory.buf[9 : 9 + length])


def echo_memory(name):
    memory = shared_memory.SharedMemory(name)
    while True:
        turn = memory.buf[0]
        if turn == ASKED:
            write(memory, read(memory), ANSWERED)
        elif turn == OVER:
            break
    memory.close()


def memory(block):
    def trip(message):
        write(block, message, ASKED)
        while block.buf[0] != ANSWERED:
            pass
        return read(block)

    def end():
        block.buf[0] = OVER

    return trip, (echo_memory, (block.name,)), end
# ANCHOR_END: shared_memory


def median(trip, size):
    message = b"x" * size
    assert trip(message) == message
    trips = max(3, min(100, 4_000_000 // size))
    times = []
    for _ in range(BATCHES):
        begin = time.perf_counter_ns()
        for _ in range(trips):
            trip(message)
        times.append((time.perf_counter_ns() - begin) / trips)
    return statistics.median(times)


def end_with(process, unless):
    """From now on, this process ends with that one, even if it is killed. Otherwise whoever spins would spin for ever, and so
    would whoever waits for a pipe that he holds both ends of."""

    def watch():
        connection.wait([process.sentinel])
        if not unless.is_set():
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def end_with_parent():
    end_with(multiprocessing.parent_process(), threading.Event())


def serve(target, arguments):
    end_with_parent()
    target(*arguments)


def measure(name, context, way):
    trip, serving, end = way
    child = context.Process(target=serve, args=serving)
    child.start()
    over = threading.Event()
    end_with(child, over)
    times = [(f"{name}/{size}", median(trip, size)) for size in SIZES]
    over.set()
    end()
    child.join()
    return times


def main():
    context = multiprocessing.get_context()
    times = measure("Pipe", context, pipe(context))
    times += measure("Queue", context, queue(context.Queue(), context.Queue()))
    manager = managers.SyncManager(ctx=context)
    manager.start(end_with_parent)
    with manager:
        times += measure("Manager().Queue", context, queue(manager.Queue(), manager.Queue()))
    block = shared_memory.SharedMemory(create=True, size=9 + max(SIZES))
    try:
        times += measure("shared_memory", context, memory(block))
    finally:
        block.close()
        block.unlink()
    print(json.dumps([(name, "ns", nanoseconds) for name, nanoseconds in times]))


if __name__ == "__main__":
    main()
