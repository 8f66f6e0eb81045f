"""What the scripts share: a clock, rounds that take turns, threads, and the report. For Python 2.7 and 3.6 to 3.14."""

from __future__ import print_function

import json
import os
import signal
import sys
import sysconfig
import threading
import time

QUICK = "--quick" in sys.argv

# In seconds. Whatever goes wrong, the system ends the script then.
PATIENCE = 120
if hasattr(signal, "alarm"):
    signal.alarm(PATIENCE)

# In seconds.
clock = getattr(time, "perf_counter", time.time)


def processor_time():
    """For how many seconds this process has kept cores busy."""
    if hasattr(time, "process_time"):
        return time.process_time()
    times = os.times()
    return times[0] + times[1]


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2.0


def seconds(work):
    begin = clock()
    work()
    return clock() - begin


def rounds(count, *works):
    """How long each takes, `count` times. They take turns: whoever else wants the machine slows down all of them."""
    times = [[] for _ in works]
    for _ in range(count):
        for work, taken in zip(works, times):
            taken.append(seconds(work))
    return times


def ratio(above, below):
    """The median of what one took against the other in the same round."""
    return median([a / b for a, b in zip(above, below)])


def in_threads(count, work, *arguments):
    """Calls `work` in so many threads at once: none begins before all have started."""
    gate, done = threading.Lock(), []

    def run():
        with gate:
            pass
        work(*arguments)
        done.append(True)

    threads = [threading.Thread(target=run) for _ in range(count)]
    with gate:
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == count, "a thread has failed"


def report(measured):
    """Triples: a name, its unit (ns, bytes, count or ratio) and a number."""
    if sysconfig.get_config_var("Py_GIL_DISABLED") and sys._is_gil_enabled() and os.environ.get("PYTHON_GIL") != "1":
        raise RuntimeError("a module has switched the GIL on, so this is no measurement without it")
    print(json.dumps(measured))
