#!/usr/bin/env python3
"""s3faults - a store that misbehaves as told; it checks no signature, real servers do that.

usage: s3faults.py [--port PORT]

Prints its base URL, then serves until killed.  Objects are kept in memory, uploads in parts too.
POST /control/rules   [{"fault": NAME, "times": 2, "method": "GET", "query": "uploadId"}, ...]: the first rule whose
                      method and query word fit (if given) answers that many requests (1 unless told)
GET  /control/log     [{"method", "path", "query", "region", "date"}, ...]
GET  /control/uploads the uploads that are neither completed nor aborted
Faults: slowdown (503), cut (half the body), error200 (200 with <Error>), reset, skewed (RequestTimeTooSkewed with a
Date an hour ahead), region (AuthorizationHeaderMalformed naming eu-west-3), denied, moved (301), internal (500),
gone200 (200 with <Error> NoSuchKey), elsewhere (307 that names no region), edge520, edge522, edge530, edge598 (HTML of an
edge in front of the store), edge501
"""
import argparse
import email.utils
import http.server
import json
import socket
import struct
import sys
import threading
import time
import urllib.parse

RULES, LOG, LOCK = [], [], threading.Lock()
OBJECTS, UPLOADS = {}, {}


def error(code, more=""):
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>as told</Message>{more}</Error>".encode()


HEAVY = {"slowdown": (503, error("SlowDown"), {"Retry-After": "0"}), "error200": (200, error("InternalError"), {}),
         "skewed": (403, error("RequestTimeTooSkewed"), {}), "denied": (403, error("AccessDenied"), {}),
         "region": (400, error("AuthorizationHeaderMalformed", "<Region>eu-west-3</Region>"), {}),
         "moved": (301, error("PermanentRedirect"), {"x-amz-bucket-region": "eu-west-3", "Location": "http://127.0.0.1:1/"}),
         "gone200": (200, error("NoSuchKey"), {}),
         "elsewhere": (307, error("TemporaryRedirect"), {"Location": "http://127.0.0.1:1/lectures/uploads/a.pdf?token=hush"}),
         "internal": (500, error("InternalError"), {})}
HEAVY.update({f"edge{status}": (status, b"<!DOCTYPE html><title>the edge has a bad day</title>", {"Content-Type": "text/html"})
              for status in (501, 520, 522, 530, 598)})


def next_fault(method, query):
    with LOCK:
        for rule in RULES:
            if rule.get("method", method) == method and rule.get("query", "") in query:
                rule["times"] = rule.get("times", 1) - 1
                if rule["times"] <= 0:
                    RULES.remove(rule)
                return rule["fault"]
    return None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ahead_s = 0

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return email.utils.formatdate(time.time() + self.ahead_s, usegmt=True)

    def answer(self, status, body=b"", headers=None, cut=False):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True

    def control(self, body):
        if self.path == "/control/rules":
            with LOCK:
                RULES[:] = json.loads(body)
            return self.answer(200, b"{}")
        with LOCK:
            return self.answer(200, json.dumps(LOG if self.path == "/control/log" else list(UPLOADS)).encode())

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/control/"):
            return self.control(body)
        path, _, query = self.path.partition("?")
        scope = self.headers.get("Authorization", "").partition("Credential=")[2].split("/")
        with LOCK:
            LOG.append({"method": self.command, "path": path, "query": query, "date": self.headers.get("x-amz-date"),
                        "region": scope[2] if len(scope) > 2 else ""})
        fault = next_fault(self.command, query)
        if fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return None
        if fault in HEAVY:
            self.ahead_s = 3600 if fault == "skewed" else 0
            return self.answer(*HEAVY[fault])
        return self.object(path, dict(urllib.parse.parse_qsl(query, keep_blank_values=True)), body, fault == "cut")

    def object(self, path, query, body, cut):
        upload = query.get("uploadId")
        if upload is not None and upload not in UPLOADS:
            return self.answer(404, error("NoSuchUpload"))
        if self.command == "GET":
            return self.answer(200, OBJECTS[path], cut=cut) if path in OBJECTS else self.answer(404, error("NoSuchKey"))
        if self.command == "POST" and "uploads" in query:
            upload = f"upload-{len(LOG)}"
            UPLOADS[upload] = {}
            return self.answer(200, f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId>"
                                    "</InitiateMultipartUploadResult>".encode())
        if self.command == "PUT" and upload:
            UPLOADS[upload][int(query["partNumber"])] = body
            return self.answer(200, headers={"ETag": f'"part{query["partNumber"]}"'})
        if self.command == "POST" and upload:
            OBJECTS[path] = b"".join(part for _, part in sorted(UPLOADS.pop(upload).items()))
            return self.answer(200, b"<CompleteMultipartUploadResult/>")
        if self.command == "DELETE" and upload:
            UPLOADS.pop(upload)
            return self.answer(204)
        OBJECTS[path] = body
        return self.answer(200, headers={"ETag": '"whole"'})

    do_GET = do_PUT = do_POST = do_DELETE = serve


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A client that was killed is what some tests are about."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    server = Server(("127.0.0.1", parser.parse_args().port), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
