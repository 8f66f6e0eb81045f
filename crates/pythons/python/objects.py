"""Two threads refer to one object, or to one each. The references are counted at the object. What does it cost when two
cores write to the same count? For CPython 2.7 and 3.6 to 3.14; where there is a GIL, one thread writes at a time."""

from itertools import repeat

from tools import QUICK, in_threads, median, ratio, report, rounds

# So many that it takes long beside what it takes to move a thread to the other core.
TIMES = 50000 if QUICK else 1000000
ROUNDS = 3

# ANCHOR: refer
SHARED = object()


def refer(thing):
    for _ in repeat(None, TIMES):
        a = b = c = d = thing


def refer_to_own():
    refer(object())


def one_each(threads):
    in_threads(threads, refer_to_own)


def one_for_all(threads, thing=SHARED):
    in_threads(threads, refer, thing)
# ANCHOR_END: refer


def main():
    one_each(2)
    one_for_all(2)
    each, shared, none, small, alone, others, none_alone = rounds(
        ROUNDS,
        lambda: one_each(2),
        lambda: one_for_all(2),
        # Both threads refer to these, too. Since 3.12 they are immortal: nobody counts.
        lambda: one_for_all(2, None),
        lambda: one_for_all(2, 1),
        # The same code in one thread: nobody else writes. The second time, another thread has made the object.
        lambda: one_each(1),
        lambda: one_for_all(1),
        lambda: one_for_all(1, None),
    )
    report([
        ("one for both against one each/an object", "ratio", ratio(shared, each)),
        ("one for both against one each/None", "ratio", ratio(none, each)),
        ("one for both against one each/the number 1", "ratio", ratio(small, each)),
        ("another thread's against its own/an object", "ratio", ratio(others, alone)),
        ("two threads against one/an object each", "ratio", ratio(each, alone)),
        # With its share of the loop.
        ("a reference in one thread/an object", "ns", median(alone) / (4 * TIMES) * 1e9),
        ("a reference in one thread/None", "ns", median(none_alone) / (4 * TIMES) * 1e9),
    ])


if __name__ == "__main__":
    main()
