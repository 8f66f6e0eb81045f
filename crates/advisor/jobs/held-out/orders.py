"""Keeps orders in a database, each in a transaction of its own, behind one lock."""

import os
import sqlite3
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main  # noqa: E402


def with_database(work):
    with tempfile.TemporaryDirectory(dir=os.curdir) as folder:
        database = sqlite3.connect(os.path.join(folder, "orders"), check_same_thread=False)
        database.execute("create table orders (id integer primary key, price integer)")
        work(database)
        (total,) = database.execute("select sum(price) from orders").fetchone()
        database.close()
        return total


def add(database, n):
    with database:
        database.execute("insert into orders values (?, ?)", (n, n * 7 % 100))


def one(size):
    def work(database):
        for n in range(size):
            add(database, n)

    return with_database(work)


def threads(size):
    lock = threading.Lock()

    def work(database):
        def locked(n):
            with lock:
                add(database, n)

        with ThreadPoolExecutor(4 * CORES) as pool:
            list(pool.map(locked, range(size)))

    return with_database(work)


if __name__ == "__main__":
    main(250, one, threads)
