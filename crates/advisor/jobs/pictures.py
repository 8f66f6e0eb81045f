"""Brightens pictures of eight megabytes. A pool is sent the pixels and sends them back, or gets a name and reads them."""

import zlib
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

from job import CORES, main

BYTES = 8_000_000
ROW = (bytes(range(256)) * (BYTES // 128))[:BYTES + 256]
BRIGHTER = bytes(min(255, value + 40) for value in range(256))


def read(n):
    return ROW[n % 256:n % 256 + BYTES]


def brighten(pixels):
    return pixels.translate(BRIGHTER)


def brightened(n):
    return zlib.adler32(brighten(read(n)))


def one(size):
    return sum(map(brightened, range(size)))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return sum(pool.map(brightened, range(size)))


def processes(size):
    with Pool(CORES) as pool:
        return sum(map(zlib.adler32, pool.imap(brighten, map(read, range(size)))))


def names(size):
    with Pool(CORES) as pool:
        return sum(pool.imap(brightened, range(size)))


if __name__ == "__main__":
    main(300, one, threads, processes, names)
