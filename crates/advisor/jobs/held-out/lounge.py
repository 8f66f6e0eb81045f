"""Listens to many visitors who hardly ever say anything: a thread for each, or one thread for all."""

import asyncio
import os
import selectors
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import main  # noqa: E402

VISITORS = 400
PAUSE = 0.0125


def talk(speakers, size):
    """Every now and then one of them says a word, and in the end all leave."""
    for n in range(size):
        time.sleep(PAUSE)
        speakers[n * 7 % VISITORS].sendall(b"word ")
    for speaker in speakers:
        speaker.close()


def with_visitors(size, listen):
    pairs = [socket.socketpair() for _ in range(VISITORS)]
    talking = threading.Thread(target=talk, args=([speaker for speaker, _ in pairs], size))
    talking.start()
    heard = listen([listener for _, listener in pairs])
    talking.join()
    for _, listener in pairs:
        listener.close()
    return heard


def one(size):
    def listen(listeners):
        heard, selector = 0, selectors.DefaultSelector()
        for listener in listeners:
            selector.register(listener, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                said = key.fileobj.recv(4096)
                heard += len(said)
                if not said:
                    selector.unregister(key.fileobj)
        return heard

    return with_visitors(size, listen)


def threads(size):
    def listen(listeners):
        heard = [0] * VISITORS

        def to(n):
            while True:
                said = listeners[n].recv(4096)
                if not said:
                    return
                heard[n] += len(said)

        hands = [threading.Thread(target=to, args=(n,)) for n in range(VISITORS)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        return sum(heard)

    return with_visitors(size, listen)


def async_(size):
    async def to(listener):
        reader, writer = await asyncio.open_connection(sock=listener)
        heard = len(await reader.read())
        writer.close()
        return heard

    async def to_all(listeners):
        return sum(await asyncio.gather(*map(to, listeners)))

    return with_visitors(size, lambda listeners: asyncio.run(to_all(listeners)))


if __name__ == "__main__":
    main(200, one, threads, async_)
