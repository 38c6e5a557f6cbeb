#!/usr/bin/env python3
"""in_flight - memory of vision by calls under way

The calls are held: the endpoint reads each question whole and never answers.  Vision gets its leases directly, with pictures
of real slides, so that nothing but vision and its calls is measured.
"""

import asyncio
import contextlib
import itertools
import json
import os
import pathlib
import re
import resource
import subprocess
import tempfile
import threading

import msgpack
import zmq

from harness import BUILD, LECTURES, Measurement, line, main, wait_until

HELLO, EXPLAIN = 1, 30
CALLS = (0, 64, 256, 1024, 4096)


class Endpoint(threading.Thread):
    """Counts the questions that have come whole, and answers none."""

    def __init__(self):
        super().__init__(daemon=True)
        self.whole, self.url, self.loop = 0, None, asyncio.new_event_loop()
        self.start()
        wait_until("the endpoint", lambda: self.url)

    def run(self):
        self.loop.run_until_complete(self.serve())

    async def serve(self):
        server = await asyncio.start_server(self.hold, "127.0.0.1", 0, backlog=4096)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        async with server:
            await server.serve_forever()

    async def hold(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        left = int(re.search(rb"content-length: (\d+)", head, re.I).group(1))
        while left:
            left -= len(await reader.read(min(left, 65536)))
        self.whole += 1
        await reader.read()  # until the other side goes
        writer.close()


@contextlib.contextmanager
def vision(url, calls):
    """slidemill-vision as the supervisor starts it; yields its pid and what sends it a message."""
    with tempfile.TemporaryDirectory() as folder:
        context = zmq.Context()
        sockets = [context.socket(kind) for kind in (zmq.PUSH, zmq.PULL)]
        for socket, name in zip(sockets, ("tasks", "results")):
            socket.setsockopt(zmq.LINGER, 0)
            socket.setsockopt(zmq.SNDHWM, 0)
            socket.bind(f"ipc://{folder}/{name}")
        env = {"PATH": os.environ["PATH"], "OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": url,
               "SLIDEMILL_VISION_IN_FLIGHT": str(max(calls, 1)),
               "SLIDEMILL_VISION_TIMEOUT_S": "3600", "SLIDEMILL_VISION_DEADLINE_S": "7200"}
        process = subprocess.Popen([BUILD / "slidemill-vision", "--slot", "0", "--generation", "1", "--tasks", f"ipc://{folder}/tasks",
                                    "--results", f"ipc://{folder}/results"], env=env, stderr=subprocess.DEVNULL)
        try:
            assert msgpack.unpackb(sockets[1].recv_multipart()[0])[0] == HELLO
            yield process.pid, lambda header, *frames: sockets[0].send_multipart([msgpack.packb(header), *frames])
        finally:
            process.kill()
            process.wait()
            context.destroy()


def slides(folder):
    """(text layer, JPEG) of real slides, as the rasterizer makes them: short side 768 pixels, quality 85."""
    subprocess.run(["pdftoppm", "-jpeg", "-jpegopt", "quality=85", "-scale-to-x", "1024", "-scale-to-y", "768", LECTURES / "survey-handout.pdf",
                    folder / "page"], check=True)
    for number, picture in enumerate(sorted(folder.glob("page*.jpg")), 1):
        text = subprocess.run(["pdftotext", "-f", str(number), "-l", str(number), LECTURES / "survey-handout.pdf", "-"], check=True,
                              capture_output=True, text=True).stdout
        rows = [{"x": 60, "y": 40 + 20 * i, "w": 800, "h": 18, "size": 16, "text": row} for i, row in enumerate(filter(None, text.splitlines()))]
        yield json.dumps({"width": 1024, "height": 768, "lines": rows}).encode(), picture.read_bytes()


def pss(pid):
    return int(re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M).group(1))


def memory():
    resource.setrlimit(resource.RLIMIT_NOFILE, 2 * resource.getrlimit(resource.RLIMIT_NOFILE)[1:])
    with tempfile.TemporaryDirectory() as folder:
        pages = list(slides(pathlib.Path(folder)))
    mean = sum(len(picture) for _, picture in pages) / len(pages) / 1024
    idle = 0
    for calls in CALLS:
        endpoint = Endpoint()
        with vision(endpoint.url, calls) as (pid, send):
            for number, (layer, picture) in zip(range(calls), itertools.cycle(pages)):
                send([EXPLAIN, 1000 + number, "bench", number % 1000 + 1, 1, 1000, "English", "Title", "", "", "", "", 0, 6, 4096], layer, picture)
            wait_until(f"{calls} calls under way", lambda endpoint=endpoint, calls=calls: endpoint.whole >= calls, 300)
            used = pss(pid)
        idle = idle or used
        line(f"{calls} calls under way", f"vision {used / 1024:7.1f} MiB PSS" +
             (f", {(used - idle) / calls:.1f} KiB a call; their pictures alone {mean:.1f} KiB" if calls else ""))


MEASUREMENTS = [Measurement("calls under way", 60, "memory of vision alone by calls under way, beside their pictures", memory)]

if __name__ == "__main__":
    main(MEASUREMENTS)
