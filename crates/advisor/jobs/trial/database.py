"""Asks a database in a file a few long questions. SQLite lets the GIL go while it looks for an answer."""

import contextlib
import os
import sqlite3
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import Pool

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main  # noqa: E402

QUESTIONS = 24
QUESTION = "select count(*), sum(price * amount) from sales where (price * 7 + amount * ?) % 11 < 5 and amount % 3 <> ?"


def fill(file, rows):
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("create table sales (price integer, amount integer)")
        database.executemany("insert into sales values (?, ?)", ((n * 31 % 997, n * 17 % 101) for n in range(rows)))


def ask(file, n):
    with contextlib.closing(sqlite3.connect(file)) as database:
        return sum(database.execute(QUESTION, (n, n % 3)).fetchone())


def with_a_database(size, answer):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "sales.db")
        fill(file, size)
        return answer(partial(ask, file))


def one(size):
    return with_a_database(size, lambda ask: sum(map(ask, range(QUESTIONS))))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return with_a_database(size, lambda ask: sum(pool.map(ask, range(QUESTIONS))))


def processes(size):
    with Pool(CORES) as pool:
        return with_a_database(size, lambda ask: sum(pool.imap_unordered(ask, range(QUESTIONS))))


if __name__ == "__main__":
    main(1_600_000, one, threads, processes)
