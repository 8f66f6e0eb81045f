"""An echo server in a thread, beside another thread that computes or not; the client is a process. Prints the median time of
a request in nanoseconds as JSON."""

import json
import multiprocessing
import socket
import statistics
import sys
import threading
import time

SECONDS = 0.1 if "--quick" in sys.argv else 0.4


# ANCHOR: server
def echo(connection):
    while message := connection.recv(256):
        connection.sendall(message)


def compute(stop):
    while not stop:
        pass
# ANCHOR_END: server


def ask(connection, results):
    latencies = []
    start = time.perf_counter()
    while not latencies or time.perf_counter() - start < SECONDS:
        begin = time.perf_counter_ns()
        connection.sendall(b"hello")
        connection.recv(256)
        latencies.append(time.perf_counter_ns() - begin)
    results.send(statistics.mean(latencies))


def measure(computing, interval):
    sys.setswitchinterval(interval)
    ours, theirs = socket.socketpair()
    answer, results = multiprocessing.Pipe()
    client = multiprocessing.Process(target=ask, args=(theirs, results))
    client.start()
    theirs.close()
    stop = []
    threads = [threading.Thread(target=echo, args=(ours,))]
    threads += [threading.Thread(target=compute, args=(stop,)) for _ in range(computing)]
    for thread in threads:
        thread.start()
    mean = answer.recv()
    client.join()
    stop.append(True)
    for thread in threads:
        thread.join()
    return mean


def main():
    times = [
        ("alone", measure(0, 0.005)),
        ("beside one that computes", measure(1, 0.005)),
        ("beside one, interval of 20 microseconds", measure(1, 0.00002)),
    ]
    print(json.dumps(times))


if __name__ == "__main__":
    main()
