"""A worker of each of Python's pools is killed in the middle of a task. What happens to the task, and to others?"""

import concurrent.futures
import json
import multiprocessing
import os
import signal
import sys
import time

PATIENCE = 1.0
TASKS = 20


# ANCHOR: die
def square(n):
    if n == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.005)
    return n * n
# ANCHOR_END: die


def lose_in_pool():
    """How many of the tasks have a result within the time, and what becomes of the others."""
    with multiprocessing.Pool(2) as pool:
        tasks = [pool.apply_async(square, (n,)) for n in range(TASKS)]
        done, lost = 0, set()
        for task in tasks:
            try:
                task.get(timeout=PATIENCE)
                done += 1
            except multiprocessing.TimeoutError:
                lost.add("still waits after %g s" % PATIENCE)
        return done, lost


def lose_in_executor():
    executor = concurrent.futures.ProcessPoolExecutor(2)
    done, lost = 0, set()
    tasks = [executor.submit(square, n) for n in range(TASKS)]
    for task in tasks:
        try:
            task.result(timeout=PATIENCE)
            done += 1
        except concurrent.futures.TimeoutError:
            lost.add("still waits after %g s" % PATIENCE)
        except Exception as error:
            lost.add(type(error).__name__)
    try:
        executor.submit(square, 1)
        lost.add("takes more")
    except Exception as error:
        lost.add("then: " + type(error).__name__)
    return done, lost


def main():
    results = []
    for name, lose in [("Pool", lose_in_pool), ("ProcessPoolExecutor", lose_in_executor)]:
        done, lost = lose()
        print("%s: %d of %d tasks have a result; the others: %s" % (name, done, TASKS, ", ".join(sorted(lost))), file=sys.stderr)
        results.append((name + ", done", done))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
