"""A hundred tasks of asyncio wait, each again and again for 5 ms, while something is computed: nowhere, in a task, in a thread,
in a process. Prints how late a task was woken at worst, and how long the computing took, in nanoseconds as JSON."""

import asyncio
import json
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

OTHERS = 100
# In seconds.
TURN = 0.005
STEPS = 2_000_000


def count():
    n = 0
    while n < STEPS:
        n += 1
    return n


async def in_the_task(_executor):
    return count()


# ANCHOR: elsewhere
async def elsewhere(executor):
    return await asyncio.get_running_loop().run_in_executor(executor, count)
# ANCHOR_END: elsewhere


async def wait(stop):
    worst = 0
    while not stop.is_set():
        due = time.perf_counter() + TURN
        await asyncio.sleep(TURN)
        worst = max(worst, time.perf_counter() - due)
    return worst


async def worst_delay(compute, executor):
    stop = asyncio.Event()
    others = [asyncio.create_task(wait(stop)) for _ in range(OTHERS)]
    # Until all of them wait.
    await asyncio.sleep(2 * TURN)
    begin = time.perf_counter()
    assert await asyncio.create_task(compute(executor)) == STEPS
    took = time.perf_counter() - begin
    # Those that were due meanwhile are woken now.
    await asyncio.sleep(2 * TURN)
    stop.set()
    return max(await asyncio.gather(*others)), took


def main():
    measured = []
    with ThreadPoolExecutor(1) as thread, ProcessPoolExecutor(1) as process:
        for executor in thread, process:
            # Its start should not count.
            executor.submit(int).result()
        for name, compute, executor in [
            ("in a task", in_the_task, None),
            ("in a thread", elsewhere, thread),
            ("in a process", elsewhere, process),
        ]:
            worst, took = asyncio.run(worst_delay(compute, executor))
            measured += [("worst delay/" + name, "ns", worst * 1e9), ("computing/" + name, "ns", took * 1e9)]
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
