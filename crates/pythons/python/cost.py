"""Three small programs in one thread: what does a step of each cost? For CPython 2.7 and 3.6 to 3.14."""

from tools import QUICK, median, report, rounds

STARTS = 400 if QUICK else 3000
WORDS = ["word %d" % (n * n % 1009) for n in range(10000 if QUICK else 100000)]
TREES = 2 if QUICK else 20
DEPTH = 10
ROUNDS = 3 if QUICK else 15


def steps_to_one(n):
    """Halve it when it's even; when it's odd, triple it and add one (Collatz)."""
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def count_words(words):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


class Node(object):
    def __init__(self, depth):
        self.left = Node(depth - 1) if depth > 1 else None
        self.right = Node(depth - 1) if depth > 1 else None

    def nodes(self):
        left = self.left.nodes() if self.left else 0
        right = self.right.nodes() if self.right else 0
        return left + 1 + right


# Each says how many steps it has done.
PROGRAMS = [
    ("arithmetic", lambda: sum(steps_to_one(n) for n in range(1, STARTS))),
    ("a dictionary of words", lambda: sum(count_words(WORDS).values())),
    ("a tree of objects", lambda: sum(Node(DEPTH).nodes() for _ in range(TREES))),
]


def main():
    steps = [program() for _, program in PROGRAMS]
    assert steps[1:] == [len(WORDS), TREES * (2 ** DEPTH - 1)]
    times = rounds(ROUNDS, *[program for _, program in PROGRAMS])
    report([("a step/" + name, "ns", median(taken) / n * 1e9) for (name, _), taken, n in zip(PROGRAMS, times, steps)])


if __name__ == "__main__":
    main()
