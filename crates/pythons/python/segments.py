"""Python's shared memory: two processes add to a number in it; and who removes the name? For CPython 3.8 to 3.14 on Unix:
older ones have none, and on Windows memory goes with the last process that has it."""

import os
import signal
import subprocess
import sys

from tools import PATIENCE, QUICK, report

try:
    import multiprocessing
    from multiprocessing import resource_tracker, shared_memory
except ImportError:
    shared_memory = None

# By each process.
UPDATES = 100000 if QUICK else 500000
UPDATES_WITH_LOCK = 10000


# ANCHOR: add
# The count, and whether each of the two is here.
COUNT, HERE = 0, (1, 2)


def add(name, me, times):
    memory = shared_memory.SharedMemory(name)
    numbers = memory.buf.cast("q")
    numbers[HERE[me]] = 1
    while not numbers[HERE[1 - me]]:
        pass
    for _ in range(times):
        numbers[COUNT] += 1
    numbers.release()
    memory.close()
# ANCHOR_END: add


def add_with_lock(name, me, times, lock):
    memory = shared_memory.SharedMemory(name)
    numbers = memory.buf.cast("q")
    numbers[HERE[me]] = 1
    while not numbers[HERE[1 - me]]:
        pass
    for _ in range(times):
        with lock:
            numbers[COUNT] += 1
    numbers.release()
    memory.close()


def patiently(target, *arguments):
    """Each waits for the other, but not for ever: whoever started them may be killed."""
    signal.alarm(PATIENCE)
    target(*arguments)


def lost_of_1000(context, updates, target, *more):
    memory = shared_memory.SharedMemory(create=True, size=24)
    try:
        memory.buf[:24] = bytes(24)
        adding = [context.Process(target=patiently, args=(target, memory.name, me, updates) + more) for me in (0, 1)]
        for process in adding:
            process.start()
        for process in adding:
            process.join()
            assert process.exitcode == 0, "a process has failed"
        count = int.from_bytes(memory.buf[:8], sys.byteorder)
        return 1000.0 - 1000.0 * count / (2 * updates)
    finally:
        memory.close()
        memory.unlink()


OWNER = """
from multiprocessing import shared_memory
memory = shared_memory.SharedMemory(create=True, size=8)
print(memory.name, flush=True)
input()
"""

# ANCHOR: reader
READER = """
import sys
from multiprocessing import shared_memory
memory = shared_memory.SharedMemory(sys.argv[1])
memory.close()
"""

READER_THAT_TRACKS_NOTHING = READER.replace("sys.argv[1]", "sys.argv[1], track=False")
# ANCHOR_END: reader


def start(program, *arguments):
    """A program that has nothing to do with this one, and a resource tracker of its own."""
    command = [sys.executable, "-I", "-S", "-c", program] + list(arguments)
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)


def is_there(name):
    try:
        memory = shared_memory.SharedMemory(name)
    except FileNotFoundError:
        return False
    memory.close()
    return True


def forget(name):
    """Removes the name if it is there; from now on, our tracker doesn't mind either way."""
    try:
        shared_memory.SharedMemory(name).unlink()
    except FileNotFoundError:
        pass


def stays_when_killed(kill):
    owner = start(OWNER)
    name = owner.stdout.readline().decode().strip()
    kill(owner.pid)
    # The tracker has the same stderr, which is at its end when both have ended.
    owner.communicate()
    there = is_there(name)
    forget(name)
    return float(there)


def stays_when_read(reader):
    memory = shared_memory.SharedMemory(create=True, size=8)
    reading = start(reader, memory.name)
    reading.communicate()
    assert reading.returncode == 0, "the reader has failed"
    there = is_there(memory.name)
    memory.close()
    try:
        memory.unlink()
    except FileNotFoundError:
        resource_tracker.unregister(memory._name, "shared_memory")
    return float(there)


def main():
    if shared_memory is None or os.name != "posix":
        report([])
        return
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    context = multiprocessing.get_context(method)
    measured = [
        ("lost of 1,000/plain", "count", lost_of_1000(context, UPDATES, add)),
        ("lost of 1,000/with a lock", "count", lost_of_1000(context, UPDATES_WITH_LOCK, add_with_lock, context.Lock())),
    ]
    for name, stays in [
        ("its owner was killed", stays_when_killed(lambda owner: os.kill(owner, signal.SIGKILL))),
        ("its owner was killed, and the tracker", stays_when_killed(lambda owner: os.killpg(owner, signal.SIGKILL))),
        ("another program has opened and closed it", stays_when_read(READER)),
    ]:
        measured.append(("still there/" + name, "count", stays))
    if sys.version_info >= (3, 13):
        stays = stays_when_read(READER_THAT_TRACKS_NOTHING)
        measured.append(("still there/another program has opened it with track=False", "count", stays))
    report(measured)


if __name__ == "__main__":
    main()
