"""What waiting.py does by asyncio, for Python 3.6 to 3.14: one thread waits for all the pages."""

import asyncio

from waiting import PATIENCE, asked, words


# ANCHOR: asyncio
async def fetch(url):
    address, request = asked(url)
    reader, writer = await asyncio.open_connection(*address)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return words(answer)


async def fetch_all(urls):
    return sum(await asyncio.gather(*map(fetch, urls)))
# ANCHOR_END: asyncio


def by_asyncio(urls):
    # Python 3.6 has no asyncio.run.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(asyncio.wait_for(fetch_all(urls), PATIENCE))
    finally:
        loop.close()
