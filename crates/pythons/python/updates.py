"""Updates that get lost when threads take turns between reading and writing, or run at once: how many are there? For
CPython 2.7 and 3.6 to 3.14. What doesn't happen here may happen elsewhere: a 0 says only that it wasn't seen."""

import sys
import threading

from tools import QUICK, in_threads, report

# By all threads together: so many that every thread takes several turns.
UPDATES = 200000 if QUICK else 2000000
UPDATES_OFTEN = 40000 if QUICK else 200000
FEW = 10000
SUMS = 5 if QUICK else 20
KEYS = 2000 if QUICK else 10000
TRIES = 1 if QUICK else 4


# ANCHOR: count
count = 0


def one():
    return 1


def add(n):
    global count
    for _ in range(n):
        count += 1


def add_with_call(n):
    global count
    for _ in range(n):
        count += one()
# ANCHOR_END: count


LOCK = threading.Lock()


def add_with_lock(n):
    global count
    for _ in range(n):
        with LOCK:
            count += one()


# ANCHOR: act
def check_act(shared, acted):
    for key in range(KEYS):
        if key not in shared:
            shared[key] = 1
            acted.append(key)


def check_call_act(shared, acted):
    for key in range(KEYS):
        if key not in shared:
            shared[key] = one()
            acted.append(key)
# ANCHOR_END: act


# ANCHOR: one_step
def set_default(shared, got):
    for key in range(KEYS):
        got.append((key, shared.setdefault(key, object())))


def append(shared):
    for n in range(KEYS):
        shared.append(n)
# ANCHOR_END: one_step


def switch_often(often):
    """After 1 microsecond in place of 5 milliseconds; in Python 2, after 10 instructions in place of 100."""
    if hasattr(sys, "setswitchinterval"):
        sys.setswitchinterval(1e-6 if often else 5e-3)
    else:
        sys.setcheckinterval(10 if often else 100)


def sum_left(threads, work, updates):
    """What so many threads leave in `count`."""
    global count
    count = 0
    in_threads(threads, work, updates)
    return count


def lost(threads, work, updates):
    """How many of 1,000 updates are lost."""
    return 1000.0 * (updates - sum_left(threads, work, updates // threads)) / updates


def acted_again(work):
    """How many acts there are beyond one for each key, for 10,000 keys."""
    again = 0
    for _ in range(TRIES):
        shared, acted = {}, []
        in_threads(8, work, shared, acted)
        again += len(acted) - len(shared)
    return 10000.0 * again / (TRIES * KEYS)


def got_another():
    """How many of 1,000 get another object than the one that stays."""
    shared, got = {}, []
    in_threads(8, set_default, shared, got)
    return 1000.0 * sum(thing is not shared[key] for key, thing in got) / (8 * KEYS)


def not_appended():
    """How many of 1,000 are not in the list afterwards."""
    shared = []
    in_threads(8, append, shared)
    return 1000.0 * (8 * KEYS - len(shared)) / (8 * KEYS)


ADDING = [("count += 1", add), ("count += one()", add_with_call)]


def main():
    measured = []
    for often, when, updates in [(False, "", UPDATES), (True, ", switching often", UPDATES_OFTEN)]:
        switch_often(often)
        for what, work in ADDING:
            for threads in 2, 8:
                name = "lost of 1,000/%s/%d threads%s" % (what, threads, when)
                measured.append((name, "count", lost(threads, work, updates)))
    name = "lost of 1,000/count += one(), with a lock/8 threads, switching often"
    measured.append((name, "count", lost(8, add_with_lock, FEW)))
    for what, work in ADDING:
        smallest = min(sum_left(2, work, FEW) for _ in range(SUMS))
        measured.append(("smallest sum of 2 threads, {:,} each, switching often/{}".format(FEW, what), "count", smallest))
    report(measured + [
        ("acted again for 10,000 keys, switching often/check, act", "count", acted_again(check_act)),
        ("acted again for 10,000 keys, switching often/check, call, act", "count", acted_again(check_call_act)),
        ("another object of 1,000, switching often/dict.setdefault", "count", got_another()),
        ("lost of 1,000, switching often/list.append", "count", not_appended()),
    ])


if __name__ == "__main__":
    main()
