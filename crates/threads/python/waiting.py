"""Fetches the pages named on the command line in three ways and prints each time in nanoseconds as JSON."""

import json
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

# The pages are on loopback, whatever proxy the environment names.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url):
    with OPENER.open(url) as response:
        return len(response.read().split())


def one_after_the_other(urls):
    return sum(fetch(url) for url in urls)


# ANCHOR: thread_each
def thread_each(urls):
    words = []
    threads = [threading.Thread(target=lambda url=url: words.append(fetch(url))) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(words)
# ANCHOR_END: thread_each


# ANCHOR: pool
def pool(urls):
    with ThreadPoolExecutor(max_workers=10) as executor:
        return sum(executor.map(fetch, urls))
# ANCHOR_END: pool


def main():
    urls = sys.argv[1:]
    times, words = [], set()
    # The first request loads modules; it should not count.
    fetch(urls[0])
    for name, way in {
        "a thread each": thread_each,
        "a pool of 10": pool,
        "one after the other": one_after_the_other,
    }.items():
        start = time.perf_counter_ns()
        words.add(way(urls))
        times.append((name, time.perf_counter_ns() - start))
    assert len(words) == 1, "every way reads the same pages"
    print(json.dumps([(name, "ns", nanoseconds) for name, nanoseconds in times]))


if __name__ == "__main__":
    main()
