"""Echo servers in a thread, beside other threads that compute or not. Each connects to the client, which listens at the port
that is given, and serves until the client hangs up. The client has the clock, so this prints no times."""

import socket
import sys
import threading

PORT = int(sys.argv[1])

# Threads that compute, and the switch interval in seconds.
SERVERS = [(0, 0.005), (1, 0.005), (2, 0.005), (1, 0.00002)]


# ANCHOR: server
def echo(connection):
    while message := connection.recv(256):
        connection.sendall(message)


def compute(stop):
    while not stop:
        pass
# ANCHOR_END: server


def serve(computing, interval):
    sys.setswitchinterval(interval)
    stop = []
    others = [threading.Thread(target=compute, args=(stop,)) for _ in range(computing)]
    with socket.create_connection(("127.0.0.1", PORT)) as connection:
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
    for server in SERVERS:
        serve(*server)
    print("[]")


if __name__ == "__main__":
    main()
