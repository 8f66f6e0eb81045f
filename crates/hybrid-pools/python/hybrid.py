"""Fetches pages and counts their words, by threads, by processes, by threads and processes together. The first argument is how
many nanoseconds the counting of a page takes, the second one how many processes, as in "2,12"; the fewest also work together with
threads. The others are the pages. Prints the times in nanoseconds as JSON."""

import collections
import concurrent.futures
import http.client
import json
import sys
import time
import urllib.parse

FETCHERS = 12


def fetch(url):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request("GET", parts.path)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def count(text, rounds):
    words = collections.Counter()
    for _ in range(max(rounds, 1)):
        words = collections.Counter(text.lower().split())
    return words


def fetch_and_count(url, rounds):
    return count(fetch(url), rounds)


def warm(_):
    time.sleep(0.01)


def nanoseconds(work, *arguments):
    begin = time.perf_counter_ns()
    work(*arguments)
    return time.perf_counter_ns() - begin


def threads_only(urls, rounds, threads, processes):
    return list(threads.map(lambda url: fetch_and_count(url, rounds), urls))


def processes_only(urls, rounds, threads, processes):
    return list(processes.map(fetch_and_count, urls, [rounds] * len(urls)))


def hybrid(urls, rounds, threads, processes):
    pages = concurrent.futures.as_completed([threads.submit(fetch, url) for url in urls])
    counts = [processes.submit(count, page.result(), rounds) for page in pages]
    return [words.result() for words in counts]


def main():
    computing, sizes, urls = int(sys.argv[1]), [int(size) for size in sys.argv[2].split(",")], sys.argv[3:]
    text = fetch(urls[0])
    rounds = round(computing / (nanoseconds(count, text, 20) / 20))
    times = []
    with concurrent.futures.ThreadPoolExecutor(FETCHERS) as threads:
        # The fewest come last: nobody forks once there are threads.
        for size in sorted(sizes, reverse=True):
            with concurrent.futures.ProcessPoolExecutor(size) as processes:
                list(processes.map(warm, range(2 * size)))
                ways = [("%d processes" % size, processes_only)]
                if size == min(sizes):
                    ways += [("threads only", threads_only), ("threads and processes", hybrid)]
                for name, work in ways:
                    times.append((name, nanoseconds(work, urls, rounds, threads, processes)))
    print(json.dumps([(name, "ns", nanoseconds) for name, nanoseconds in times]))


if __name__ == "__main__":
    main()
