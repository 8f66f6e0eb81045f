"""Python's pools, of two workers each: an empty task and back, many of them one by one and in chunks; and a worker that
is killed in the middle of a task: does whoever waits for that task hear of it? For Python 2.7 and 3.6 to 3.14.

Python 2.7 has Pool only, and InterpreterPoolExecutor comes with 3.14. Threads and interpreters are given their tasks
one by one even when one asks for chunks, and none of them can be killed alone."""

import contextlib
import multiprocessing
import os
import signal
import sys

from tools import QUICK, median, report, rounds, seconds

# Python 2.7 may have a backport, whose executors have no chunks and hang when a worker dies.
if sys.version_info[0] > 2:
    from concurrent import futures
else:
    futures = None

WORKERS = 2
ROUNDS = 1 if QUICK else 3
TRIPS = 50
TASKS = 200
MANY = 5000
CHUNK = 100

# For how many seconds we wait for the task of a worker that was killed.
BOUND = 1.0
# And for the others. Python 2.7 has no limit: there whoever waits with one sleeps, looks and sleeps again.
PATIENCE = 30 if sys.version_info[0] > 2 else None

OF_PROCESSES = ["Pool", "ProcessPoolExecutor"]
ALL = OF_PROCESSES + ["ThreadPoolExecutor", "InterpreterPoolExecutor"]


def nothing(n):
    return n


def call(pool, work, n, patience=PATIENCE):
    if hasattr(pool, "submit"):
        return pool.submit(work, n).result(patience)
    return pool.apply_async(work, (n,)).get(patience)


def call_each(pool, work, numbers, chunk):
    if hasattr(pool, "submit"):
        return list(pool.map(work, numbers, timeout=PATIENCE, chunksize=chunk))
    return pool.map_async(work, numbers, chunk).get(PATIENCE)


def die(_):
    os.kill(os.getpid(), signal.SIGKILL)


def hears(pool):
    """Whether whoever waits for a task hears that its worker was killed."""
    try:
        call(pool, die, 0, BOUND)
    except TIMEOUTS:
        pass
    except Exception:
        return 1
    try:
        # The pool is not just slow: it does what comes later. Or now it says that it is broken.
        call(pool, nothing, 0, 10 * BOUND)
        return 0
    except Exception:
        return 1


TIMEOUTS = (multiprocessing.TimeoutError,) + ((futures.TimeoutError,) if futures else ())


def here(names):
    """Those of the pools that this Python has, with their names."""
    for name in names:
        kind = getattr(multiprocessing if name == "Pool" else futures, name, None)
        if kind:
            yield name, kind


@contextlib.contextmanager
def started(kind):
    pool = kind(WORKERS)
    try:
        call_each(pool, nothing, range(TASKS), 1)
        yield pool
    except BaseException:
        # An executor waits for its tasks before it ends, and one of them may have nobody left who does it. Pool is
        # spared: a worker that is ended from outside takes a lock with it, for which Pool would wait.
        if hasattr(pool, "shutdown"):
            for worker in multiprocessing.active_children():
                worker.terminate()
        raise
    finally:
        if hasattr(pool, "shutdown"):
            pool.shutdown()
        else:
            pool.terminate()
            pool.join()


def times(name, pool):
    """What is done, and how long each time takes, in seconds."""
    yield "a round trip/" + name, median(rounds(TRIPS, lambda: call(pool, nothing, 1))[0])
    one_by_one = seconds(lambda: call_each(pool, nothing, range(TASKS), 1))
    yield "a task/%s, each by itself" % name, one_by_one / TASKS
    if name in OF_PROCESSES:
        in_chunks = seconds(lambda: call_each(pool, nothing, range(MANY), CHUNK))
        yield "a task/%s, in chunks of %d" % (name, CHUNK), in_chunks / MANY


def main():
    taken = {}
    for _ in range(ROUNDS):
        for name, kind in here(ALL):
            with started(kind) as pool:
                for what, time in times(name, pool):
                    taken.setdefault(what, []).append(time)
    measured = [(what, "ns", median(all_times) * 1e9) for what, all_times in sorted(taken.items())]
    if hasattr(signal, "SIGKILL"):
        for name, kind in here(OF_PROCESSES):
            with started(kind) as pool:
                measured.append(("hears of a killed worker/" + name, "count", hears(pool)))
    report(measured)


if __name__ == "__main__":
    main()
