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
    """How many of the tasks are done, fail, and have no answer; and what becomes of those that are not done."""
    with multiprocessing.Pool(2) as pool:
        tasks = [pool.apply_async(square, (n,)) for n in range(TASKS)]
        done, silent = 0, []
        for task in tasks:
            try:
                task.get(timeout=PATIENCE)
                done += 1
            except multiprocessing.TimeoutError:
                silent.append(task)
        # The pool is not just slow: it does what comes later.
        assert pool.apply(square, (TASKS,)) == TASKS * TASKS
        waiting = sum(not task.ready() for task in silent)
        return done, TASKS - done - waiting, waiting, ["still waits after %g s" % PATIENCE]


def lose_in_executor():
    executor = concurrent.futures.ProcessPoolExecutor(2)
    done, failed, waiting, lost = 0, 0, 0, set()
    tasks = [executor.submit(square, n) for n in range(TASKS)]
    for task in tasks:
        try:
            task.result(timeout=PATIENCE)
            done += 1
        except concurrent.futures.TimeoutError:
            waiting += 1
            lost.add("still waits after %g s" % PATIENCE)
        except Exception as error:
            failed += 1
            lost.add(type(error).__name__)
    try:
        executor.submit(square, 1)
        lost.add("takes more")
    except Exception as error:
        lost.add("then: " + type(error).__name__)
    return done, failed, waiting, sorted(lost)


def main():
    results = []
    for name, lose in [("Pool", lose_in_pool), ("ProcessPoolExecutor", lose_in_executor)]:
        done, failed, waiting, lost = lose()
        print("%s: %d of %d tasks have a result; the others: %s" % (name, done, TASKS, ", ".join(lost)), file=sys.stderr)
        results += [(name + "/done", "count", done), (name + "/failed", "count", failed), (name + "/no answer", "count", waiting)]
    print(json.dumps(results))


if __name__ == "__main__":
    main()
