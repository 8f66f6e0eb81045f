"""What all jobs share: how many cores there are, and the command line `JOB.py VARIANT [SIZE]`."""

import os
import sys

# Those that this process may use, which in a container may be fewer than the machine has.
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def main(size, *variants):
    """Runs the variant that the first argument names, with the second one or else `size`, and prints its result."""
    # `async` is no name for a function.
    named = {variant.__name__.rstrip("_"): variant for variant in variants}
    name, *rest = sys.argv[1:] or ["--help"]
    if name not in named or len(rest) > 1 or not all(argument.isdigit() for argument in rest):
        sys.exit("usage: {} {} [SIZE, otherwise {}]".format(sys.argv[0], "|".join(named), size))
    print(named[name](int(rest[0]) if rest else size))


def parts(total, count):
    """Divides the numbers below `total` into `count` ranges that are as equal as can be."""
    ends = [total * n // count for n in range(count + 1)]
    return [range(begin, end) for begin, end in zip(ends, ends[1:])]
