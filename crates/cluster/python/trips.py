"""A byte and a mebibyte, there and back between the first rank and the last, with mpi4py: for each, the seconds
of all round trips, as JSON. mpirun starts it; its argument says how often."""

import json
import sys
import time

from mpi4py import MPI

WORLD = MPI.COMM_WORLD


def round_trips(size, times):
    """How many seconds each took, at rank 0."""
    last = WORLD.Get_size() - 1
    buffer = bytearray(size)
    took = []
    # The first ones find buffers and connections that are not there yet.
    for n in range(times + 10):
        if WORLD.Get_rank() == 0:
            start = time.perf_counter()
            WORLD.Send([buffer, MPI.BYTE], last)
            WORLD.Recv([buffer, MPI.BYTE], last)
            if n >= 10:
                took.append(time.perf_counter() - start)
        elif WORLD.Get_rank() == last:
            WORLD.Recv([buffer, MPI.BYTE], 0)
            WORLD.Send([buffer, MPI.BYTE], 0)
    return took


for size, fewer in (1, 1), (1 << 20, 20):
    took = round_trips(size, int(sys.argv[1]) // fewer)
    if WORLD.Get_rank() == 0:
        print(json.dumps({"Took": took}), flush=True)
