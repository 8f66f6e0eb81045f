"""Starts a thread, a process in each way there is, and a subinterpreter; hears that it is ready, and joins it. Then a
crowd of them, idle, and how much memory it takes, where /proc tells. For Python 2.7 and 3.6 to 3.14.

Subinterpreters are left out before Python 3.12, as they shared one lock until then. The module for them is public from
3.14 on. 3.12 and 3.13 have its core under a private name: nothing for a program, but what it makes is the same."""

import contextlib
import functools
import importlib
import multiprocessing
import os
import sys
import threading

from tools import QUICK, median, report, rounds

try:
    from concurrent import interpreters
except ImportError:
    interpreters = None

STARTS = 3 if QUICK else 9
CROWD = 16

# In seconds, for one process. Python 2.7 has none: there whoever waits with a limit sleeps, looks and sleeps again.
PATIENCE = 60 if sys.version_info[0] > 2 else None


@contextlib.contextmanager
def threads(count):
    """So many, idle."""
    ready, end = threading.Semaphore(0), threading.Event()

    def idle():
        ready.release()
        end.wait()

    children = [threading.Thread(target=idle) for _ in range(count)]
    try:
        for child in children:
            child.start()
        for child in children:
            ready.acquire()
        yield []
    finally:
        end.set()
        for child in children:
            child.join()


def idle(link, *inherited):
    # A fork has its parent's end open, too, and would never hear that the parent closes it.
    for end in inherited:
        end.close()
    link.send("ready")
    try:
        link.recv()
    except EOFError:
        pass


@contextlib.contextmanager
def processes(method, count):
    context = started_by(method)
    ours, theirs = context.Pipe()
    ends = (theirs, ours) if method == "fork" else (theirs,)
    children = [context.Process(target=idle, args=ends) for _ in range(count)]
    try:
        for child in children:
            child.daemon = True
            child.start()
        theirs.close()
        for child in children:
            if not ours.poll(PATIENCE):
                raise RuntimeError("a process isn't ready after %s s" % PATIENCE)
            ours.recv()
        yield [child.pid for child in children]
    finally:
        ours.close()
        for child in children:
            child.join(PATIENCE)


def started_by(method):
    """What has the processes that are started so."""
    if hasattr(multiprocessing, "get_context"):
        return multiprocessing.get_context(method)
    return multiprocessing


def methods():
    if hasattr(multiprocessing, "get_all_start_methods"):
        here = multiprocessing.get_all_start_methods()
        return [method for method in ("fork", "forkserver", "spawn") if method in here]
    # Python 2.7 has one way on each system.
    return ["spawn" if os.name == "nt" else "fork"]


IDLE = """
import os
os.write(%d, b".")
os.read(%d, 1)
"""


@contextlib.contextmanager
def subinterpreters(count):
    """Each in a thread: it has none by itself."""
    create, execute, close = how_to_interpret()
    (heard, ready), (wait, end) = os.pipe(), os.pipe()

    def idle(interpreter):
        try:
            execute(interpreter, IDLE % (ready, wait))
        finally:
            os.write(ready, b"!")

    created = [create() for _ in range(count)]
    children = [threading.Thread(target=idle, args=(interpreter,)) for interpreter in created]
    try:
        for child in children:
            child.start()
        for child in children:
            if os.read(heard, 1) != b".":
                raise RuntimeError("a subinterpreter has ended before it was ready")
        yield []
    finally:
        os.close(end)
        for child in children:
            child.join()
        for interpreter in created:
            close(interpreter)
        for pipe in heard, ready, wait:
            os.close(pipe)


def how_to_interpret():
    """What creates an interpreter, runs a script there, and closes it."""
    if interpreters:
        # Python 2.7 can't read .exec: there it is a statement.
        return interpreters.create, getattr(interpreters.Interpreter, "exec"), interpreters.Interpreter.close
    private = importlib.import_module("_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters")
    return private.create, private.run_string, private.destroy


def crowds():
    """What there is here, and how to have many of them."""
    yield "thread", threads
    for method in methods():
        yield method, functools.partial(processes, method)
    if sys.version_info >= (3, 12):
        yield "subinterpreter", subinterpreters


def start(crowd):
    with crowd(1):
        pass


def memory(process="self"):
    """In bytes. What n processes share counts as one n-th for each."""
    with open("/proc/%s/smaps_rollup" % process) as sums:
        (size,) = [line.split()[1] for line in sums if line.startswith("Pss:")]
    return int(size) * 1024


def memory_of(crowd):
    before = memory()
    with crowd(CROWD) as pids:
        return max(0, memory() + sum(memory(pid) for pid in pids) - before)


def main():
    here = list(crowds())
    starts = [functools.partial(start, crowd) for _, crowd in here]
    # The first loads modules and starts a server, where there is one.
    rounds(1, *starts)
    measured = [
        ("start/" + name, "ns", median(times) * 1e9) for (name, _), times in zip(here, rounds(STARTS, *starts))
    ]
    if os.path.exists("/proc/self/smaps_rollup"):
        for name, crowd in here:
            # The server's share is not ours to count.
            if name != "forkserver":
                measured.append(("memory of %d/%s" % (CROWD, name), "bytes", memory_of(crowd)))
    report(measured)


if __name__ == "__main__":
    main()
