"""Two processes share memory; each writes a 1, and then reads what the other one writes, at the same moment, again and
again. Prints how many of a million rounds end with both reading 0, as JSON. Needs Unix and Python 3."""

import json
import mmap
import os
import signal
import sys

ROUNDS = 50_000 if "--quick" in sys.argv else 300_000
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
def side(memory, mine, theirs, seen, meet):
    for n in range(ROUNDS):
        meet(2 * n + 1)
        memory[mine] = 1
        saw = memory[theirs]
        meet(2 * n + 2)
        memory[theirs] = 0
        memory[seen + n] = saw
# ANCHOR_END: side


def main():
    memory = mmap.mmap(-1, SEEN + 2 * ROUNDS)
    parent = os.getpid()
    child = os.fork()
    signal.alarm(PATIENCE)
    if child == 0:
        side(memory, Y, X, SEEN + ROUNDS, lambda times: meet(memory, OTHER, ONE, times, parent))
        os._exit(0)
    side(memory, X, Y, SEEN, lambda times: meet(memory, ONE, OTHER, times, None))
    os.waitpid(child, 0)
    both = sum(memory[SEEN + n] == memory[SEEN + ROUNDS + n] == 0 for n in range(ROUNDS))
    print(json.dumps([("two processes/both read 0", "count", both * 1_000_000 / ROUNDS)]))


if __name__ == "__main__":
    main()
