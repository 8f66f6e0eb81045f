"""Echo servers in a thread, one after the other, beside other threads that compute or not. Each connects to the client,
which listens at the port that is given, and serves until the client hangs up. The client has the clock and counts, so
this prints no numbers. For Python 2.7 and 3.6 to 3.14.

The switch interval is how long a thread waits for the lock before it asks the one that has it to let go. Python 2.7 has
no such interval: there a thread that computes lets go for a moment after every so many instructions, 100 by default. So
in 2.7 the default of 5 ms stands for 100 instructions, and other intervals for as many more or fewer, yet never for
less than one. Without the GIL nobody waits for a lock, and the interval changes nothing."""

import contextlib
import socket
import sys
import threading

from tools import report

USUAL = 0.005

# Threads that compute, and the switch interval in seconds.
SERVERS = [(0, USUAL), (1, USUAL), (2, USUAL), (1, 0.00002), (1, 0.0005), (1, 0.05)]


def echo(connection):
    message = connection.recv(256)
    while message:
        connection.sendall(message)
        message = connection.recv(256)


def compute(stop):
    while not stop:
        pass


def set_interval(seconds):
    if hasattr(sys, "setswitchinterval"):
        sys.setswitchinterval(seconds)
    else:
        sys.setcheckinterval(max(1, int(round(100 * seconds / USUAL))))


def serve(port, computing, interval):
    set_interval(interval)
    stop = []
    others = [threading.Thread(target=compute, args=(stop,)) for _ in range(computing)]
    with contextlib.closing(socket.create_connection(("127.0.0.1", port))) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = threading.Thread(target=echo, args=(connection,))
        # The server last: the client must not meet it alone.
        for thread in others + [server]:
            thread.start()
        server.join()
    stop.append(True)
    for thread in others:
        thread.join()


def main():
    if not sys.argv[1:] or not sys.argv[1].isdigit():
        sys.stderr.write("echo.py wants the port at which a client listens, such as 5000\n")
        sys.exit(2)
    for computing, interval in SERVERS:
        serve(int(sys.argv[1]), computing, interval)
    report([])


if __name__ == "__main__":
    main()
