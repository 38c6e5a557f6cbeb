#!/usr/bin/env python3
"""receiver - a callback receiver for tests: checks both signatures, answers as told, keeps a log.

usage: receiver.py --secret SECRET [--port PORT]

Prints its base URL, then serves until killed.
POST /callback          an event; the answer is 204, or 401 if a signature is wrong, or what the next rule says
POST /control/rules     [{"status": 503, "headers": {"Retry-After": "7"}, "times": 2}, {"reset": true}, ...]: each rule
                        answers that many callbacks (1 unless told), in order; {"hang_s": 3} answers late, {"raw": "..."} says just
                        these bytes (Latin-1) and hangs up
GET  /control/log       [{"path", "headers", "body", "json", "worker_ok", "standard_ok", "status", "at"}, ...]
"""
import argparse
import base64
import hashlib
import hmac
import http.server
import json
import socket
import struct
import sys
import threading
import time

RULES, LOG, LOCK = [], [], threading.Lock()


def next_rule():
    with LOCK:
        if not RULES:
            return {}
        rule = RULES[0]
        rule["times"] = rule.get("times", 1) - 1
        if rule["times"] <= 0:
            RULES.pop(0)
        return dict(rule)


def worker_ok(secret, headers, body):
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, headers.get("X-Worker-Signature", ""))


def standard_ok(secret, headers, body):
    """As the Standard Webhooks specification has it: decoded secret, id.timestamp.body, five minutes."""
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    event, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not event or "." in event or not stamp.isdigit() or abs(time.time() - int(stamp)) > 300:
        return False
    mac = base64.b64encode(hmac.new(key, f"{event}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest("v1," + mac, sent) for sent in headers.get("webhook-signature", "").split(" "))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    secret = ""

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if status != 204 else b"")

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def do_GET(self):
        if self.path != "/control/log":
            return self.answer(404)
        with LOCK:
            self.answer(200, json.dumps(LOG).encode(), {"Content-Type": "application/json"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/control/rules":
            with LOCK:
                RULES[:] = json.loads(body)
            return self.answer(200, b"{}")
        rule = next_rule()
        time.sleep(rule.get("hang_s", 0))
        self.event(body, rule)

    def event(self, body, rule):
        ok = worker_ok(self.secret, self.headers, body), standard_ok(self.secret, self.headers, body)
        status = rule.get("status", 204 if all(ok) else 401)
        try:
            parsed = json.loads(body)
        except ValueError:
            parsed = None
        with LOCK:
            LOG.append({"path": self.path, "headers": {name.lower(): value for name, value in self.headers.items()},
                        "body": body.decode(errors="replace"), "json": parsed, "worker_ok": ok[0],
                        "standard_ok": ok[1], "status": 0 if rule.get("reset") else status, "at": time.time()})
        if rule.get("reset"):
            return self.reset()
        if "raw" in rule:
            self.close_connection = True
            return self.wfile.write(rule["raw"].encode("latin-1"))
        self.answer(status, headers=rule.get("headers"))


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A client that was killed is what some tests are about."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--secret", required=True)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    Handler.secret = options.secret
    server = Server(("127.0.0.1", options.port), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
