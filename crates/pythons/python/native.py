"""Native code in two threads against one after the other: what does the second one bring? `ctypes.CDLL` lets the GIL go
around each call, `ctypes.PyDLL` holds it, and the function is the same. The argument is the path of the library in
which it is. For CPython 2.7 and 3.6 to 3.14."""

import ctypes
import hashlib
import sys

from tools import QUICK, in_threads, ratio, report, rounds

try:
    import numpy
except ImportError:
    numpy = None

# So many that a call takes long beside what it takes to move a thread to the other core.
HASHES = 2000000 if QUICK else 30000000
NUMBERS = 100000 if QUICK else 2000000
# An old Python that was built without OpenSSL hashes in code of its own: slowly, and it holds the GIL.
OPENSSL = hashlib.sha256.__name__.startswith("openssl")
BYTES = bytearray((2 if QUICK else 50) * (1000000 if OPENSSL else 200000))
ROUNDS = 3


# ANCHOR: native
def native_hash(library):
    """Rounds of a hash in native code of ours, to be called by this name."""
    library.native_hash.argtypes = [ctypes.c_uint64]
    library.native_hash.restype = ctypes.c_uint64
    return lambda: library.native_hash(HASHES)


def ways(path):
    yield "lets go", native_hash(ctypes.CDLL(path))
    yield "holds", native_hash(ctypes.PyDLL(path))
    # ANCHOR_END: native
    yield "hashlib" if OPENSSL else "hashlib without OpenSSL", lambda: hashlib.sha256(BYTES).digest()
    if numpy:
        numbers = numpy.arange(NUMBERS, dtype=float)
        yield "NumPy", lambda: numpy.sin(numbers).sum()


def compare(work):
    """How long two threads take against one after the other, and what all of them return."""
    results = []

    def keep():
        results.append(work())

    def one_after_the_other():
        keep()
        keep()

    in_threads(2, keep)
    threads, after = rounds(ROUNDS, lambda: in_threads(2, keep), one_after_the_other)
    assert len(set(results)) == 1, results
    return ratio(threads, after), results[0]


def main():
    paths = [argument for argument in sys.argv[1:] if argument != "--quick"]
    if len(paths) != 1:
        sys.stderr.write("native.py wants the path of the library `native`, which Cargo has built\n")
        sys.exit(2)
    measured = {name: compare(work) for name, work in ways(*paths)}
    assert measured["lets go"][1] == measured["holds"][1], measured
    report([
        ("two threads against one after the other/" + name, "ratio", against)
        for name, (against, _) in sorted(measured.items())
    ])


if __name__ == "__main__":
    main()
