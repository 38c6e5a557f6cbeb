"""refusals - every way in which front refuses, tried many times: does the client see the whole answer?

A client that is told no while it is still sending must not lose the answer to a reset: a socket that is closed with unread
bytes resets the connection. Each kind is bytes for a raw socket. The client sends all of them, or as far as it gets, then reads
to the end, as plain HTTP clients do. Then the same again with its beginning in small pieces, each of which front sees alone.
tests/bench/refusals runs this by the thousand on a loaded machine, beside a crowd of connections that say nothing.
"""

import collections
import concurrent.futures
import json
import re
import select
import socket
import ssl
import threading
import time

DEADLINE_S = 1
CROWD = 1000
PIECE, PIECES, PAUSE_S = 3, 8, 0.02
LIMIT_PDF = 1_000_000
KEYS = "the-key"
ENVIRONMENT = {"SLIDEMILL_HTTP_DEADLINE_S": str(DEADLINE_S), "SLIDEMILL_API_KEYS": KEYS, "SLIDEMILL_LIMIT_PDF_BYTES": str(LIMIT_PDF),
               "SLIDEMILL_HTTP_UPLOADS": "200", "SLIDEMILL_HTTP_CONNECTIONS": str(CROWD + 500)}
GIVE_UP_S = 60


def client_hello():
    """What a browser sends that was told https."""
    sent = ssl.MemoryBIO()
    hello = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost")
    try:
        hello.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return sent.read()


def post(path=b"/process", more=b"", body=b"", length=None, type_=b"application/json", key=KEYS.encode()):
    length = len(body) if length is None else length
    return (b"POST " + path + b" HTTP/1.1\r\nHost: a\r\nContent-Type: " + type_ + b"\r\n" +
            (b"Authorization: Bearer " + key + b"\r\n" if key else b"") + more +
            (b"Content-Length: %d\r\n" % length if length >= 0 else b"") + b"\r\n" + body)


def form(pdf, before=b""):
    return (before + b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + pdf + b"\r\n--b--\r\n")


def chunked(pieces):
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


G = b"GET /livez HTTP/1.1\r\nHost: a\r\n"
FORM = b"multipart/form-data; boundary=b"
GOOD = json.dumps({"jobId": "job-1", "s3Key": "a.pdf", "email": "", "language": "Spanish"}).encode()
CHUNKED = post(more=b"Transfer-Encoding: chunked\r\n", length=-1)
MEG = bytes(1 << 20)
PDF = b"%PDF-1.7\n"

# name: what is sent, the statuses of all answers in their order
KINDS = {
    "two blanks": (b"GET  /livez HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    "two blanks, and a body": (b"POST  /process HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n" + MEG, [400]),
    "TLS": (client_hello(), [400]),
    "TLS, and more": (client_hello() + MEG, [400]),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + MEG, [505]),
    "no Host": (b"GET /livez HTTP/1.1\r\n\r\n", [400]),
    "an endless target": (b"GET /" + b"a" * (1 << 20), [414]),
    "an endless header": (G + b"X: " + b"a" * (1 << 20), [431]),
    "200 headers": (G + b"X: a\r\n" * 200 + b"\r\n", [431]),
    "length and chunks": (post(more=b"Transfer-Encoding: chunked\r\n", length=5) + MEG, [400]),
    "no such chunk": (CHUNKED + b"2\r\n{}0\r\n\r\n" + MEG, [400]),
    "a chunk without size": (CHUNKED + b"xyz\r\n" + MEG, [400]),
    "no key": (post(body=MEG, key=b""), [401]),
    "a wrong key": (post(body=MEG, key=b"wrong"), [401]),
    "a wrong key in the path": (post(b"/k/wrong/process", body=MEG), [401]),
    "a wrong key, and bad chunks": (post(more=b"Transfer-Encoding: chunked\r\n", length=-1, key=b"wrong") + b"xyz\r\n" + MEG, [401]),
    "no route": (post(b"/nothing", body=MEG), [404]),
    "no such method": (post(b"/health", body=MEG), [405]),
    "no such escape": (post(b"/jobs/%zz/callback", body=MEG), [400]),
    "compressed": (post(body=MEG, more=b"Content-Encoding: gzip\r\n"), [415]),
    "another type": (post(body=MEG, type_=b"image/png"), [415]),
    "too large, by its length": (post(body=MEG), [413]),
    "too large, and 30 MB": (post(body=MEG * 30, type_=FORM), [413]),
    "too large, by its chunks": (CHUNKED + chunked([MEG]), [413]),
    "too large, and expecting": (post(more=b"Expect: 100-continue\r\n", body=MEG), [413]),
    "too large a PDF": (post(body=form(PDF + bytes(LIMIT_PDF + 1)), type_=FORM), [413]),
    "too large a PDF, by its chunks": (post(more=b"Transfer-Encoding: chunked\r\n", length=-1, type_=FORM) +
                                       chunked([form(PDF + MEG * 3)]), [413]),
    "no multipart": (post(body=b"nonsense" + bytes(900_000), type_=FORM), [400]),
    "no PDF": (post(body=form(bytes(900_000)), type_=FORM), [415]),
    "no JSON": (post(body=b"[" * 60000), [400]),
    "no JSON, and the next": (post(body=b"{") + post(body=b"["), [400, 400]),
    "good, then nonsense": (post(body=GOOD) + b"nonsense\r\n\r\n" + MEG, [202, 400]),
    "good, then TLS": (post(body=GOOD) + client_hello(), [202, 400]),
    "refused, then nonsense": (post(b"/nothing") + b"nonsense\r\n\r\n" + MEG, [404, 400]),
    "half a request line": (b"GET /li", [408]),
    "half a head": (G, [408]),
    "half a body": (post(body=GOOD[:20], length=len(GOOD)), [408]),
    "half a form": (post(body=form(PDF)[:-9], length=500, type_=FORM), [408]),
    "half a chunk": (CHUNKED + b"99\r\n{", [408]),
    "good, then half a head": (post(body=GOOD) + G, [202, 408]),
}
HALF_CLOSED = ("two blanks", "TLS", "no Host", "good, then nonsense", "no such chunk", "no JSON")  # the client has shut its sending side


def statuses(got):
    """Of all answers, each of which must be whole."""
    found = []
    while got:
        head, end, rest = got.partition(b"\r\n\r\n")
        match = re.match(rb"HTTP/1\.1 (\d{3}) ", head)
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        status = int(match[1]) if match and end else 0
        if status == 100:
            got = rest
            continue
        if not status or length is None or len(rest) < int(length[1]):
            return found + ["half an answer"]
        if status >= 400 and not (b"application/problem+json" in head and json.loads(rest[:int(length[1])])["status"] == status):
            return found + [f"{status} that is not ours"]
        found.append(status)
        got = rest[int(length[1]):]
    return found


def cut(data):
    """Its beginning in small pieces, and the rest."""
    begin = PIECE * PIECES
    return [data[at:at + PIECE] for at in range(0, min(begin, len(data)), PIECE)] + ([data[begin:]] if len(data) > begin else [])


def try_once(port, pieces, half_close=False):
    """The statuses; behind them the end of the connection, if it was none in peace. Between the pieces there is time to read them."""
    got, end = b"", []
    with socket.create_connection(("127.0.0.1", port), timeout=GIVE_UP_S) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for i, piece in enumerate(pieces):
                time.sleep(PAUSE_S if i > 0 else 0)
                s.sendall(piece)
            if half_close:
                s.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has heard enough; an answer may still be there
        try:
            while piece := s.recv(65536):
                got += piece
        except ConnectionResetError:
            end = ["reset"]
        except TimeoutError:
            end = ["still open"]
    return statuses(got) + end


def run(port, tries, at_once=24):
    """{kind: Counter of what came, as text}; what is wanted is under "seen"."""
    found = collections.defaultdict(collections.Counter)

    def one(kind, pieces, wanted, half_close):
        came = try_once(port, pieces, half_close)
        busy = came == [429] and FORM in b"".join(pieces)  # too many forms at once; an answer, too
        return kind, "seen" if came == wanted or busy else str(came)

    jobs = [(name, [data], wanted, False) for name, (data, wanted) in KINDS.items()]
    jobs += [(name + ", in pieces", cut(data), wanted, False) for name, (data, wanted) in KINDS.items()]
    jobs += [(name + ", half closed", [KINDS[name][0]], KINDS[name][1], True) for name in HALF_CLOSED]
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for kind, came in pool.map(lambda job: one(*job), (job for _ in range(tries) for job in jobs)):
            found[kind][came] += 1
    return found


def table(found, tries):
    began = f"{'refusal':40} seen of {tries}"
    return "\n".join([began] + [f"{kind:40} {came['seen']:5}  {'; '.join(f'{n} x {what}' for what, n in came.items() if what != 'seen')}"
                                for kind, came in found.items()])


def settle(up):
    """Waits until front answers."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if try_once(up.port, [G + b"Connection: close\r\n\r\n"]) == [200]:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("front does not answer")


class Crowd:
    """So many connections that say nothing; whoever is closed comes again."""

    def __init__(self, port, size=CROWD):
        self.address = ("127.0.0.1", port)
        self.there, self.waiting, self.stop = {}, select.poll(), threading.Event()
        for _ in range(size):
            self.come()
        self.thread = threading.Thread(target=self.keep, daemon=True)
        self.thread.start()

    def come(self):
        s = socket.create_connection(self.address)
        self.there[s.fileno()] = s
        self.waiting.register(s, select.POLLIN)

    def keep(self):
        while not self.stop.is_set():
            for fd, _ in self.waiting.poll(100):
                self.waiting.unregister(fd)
                self.there.pop(fd).close()
                self.come()
        for s in self.there.values():
            s.close()

    def close(self):
        self.stop.set()
        self.thread.join()
