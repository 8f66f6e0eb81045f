"""Counts down twice: one after the other, in two threads, in two processes. What does the second thread bring, and how
many cores do the two keep busy? For CPython 2.7 and 3.6 to 3.14, with a GIL and without."""

import multiprocessing

from tools import QUICK, in_threads, median, processor_time, ratio, report, rounds

TURNS = 200000 if QUICK else 2000000
ROUNDS = 3


# ANCHOR: countdown
def countdown(n):
    while n > 0:
        n -= 1


def one_after_the_other():
    countdown(TURNS)
    countdown(TURNS)


def two_threads():
    in_threads(2, countdown, TURNS)
# ANCHOR_END: countdown


def two_processes(workers):
    for worker in workers:
        worker.send(TURNS)
    for worker in workers:
        worker.recv()


def serve(asked, parents_end):
    """In a process of its own: counts down whenever it is asked to, until its parent is gone."""
    parents_end.close()
    warm_up()
    try:
        while True:
            countdown(asked.recv())
            asked.send("done")
    except (EOFError, IOError):
        pass


def start_worker():
    """A process that waits, so that nobody's clock has to run while it starts."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(theirs, ours))
    process.daemon = True
    process.start()
    theirs.close()
    return ours


def warm_up():
    """So that it is over, what happens once: newer Pythons specialize what has run some times."""
    for _ in range(50):
        in_threads(2, countdown, 100)


def main():
    # Before there are threads: it may be a fork.
    workers = [start_worker() for _ in range(2)]
    warm_up()
    two_processes(workers)
    busy = []

    def two_threads_watched():
        before = processor_time()
        two_threads()
        busy.append(processor_time() - before)

    after, threads, processes = rounds(
        ROUNDS, one_after_the_other, two_threads_watched, lambda: two_processes(workers)
    )
    report([
        ("a turn", "ns", median(after) / (2 * TURNS) * 1e9),
        ("two threads against one after the other", "ratio", ratio(threads, after)),
        ("cores kept busy by two threads", "count", sum(busy) / sum(threads)),
        ("two processes against one after the other", "ratio", ratio(processes, after)),
    ])


if __name__ == "__main__":
    main()
