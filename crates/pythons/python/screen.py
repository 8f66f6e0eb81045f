"""A screen that is drawn sixty times a second, beside nothing, beside work in another thread, and beside work in
another process: how late its frames are, and the longest time between two. For Python 2.7 and 3.6 to 3.14.

A frame is late when it is on the screen more than a quarter of a frame's time after it was due. It is missed when it
isn't drawn, since the next one is due as well; then it is late until that one is on the screen."""

import multiprocessing
import threading
import time

from tools import clock, median, report

# In seconds.
FRAME = 1 / 60.0
LATE = FRAME / 4
PATIENCE = 30

FRAMES = 20


# A sleep may end a little before its tick. Without `max`, `draw` would then draw for that
# tick once more.
# ANCHOR: draw
def draw():
    """How late each frame is, and the longest time between two."""
    lateness, stall, last, on = [], 0, 0, clock()
    while len(lateness) < FRAMES:
        # The number of the next frame that is due.
        tick = max(int((clock() - on) / FRAME), len(lateness)) + 1
        time.sleep(max(0, on + tick * FRAME - clock()))
        now = clock() - on
        lateness += [now - due * FRAME for due in range(len(lateness) + 1, tick + 1)]
        stall, last = max(stall, now - last), now
    return lateness[:FRAMES], stall
# ANCHOR_END: draw


# ANCHOR: work
def work(begun, drawn):
    """Counts until all is drawn."""
    begun.set()
    end = clock() + PATIENCE
    while not drawn.is_set() and clock() < end:
        for _ in range(10000):
            pass


def beside(module, worker):
    """Draws while a worker of this module works: a thread or a process."""
    begun, drawn = module.Event(), module.Event()
    working = worker(target=work, args=(begun, drawn))
    working.daemon = True
    working.start()
    if not begun.wait(PATIENCE):
        raise RuntimeError("the work hasn't begun in %d s" % PATIENCE)
    seen = draw()
    drawn.set()
    working.join(PATIENCE)
    return seen


WAYS = [
    ("beside nothing", draw),
    ("beside a thread", lambda: beside(threading, threading.Thread)),
    ("beside a process", lambda: beside(multiprocessing, multiprocessing.Process)),
]
# ANCHOR_END: work


def main():
    measured = []
    for name, way in WAYS:
        lateness, stall = way()

        def late_by(least):
            return sum(late >= least for late in lateness)

        measured += [
            ("late of %d/%s" % (FRAMES, name), "count", late_by(LATE)),
            ("missed of %d/%s" % (FRAMES, name), "count", late_by(FRAME)),
            ("median lateness/" + name, "ns", max(0, median(lateness)) * 1e9),
            ("worst lateness/" + name, "ns", max(0, max(lateness)) * 1e9),
            ("longest stall/" + name, "ns", stall * 1e9),
        ]
    report(measured)


if __name__ == "__main__":
    main()
