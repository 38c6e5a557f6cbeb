#!/usr/bin/env python3
"""tls - a stand-in for an HTTPS API: HTTP/2 or HTTP/1.1, whatever ALPN settles, one answer to everything

    tls.py --cert FILE --key FILE [--http1] [--streams N] [--gather N] [--goaway N]     prints its base URL, then serves

It holds answers until N requests are under way at once (--gather), so a client that asks one after the other never gets
one; /first is answered at once.  --streams is how many it takes on one connection; after --goaway answers on a connection it says GOAWAY, as servers
do to move clients elsewhere.  Paths: /stats tells {"connections", "most", "requests", "most_requests", "protocols"} (over
the same door; it is not counted and not held), /drop resets the stream or closes the connection, /refuse refuses the stream, /hang-up closes the
connection; anything else is answered with the length of what was sent.

Needs h2.
"""

import argparse
import asyncio
import collections
import json
import ssl

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings


RESETS = {"/drop": h2.errors.ErrorCodes.INTERNAL_ERROR, "/refuse": h2.errors.ErrorCodes.REFUSED_STREAM}


class Site:
    """What all connections share: the counts, and the gathering of requests."""

    def __init__(self, options):
        self.options = options
        self.connections = self.open = self.most = self.requests = self.under_way = self.most_requests = 0
        self.protocols = collections.Counter()
        self.changed = asyncio.Condition()

    def stats(self):
        return {"connections": self.connections, "most": self.most, "requests": self.requests,
                "most_requests": self.most_requests, "protocols": self.protocols}

    async def answer(self, path, size):
        if path == "/stats":
            return json.dumps(self.stats()).encode()
        async with self.changed:
            self.requests += 1
            self.under_way += 1
            self.most_requests = max(self.most_requests, self.under_way)
            self.changed.notify_all()
            if self.options.gather and path != "/first":
                await self.changed.wait_for(lambda: self.most_requests >= self.options.gather)
            self.under_way -= 1
        return str(size).encode()


class Http2:
    def __init__(self, site, reader, writer):
        self.site, self.reader, self.writer = site, reader, writer
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.paths, self.sizes, self.tasks, self.answered = {}, collections.Counter(), set(), 0

    async def serve(self):
        self.h2.initiate_connection()
        self.h2.update_settings({h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: self.site.options.streams})
        self.flush()
        while data := await self.reader.read(65536):
            for event in self.h2.receive_data(data):
                self.on(event)
            self.flush()
        for task in self.tasks:
            task.cancel()

    def on(self, event):
        stream = getattr(event, "stream_id", 0)
        if isinstance(event, h2.events.RequestReceived):
            self.paths[stream] = dict(event.headers)[b":path"].decode()
        elif isinstance(event, h2.events.DataReceived):
            self.sizes[stream] += len(event.data)
            self.h2.acknowledge_received_data(event.flow_controlled_length, stream)
        elif isinstance(event, h2.events.StreamReset):
            self.paths.pop(stream, None)
        elif isinstance(event, h2.events.StreamEnded):
            task = asyncio.create_task(self.reply(stream))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def reply(self, stream):
        path = self.paths.get(stream, "")
        body = await self.site.answer(path, self.sizes[stream])
        try:
            if path in RESETS:
                self.h2.reset_stream(stream, RESETS[path])
            elif path == "/hang-up":
                self.writer.transport.abort()
                return
            else:
                self.h2.send_headers(stream, [(":status", "200"), ("content-length", str(len(body)))])
                self.h2.send_data(stream, body, end_stream=True)
        except h2.exceptions.ProtocolError:
            return  # the client took it back
        self.answered += 1
        if self.answered == self.site.options.goaway:
            self.h2.close_connection(last_stream_id=max(self.paths))
        self.flush()

    def flush(self):
        self.writer.write(self.h2.data_to_send())


async def serve_http1(site, reader, writer):
    while line := await reader.readline():
        path, size = line.split()[1].decode(), 0
        while (header := await reader.readline()) not in (b"\r\n", b""):
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        await reader.readexactly(size)
        body = await site.answer(path, size)
        if path in ("/drop", "/hang-up"):
            return
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cert", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--http1", action="store_true")
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--gather", type=int, default=0)
    parser.add_argument("--goaway", type=int, default=0)
    options = parser.parse_args()
    site = Site(options)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.cert, options.key)
    context.set_alpn_protocols(["http/1.1"] if options.http1 else ["h2", "http/1.1"])

    async def on_connection(reader, writer):
        protocol = writer.get_extra_info("ssl_object").selected_alpn_protocol() or "none"
        site.connections += 1
        site.open += 1
        site.most = max(site.most, site.open)
        site.protocols[protocol] += 1
        try:
            await (Http2(site, reader, writer).serve() if protocol == "h2" else serve_http1(site, reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            site.open -= 1
            writer.close()

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0, ssl=context)
    print(f"https://localhost:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
