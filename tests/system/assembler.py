"""Drives slidemill-assembler as the supervisor does: one private PUSH/PULL pair, HELLO, leases, results."""

import json
import os
import subprocess
import tempfile

import msgpack
import zmq

HELLO, BEAT, RETIRE, FAILED, ASSEMBLE, ASSEMBLED = 1, 2, 3, 6, 40, 41
PATIENCE_MS = 60000


class Failed(Exception):
    def __init__(self, code, retryable, detail):
        super().__init__(f"{code}: {detail}")
        self.code, self.retryable, self.detail = code, retryable, detail


class Assembler:
    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        self.context = zmq.Context()
        self.tasks = self._bind(zmq.PUSH, "tasks")
        self.results = self._bind(zmq.PULL, "results")
        self.lease = 0
        self.process = None
        try:
            self._start(program)
        except BaseException:
            self.close()
            raise

    def _start(self, program):
        self.process = subprocess.Popen(
            [program, "--slot", "0", "--generation", "1", "--tasks", self._name("tasks"),
             "--results", self._name("results")],
            env={"PATH": os.environ["PATH"], "TZ": "Asia/Tokyo"})
        self.hello = self._next()
        assert self.hello[0][0] == HELLO, self.hello

    def _name(self, end):
        return f"ipc://{self.folder.name}/{end}"

    def _bind(self, kind, end):
        socket = self.context.socket(kind)
        socket.setsockopt(zmq.LINGER, 0)
        socket.bind(self._name(end))
        return socket

    def _next(self):
        while True:
            assert self.results.poll(PATIENCE_MS), "the assembler said nothing in time"
            frames = self.results.recv_multipart()
            header = msgpack.unpackb(frames[0])
            if header[0] != BEAT:
                return header, frames[1:]

    def assemble_bytes(self, manifest, pictures=(), outputs=0):
        """The artifacts, or Failed. outputs: a bit for each, as proto/artifact.h counts them; the first three always come."""
        self.lease += 1
        header = msgpack.packb([ASSEMBLE, self.lease, "job-1", 1, outputs])
        self.tasks.send_multipart([header, manifest, *pictures])
        header, frames = self._next()
        assert header[1] == self.lease
        if header[0] == FAILED:
            raise Failed(header[2], header[3], header[5])
        assert header[0] == ASSEMBLED and len(frames) == (outputs | 7).bit_count()
        return frames

    def assemble(self, manifest, pictures=(), outputs=0):
        return self.assemble_bytes(json.dumps(manifest, ensure_ascii=False).encode(), pictures, outputs)

    def retire(self):
        """Its exit code."""
        self.tasks.send(msgpack.packb([RETIRE, 1]))
        code = self.process.wait(30)
        self.close()
        return code

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.tasks.close()
        self.results.close()
        self.context.term()
        self.folder.cleanup()
