"""Writes small files and waits until each is on the disk, as a program does that must not lose what it has confirmed."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import Pool

from job import CORES, main, parts

AT_ONCE = 8


def keep(folder, n):
    with open(os.path.join(folder, str(n)), "wb") as file:
        file.write(b"receipt %d\n" % n * 400)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def keep_all(folder, at_once, numbers):
    with ThreadPoolExecutor(at_once) as pool:
        return sum(pool.map(partial(keep, folder), numbers))


def in_a_folder(work):
    # Not in /tmp, which may be memory.
    with tempfile.TemporaryDirectory(dir=os.curdir) as folder:
        return work(folder)


def one(size):
    return in_a_folder(lambda folder: sum(keep(folder, n) for n in range(size)))


def threads(size):
    return in_a_folder(lambda folder: keep_all(folder, AT_ONCE, range(size)))


def processes(size):
    with Pool(CORES) as pool:
        return in_a_folder(lambda folder: sum(pool.imap_unordered(partial(keep, folder), range(size))))


def both(size):
    def keep_parts(folder):
        keep_part = partial(keep_all, folder, -(-AT_ONCE // CORES))
        return sum(pool.imap_unordered(keep_part, parts(size, CORES)))

    with Pool(CORES) as pool:
        return in_a_folder(keep_parts)


if __name__ == "__main__":
    main(400, one, threads, processes, both)
