"""Hashes blocks of a mebibyte with hashlib, which lets the lock of the interpreter go while it computes."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

from job import CORES, main

BLOCK = bytes(range(256)) * 4096


def fingerprint(n):
    hashed = hashlib.sha3_256(n.to_bytes(8, "little"))
    hashed.update(BLOCK)
    return hashed.hexdigest()[:8]


def total(prints):
    return "{:x}".format(sum(int(print, 16) for print in prints))


def one(size):
    return total(map(fingerprint, range(size)))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return total(pool.map(fingerprint, range(size)))


def processes(size):
    with Pool(CORES) as pool:
        return total(pool.imap_unordered(fingerprint, range(size)))


if __name__ == "__main__":
    main(1_400, one, threads, processes)
