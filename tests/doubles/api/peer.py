"""peer - one HTTP/1.1 connection

It reads ahead, so that a client that goes away is noticed at once.
"""

import asyncio
import json


class Gone(Exception):
    """The client hung up while its answer was being made."""


class Peer:
    def __init__(self, reader, writer):
        self.reader, self.writer, self.ahead = reader, writer, b""

    async def head(self):
        while b"\r\n\r\n" not in self.ahead:
            more = await self.reader.read(65536)
            if not more:
                return b""
            self.ahead += more
        head, self.ahead = self.ahead.split(b"\r\n\r\n", 1)
        return head

    async def take(self, size):
        body, self.ahead = self.ahead[:size], self.ahead[size:]
        return body if len(body) == size else body + await self.reader.readexactly(size - len(body))

    async def gone(self, most=None):
        """Waits that long; raises Gone if the client hangs up meanwhile. No time given: waits for that alone."""
        if most is not None and most <= 0:
            return
        try:
            more = await asyncio.wait_for(self.reader.read(65536), most)
        except asyncio.TimeoutError:
            return
        except ConnectionError:  # a killed client resets what it had not read
            raise Gone from None
        if not more:
            raise Gone
        self.ahead += more

    async def send(self, status, headers, answer, rule):
        """Sends an answer, spoiled as the rule says; false if the connection ends with it."""
        body = answer if isinstance(answer, bytes) else \
            answer.encode() if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False).encode()
        kind = {str: "text/html", bytes: "application/octet-stream"}.get(type(answer), "application/json")
        size = len(body) + (100 if rule.get("cut_off") else 0)
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {size}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        if "trickle" in rule:
            self.writer.write(head)
            for i in range(0, len(body), 64):
                self.writer.write(body[i:i + 64])
                await self.writer.drain()
                await asyncio.sleep(rule["trickle"])
        else:
            self.writer.write(head + body)
        await self.writer.drain()
        return not rule.get("cut_off")
