"""Parses many files of JSON and adds up what is in them."""

import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main  # noqa: E402

FILES = 8
RECORDS = json.dumps([{"id": n, "name": "item {}".format(n), "prices": [n, n / 2, n / 3]} for n in range(12_000)])


def total(name):
    with open(name) as file:
        return sum(record["prices"][0] for record in json.load(file))


def in_a_folder(size, work):
    with tempfile.TemporaryDirectory(dir=os.curdir) as folder:
        names = [os.path.join(folder, str(n)) for n in range(FILES)]
        for name in names:
            with open(name, "w") as file:
                file.write(RECORDS)
        return sum(work(total, [names[n % FILES] for n in range(size)]))


def one(size):
    return in_a_folder(size, map)


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return in_a_folder(size, pool.map)


def processes(size):
    with Pool(CORES) as pool:
        return in_a_folder(size, pool.imap_unordered)


if __name__ == "__main__":
    main(200, one, threads, processes)
