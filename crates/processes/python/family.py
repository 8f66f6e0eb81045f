"""A child that prints more than its pipe holds, and Ctrl-C in a pool. With `pool`: the pool that is interrupted."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time

SIZES = [1_000, 65_536, 65_537, 1_000_000]
WORKERS = 4
# For a child that has nothing else to do than to print.
PATIENCE = 0.2
# For what should end at once.
LONG = 20


def prints(size):
    return ["head", "-c", str(size), "/dev/zero"]


# ANCHOR: mistake
def wait_then_read(program):
    child = subprocess.Popen(program, stdout=subprocess.PIPE)
    child.wait(timeout=PATIENCE)
    return child.stdout.read()
# ANCHOR_END: mistake


# ANCHOR: cure
def read_then_wait(program):
    child = subprocess.Popen(program, stdout=subprocess.PIPE)
    printed, _ = child.communicate()
    return printed
# ANCHOR_END: cure


def done(way):
    """In how many of the sizes everything was read."""
    count = 0
    for size in SIZES:
        try:
            count += len(way(prints(size))) == size
        except subprocess.TimeoutExpired:
            pass
    return count


# ANCHOR: pool
def work(_):
    os.write(1, b".")
    time.sleep(LONG)


def pool():
    with multiprocessing.Pool(WORKERS) as pool:
        pool.map(work, range(WORKERS))
# ANCHOR_END: pool


def interrupt():
    """Who complains when everybody in the group of a pool at work gets SIGINT, as of Ctrl-C."""
    child = subprocess.Popen(
        [sys.executable, __file__, "pool"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # It may be ignored here.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    begun = 0
    while begun < WORKERS:
        begun += len(os.read(child.stdout.fileno(), WORKERS))
    os.killpg(child.pid, signal.SIGINT)
    try:
        _, said = child.communicate(timeout=LONG)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        _, said = child.communicate()
        return None
    return said.count(b"Traceback (most recent call last)")


def main():
    report = [
        ("wait, then read", "count", done(wait_then_read)),
        ("communicate", "count", done(read_then_wait)),
    ]
    print("of %d sizes, wait and then read: %d, communicate: %d" % (len(SIZES), report[0][2], report[1][2]))
    tracebacks = interrupt()
    if tracebacks is not None:
        print("Ctrl-C in a pool of %d: %d tracebacks" % (WORKERS, tracebacks))
        report.append(("tracebacks after Ctrl-C", "count", tracebacks))
    print(json.dumps(report))


if __name__ == "__main__":
    if sys.argv[1:] == ["pool"]:
        pool()
    else:
        main()
