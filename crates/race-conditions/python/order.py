"""Two processes share memory; each writes a 1, and then reads what the other one writes, at the same moment, again and
again: at once, after two calls of methods, and after a lock was taken and given back. Prints how many of a million
rounds end with both reading 0, as JSON. Needs Unix, Python 3, and a processor with total store order: what keeps the
rounds apart are stores of Python's, which others would not keep in order."""

import json
import mmap
import os
import platform
import signal
import sys
import threading

ROUNDS = 20_000 if "--quick" in sys.argv else 100_000
# Each on cache lines of its own: what is tested, and how often each has come to the meeting.
X, Y, ONE, OTHER, SEEN = 0, 1024, 2048, 3072, 4096
# In seconds. Whatever goes wrong, the system ends both processes then.
PATIENCE = 60


def meet(memory, mine, theirs, times, parent):
    """Waits until the other one has come as often. Where both share a core, only giving it up helps."""
    memory[mine] = times & 255
    looks = 0
    while (memory[theirs] - times) & 255 > 1:
        looks += 1
        if looks % 100 == 0:
            os.sched_yield()
            if parent and os.getppid() != parent:
                os._exit(1)


# ANCHOR: side
def at_once(memory, mine, theirs, seen, meet):
    for n in range(ROUNDS):
        meet(2 * n + 1)
        memory[mine] = 1
        saw = memory[theirs]
        meet(2 * n + 2)
        memory[theirs] = 0
        memory[seen + n] = saw + 1
# ANCHOR_END: side


def after_two_calls(memory, mine, theirs, seen, meet):
    calls = []
    for n in range(ROUNDS):
        meet(2 * n + 1)
        memory[mine] = 1
        calls.append(n)
        calls.pop()
        saw = memory[theirs]
        meet(2 * n + 2)
        memory[theirs] = 0
        memory[seen + n] = saw + 1


def after_a_lock(memory, mine, theirs, seen, meet):
    lock = threading.Lock()
    for n in range(ROUNDS):
        meet(2 * n + 1)
        memory[mine] = 1
        lock.acquire()
        lock.release()
        saw = memory[theirs]
        meet(2 * n + 2)
        memory[theirs] = 0
        memory[seen + n] = saw + 1


def both_read_0(side):
    """In how many rounds both processes miss each other."""
    memory = mmap.mmap(-1, SEEN + 2 * ROUNDS)
    parent = os.getpid()
    child = os.fork()
    signal.alarm(PATIENCE)
    if child == 0:
        side(memory, Y, X, SEEN + ROUNDS, lambda times: meet(memory, OTHER, ONE, times, parent))
        os._exit(0)
    side(memory, X, Y, SEEN, lambda times: meet(memory, ONE, OTHER, times, None))
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit(f"the other process ended with {status}")
    # What was never written would be 0; a 0 that was read is a 1.
    return sum(memory[SEEN + n] == memory[SEEN + ROUNDS + n] == 1 for n in range(ROUNDS))


def main():
    if platform.machine() not in ("x86_64", "AMD64", "i686"):
        print(json.dumps([]))
        return
    ways = [("at once", at_once), ("after two calls", after_two_calls), ("after a lock", after_a_lock)]
    rounds = [(name, both_read_0(side)) for name, side in ways]
    print(json.dumps([(f"{name}/both read 0", "count", n * 1_000_000 / ROUNDS) for name, n in rounds]))


if __name__ == "__main__":
    main()
