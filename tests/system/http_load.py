"""Requests at a steady rate, whatever becomes of them: each ends as a status, or as what happened to its connection.

Half of them come on connections of their own, half on connections that are used again. They begin when it is time, also
while others wait, so a service that is away for a second finds a second's worth of them in its queue; but no more than
MOST_WAITING wait at once, so a machine that is too slow for the rate makes it lower.
"""

import asyncio
import collections
import multiprocessing
import os
import time

JOB = b'{"jobId": "under-load", "s3Key": "uploads/none.pdf", "email": "", "language": "English"}'
REQUESTS = [b"GET /jobs?limit=1 HTTP/1.1\r\nHost: a\r\n%s\r\n", b"GET /health HTTP/1.1\r\nHost: a\r\n%s\r\n", b"GET /livez HTTP/1.1\r\nHost: a\r\n%s\r\n",
            b"POST /process HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: " + str(len(JOB)).encode() + b"\r\n%s\r\n" + JOB]
PATIENCE, MOST_WAITING, MOST_IDLE = 60, 4000, 50
LOST = ("refused", "reset", "closed", "timeout")


class Client:
    def __init__(self, port):
        self.port, self.idle = port, collections.deque()
        self.ends, self.longest = collections.Counter(), 0

    async def answer(self, reader):
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        lines = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])}
        await reader.readexactly(int(lines[b"content-length"]))
        return status, lines.get(b"connection", b"").lower() == b"close"

    async def exchange(self, number):
        """A connection that was used before may be closed just now: then, as all clients do, on a new one (RFC 9112 9.3.1)."""
        if number % 2 == 0 and self.idle:
            try:
                return await self.exchange_on(number, *self.idle.popleft())
            except asyncio.IncompleteReadError as cut:
                if cut.partial:
                    raise
        return await self.exchange_on(number, *await asyncio.open_connection("127.0.0.1", self.port))

    async def exchange_on(self, number, reader, writer):
        keep = number % 2 == 0
        request = REQUESTS[number // 2 % len(REQUESTS)] % (b"" if keep else b"Connection: close\r\n")
        over = True
        try:
            writer.write(request)
            status, over = await self.answer(reader)
            return str(status)
        finally:
            if keep and not over and len(self.idle) < MOST_IDLE:
                self.idle.append((reader, writer))
            else:
                writer.close()

    async def one(self, number):
        begun = time.monotonic()
        try:
            end = await asyncio.wait_for(self.exchange(number), PATIENCE)
        except ConnectionRefusedError:
            end = "refused"
        except (ConnectionResetError, BrokenPipeError):
            end = "reset"
        except asyncio.IncompleteReadError:
            end = "closed"
        except asyncio.TimeoutError:
            end = "timeout"
        except OSError as error:
            end = os.strerror(error.errno)
        self.ends[end] += 1
        self.longest = max(self.longest, time.monotonic() - begun)

    async def run(self, rate, stop):
        begun, number, open_tasks = time.monotonic(), 0, set()
        while not stop.is_set():
            due = min(int((time.monotonic() - begun) * rate) - number, MOST_WAITING - len(open_tasks))
            for number in range(number + 1, number + 1 + due):
                task = asyncio.ensure_future(self.one(number))
                open_tasks.add(task)
                task.add_done_callback(open_tasks.discard)
            await asyncio.sleep(0.002)
        if open_tasks:
            await asyncio.wait(open_tasks)
        for _, writer in self.idle:
            writer.close()
        return {"seconds": time.monotonic() - begun, "ends": dict(self.ends), "longest_s": self.longest}


def serve(port, rate, stop, results):
    results.put(asyncio.run(Client(port).run(rate, stop)))


class Load:
    """with Load(port, rate) as load: ...; afterwards load.ends counts how requests ended, load.rate is what was reached."""

    def __init__(self, port, rate, processes=2):
        self.stop, self.results = multiprocessing.Event(), multiprocessing.Queue()
        self.clients = [multiprocessing.Process(target=serve, args=(port, rate / processes, self.stop, self.results)) for _ in range(processes)]

    def __enter__(self):
        for client in self.clients:
            client.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        said = [self.results.get(timeout=5 * PATIENCE) for _ in self.clients]
        for client in self.clients:
            client.join()
        self.ends = collections.Counter()
        for one in said:
            self.ends.update(one["ends"])
        self.longest_s = max(one["longest_s"] for one in said)
        self.rate = self.ends.total() / max(one["seconds"] for one in said)

    def lost(self):
        """Requests that got no answer."""
        return {end: self.ends[end] for end in LOST if self.ends[end]}
