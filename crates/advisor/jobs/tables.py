"""Fills tables, each of which takes more than half of the memory that there is, so no two of them fit at once."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

from job import CORES, main

TASKS = 4
PAGE = 4096


def number(file, word=""):
    """The last number of the line that begins with `word`, or nothing."""
    try:
        with open(file) as lines:
            said = [line.replace("kB", "").split() for line in lines if line.startswith(word)]
        return int(said[0][-1])
    except (OSError, ValueError):
        return None


def left():
    """How many bytes the machine has left, or the group of processes that this one belongs to, if that is less."""
    machine = number("/proc/meminfo", "MemAvailable") * 1024
    with open("/proc/self/cgroup") as groups:
        group = "/sys/fs/cgroup" + next((line.strip()[3:] for line in groups if line.startswith("0::")), "")
    limit, taken = number(group + "/memory.max"), number(group + "/memory.current")
    return machine if limit is None or taken is None else min(machine, limit - taken)


def fill(pages, n):
    # An error is better than that the system ends somebody.
    if pages * PAGE > left() * 0.95:
        raise MemoryError("no room for a table of {} MB".format(pages * PAGE // 1_000_000))
    table = bytearray(pages * PAGE)
    table[::PAGE] = bytes([n + 1]) * pages
    return table.count(n + 1) // pages


def pages(percent):
    return left() * percent // 100 // PAGE


def one(size):
    return sum(map(partial(fill, pages(size)), range(TASKS)))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return sum(pool.map(partial(fill, pages(size)), range(TASKS)))


def processes(size):
    with ProcessPoolExecutor(CORES) as pool:
        return sum(pool.map(partial(fill, pages(size)), range(TASKS)))


if __name__ == "__main__":
    main(55, one, threads, processes)
