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
import ssl
import subprocess
import tempfile
import threading

import msgpack
import zmq

from harness import BUILD, LECTURES, Measurement, line, main, wait_until

HELLO, EXPLAIN = 1, 30
CALLS = {False: (0, 64, 256, 1024, 4096), True: (0, 64, 256, 1024)}  # over TLS: True


class Endpoint(threading.Thread):
    """Counts the questions that have come whole, and answers none. With a certificate it speaks TLS, and HTTP/1.1 there: a connection a call."""

    def __init__(self, certificate=None):
        super().__init__(daemon=True)
        self.whole, self.url, self.loop, self.tls = 0, None, asyncio.new_event_loop(), None
        if certificate:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.tls.load_cert_chain(certificate)
            self.tls.set_alpn_protocols(["http/1.1"])
        self.start()
        wait_until("the endpoint", lambda: self.url)

    def run(self):
        self.loop.run_until_complete(self.serve())

    async def serve(self):
        server = await asyncio.start_server(self.hold, "127.0.0.1", 0, backlog=4096, ssl=self.tls)
        self.url = f"{'https' if self.tls else 'http'}://localhost:{server.sockets[0].getsockname()[1]}/v1"
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
def vision(url, calls, **more):
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
               "SLIDEMILL_VISION_TIMEOUT_S": "3600", "SLIDEMILL_VISION_DEADLINE_S": "7200", **more}
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


def cpu_ms(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return 1000 * sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def pss(pid):
    return int(re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M).group(1))


def certificate(folder):
    """One for localhost that signs itself, its key in the same file; the trust of the system beside it, as an operator adds one."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "own.pem", "-out", folder / "cert.pem"], check=True,
                   stderr=subprocess.DEVNULL)
    with (folder / "own.pem").open("a") as own, (folder / "trust.pem").open("w") as trust:
        own.write((folder / "cert.pem").read_text())
        trust.write((folder / "cert.pem").read_text() + pathlib.Path("/etc/ssl/certs/ca-certificates.crt").read_text())
    return folder / "own.pem", folder / "trust.pem"


def memory(tls):
    resource.setrlimit(resource.RLIMIT_NOFILE, 2 * resource.getrlimit(resource.RLIMIT_NOFILE)[1:])
    with tempfile.TemporaryDirectory() as folder:
        pages = list(slides(pathlib.Path(folder)))
        own, trust = certificate(pathlib.Path(folder)) if tls else (None, "")
        mean = sum(len(picture) for _, picture in pages) / len(pages) / 1024
        idle = 0
        for calls in CALLS[tls]:
            endpoint = Endpoint(own)
            with vision(endpoint.url, calls, SSL_CERT_FILE=str(trust), SLIDEMILL_MODEL_PRESET="openai") as (pid, send):
                for number, (layer, picture) in zip(range(calls), itertools.cycle(pages)):
                    send([EXPLAIN, 1000 + number, "bench", number % 1000 + 1, 1, 1000, "English", "Title", "", "", "", "", 0, 6, 4096], layer, picture)
                wait_until(f"{calls} calls under way", lambda endpoint=endpoint, calls=calls: endpoint.whole >= calls, 300)
                used, cpu = pss(pid), cpu_ms(pid)
            idle = idle or used
            line(f"{calls} calls under way{' over TLS' if tls else ''}", f"vision {used / 1024:7.1f} MiB PSS" +
                 (f", {(used - idle) / calls:.1f} KiB a call; their pictures alone {mean:.1f} KiB; {cpu / calls:.2f} ms of CPU a call" if calls else ""))


MEASUREMENTS = [Measurement("calls under way", 60, "memory of vision alone by calls under way, beside their pictures", lambda: memory(False)),
                Measurement("calls under way over TLS", 60, "the same over TLS with HTTP/1.1, where each call has a connection", lambda: memory(True))]

if __name__ == "__main__":
    main(MEASUREMENTS)
