"""Starts a thread and processes in three ways, hears that each is ready, and joins it; prints the median times in
nanoseconds as JSON."""

import json
import multiprocessing
import statistics
import threading
import time

STARTS = 11


# ANCHOR: thread
def thread():
    ready, end = threading.Event(), threading.Event()

    def work():
        ready.set()
        end.wait()

    child = threading.Thread(target=work)
    child.start()
    ready.wait()
    end.set()
    child.join()
# ANCHOR_END: thread


def child_work(link):
    link.send("ready")
    link.recv()


# ANCHOR: process
def process(method):
    context = multiprocessing.get_context(method)
    ours, theirs = context.Pipe()
    child = context.Process(target=child_work, args=(theirs,))
    child.start()
    theirs.close()
    assert ours.recv() == "ready"
    ours.send("end")
    child.join()
# ANCHOR_END: process


def median(start):
    # The first starts a server, where there is one, and loads modules.
    start()
    times = []
    for _ in range(STARTS):
        begin = time.perf_counter_ns()
        start()
        times.append(time.perf_counter_ns() - begin)
    return statistics.median(times)


def main():
    times = [("thread", median(thread))]
    methods = [method for method in ("fork", "forkserver", "spawn") if method in multiprocessing.get_all_start_methods()]
    times += [(method, median(lambda method=method: process(method))) for method in methods]
    print(json.dumps([(name, "ns", nanoseconds) for name, nanoseconds in times]))


if __name__ == "__main__":
    main()
