"""Keeps orders in a database, each in a transaction of its own: behind one lock, or with the lock of the database."""

import os
import sqlite3
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import Pool

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main, parts  # noqa: E402


def with_database(work):
    with tempfile.TemporaryDirectory(dir=os.curdir) as folder:
        file = os.path.join(folder, "orders")
        database = sqlite3.connect(file, check_same_thread=False)
        database.execute("create table orders (id integer primary key, price integer)")
        work(database, file)
        (total,) = database.execute("select sum(price) from orders").fetchone()
        database.close()
        return total


def add(database, n):
    with database:
        database.execute("insert into orders values (?, ?)", (n, n * 7 % 100))


def add_all(file, numbers):
    # Whoever finds the database locked tries again for a minute.
    database = sqlite3.connect(file, timeout=60)
    for n in numbers:
        add(database, n)
    database.close()


def one(size):
    def work(database, _):
        for n in range(size):
            add(database, n)

    return with_database(work)


def threads(size):
    lock = threading.Lock()

    def work(database, _):
        def locked(n):
            with lock:
                add(database, n)

        with ThreadPoolExecutor(4 * CORES) as pool:
            list(pool.map(locked, range(size)))

    return with_database(work)


def processes(size):
    # A database that is open doesn't survive a fork.
    with Pool(CORES) as pool:
        return with_database(lambda _, file: pool.map(partial(add_all, file), parts(size, CORES)))


if __name__ == "__main__":
    main(250, one, threads, processes)
