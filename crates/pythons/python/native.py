"""Native code in two threads against one after the other: does it let the GIL go? `ctypes.CDLL` does so around each call,
`ctypes.PyDLL` holds it, and the function is the same. The library that has it is the argument. For CPython 2.7 and 3.6 to
3.14."""

import ctypes
import hashlib
import sys

from tools import QUICK, in_threads, ratio, report, rounds

try:
    import numpy
except ImportError:
    numpy = None

HASHES = 1000000 if QUICK else 8000000
BYTES = bytearray(500000 if QUICK else 4000000)
NUMBERS = 100000 if QUICK else 1000000
ROUNDS = 3 if QUICK else 7


# ANCHOR: native
def native_hash(library):
    """Rounds of a hash in native code of ours, to be called by this name."""
    library.native_hash.argtypes = [ctypes.c_uint64]
    library.native_hash.restype = ctypes.c_uint64
    return lambda: library.native_hash(HASHES)


def ways(path):
    yield "lets go", native_hash(ctypes.CDLL(path))
    yield "holds", native_hash(ctypes.PyDLL(path))
    yield "hashlib", lambda: hashlib.sha256(BYTES).digest()
    if numpy:
        numbers = numpy.arange(NUMBERS, dtype=float)
        yield "NumPy", lambda: numpy.sin(numbers).sum()
# ANCHOR_END: native


def compare(work):
    """How long two threads take against one after the other; each computes the same."""
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
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    if len(arguments) != 1:
        sys.stderr.write("native.py wants the path of the library `native`, which Cargo has built\n")
        sys.exit(2)
    measured, hashes = [], set()
    for name, work in ways(arguments[0]):
        against, result = compare(work)
        measured.append(("two threads against one after the other/" + name, "ratio", against))
        if name in ("lets go", "holds"):
            hashes.add(result)
    assert len(hashes) == 1, hashes
    report(measured)


if __name__ == "__main__":
    main()
