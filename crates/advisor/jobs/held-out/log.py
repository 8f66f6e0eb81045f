"""Looks for a pattern in a large log, part by part."""

import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main  # noqa: E402

PATTERN = re.compile(r"user=(\w+) .*?status=5\d\d (?:in )?(\d+)ms")
LINES = "".join(
    "2026-01-{:02} GET /page/{} user=u{} agent=tester status={} in {}ms\n".format(
        n % 28 + 1, n, n % 97, 500 if n % 11 == 0 else 200, n % 300)
    for n in range(4_000))


def slow(n):
    return sum(int(found[1]) + n % 2 for line in LINES.splitlines() for found in PATTERN.findall(line))


def one(size):
    return sum(map(slow, range(size)))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return sum(pool.map(slow, range(size)))


def processes(size):
    with Pool(CORES) as pool:
        return sum(pool.imap_unordered(slow, range(size)))


if __name__ == "__main__":
    main(1_100, one, threads, processes)
