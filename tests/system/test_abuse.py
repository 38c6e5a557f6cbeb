"""HTTP as nobody should speak it: every case is bytes for a raw socket and what the real slidemill-front must make of
them. All cases share one process, at the same time; each goes once in one piece and once in small ones."""

import concurrent.futures
import json
import re
import socket
import threading
import time

import requests

from test_front import JOB, SUBMIT, Supervisor

DEADLINE_S = 3
SHORT = 1000  # bytes
G = b"GET /livez HTTP/1.1\r\nHost: a\r\n"
P = b"POST /process HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
C = P + b"Transfer-Encoding: chunked\r\n\r\n"
BODY = json.dumps(JOB).encode()
SIZE = b"%x" % len(BODY)
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
LAST, LAST_STATUS = b"DELETE /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 405
NEXT = b"GET /jobs/next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def host(line):
    return b"GET /livez HTTP/1.1\r\n" + line + b"\r\n"


def target(text):
    return b"GET " + text + b" HTTP/1.1\r\nHost: a\r\n\r\n"


# name: bytes, the statuses of all answers in their order
CASES = {
    # Host
    "no host": (host(b""), [400]), "two hosts": (host(b"Host: a\r\nHost: a\r\n"), [400]), "empty host": (host(b"Host:\r\n"), [400]),
    "host with a path": (host(b"Host: a/b\r\n"), [400]), "host with a user": (host(b"Host: u@a\r\n"), [400]),
    "host with blanks": (host(b"Host: a b\r\n"), [400]), "two hosts in 1.0": (b"GET /livez HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", [400]),
    # how long a body is, told in two ways
    "length and chunks": (P + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT, [400]),
    "chunks and length": (P + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + NEXT, [400]),
    "two lengths": (P + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", [400]),
    "the same length twice": (P + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", [400]),
    "a list of lengths": (P + b"Content-Length: 2, 2\r\n\r\n{}", [400]), "signed length": (P + b"Content-Length: +2\r\n\r\n{}", [400]),
    "negative length": (P + b"Content-Length: -2\r\n\r\n{}", [400]), "hex length": (P + b"Content-Length: 0x2\r\n\r\n{}", [400]),
    "empty length": (P + b"Content-Length:\r\n\r\n{}", [400]), "length of 2^63": (P + b"Content-Length: 9223372036854775808\r\n\r\n{}", [400]),
    "length beyond 2^64": (P + b"Content-Length: 18446744073709551618\r\n\r\n{}", [400]),
    "gzip, chunked": (P + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", [400]),
    "xchunked": (P + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + NEXT, [400]),
    "chunked, identity": (P + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + NEXT, [400]),
    "chunked behind a tab": (P + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + NEXT, [400]),
    "two codings": (P + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + NEXT, [400]),
    "chunked in 1.0": (b"POST /process HTTP/1.0\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400]),
    "underscore for a hyphen": (P + b"Transfer_Encoding: chunked\r\n" + LENGTH + b"\r\n" + BODY + NEXT, [202, 200]),
    # lines of a head
    "blank before the colon": (P + b"Content-Length : 2\r\n\r\n{}", [400]), "tab before the colon": (G + b"X\t: a\r\n\r\n", [400]),
    "blank before the first header": (host(b" Host: a\r\n"), [400]), "folded": (G + b"X: a\r\n b\r\n\r\n", [400]),
    "folded length": (P + b"Content-Length:\r\n 2\r\n\r\n{}", [400]), "no colon": (G + b"foo\r\n\r\n", [400]),
    "empty name": (G + b": b\r\n\r\n", [400]), "NUL in a value": (G + b"X: a\0b\r\n\r\n", [400]), "NUL in a name": (G + b"X\0y: b\r\n\r\n", [400]),
    "control in a value": (G + b"X: a\x01b\r\n\r\n", [400]), "CR in a value": (G + b"X: a\rY: b\r\n\r\n", [400]),
    "a header ended by LF": (G + b"X: a\nY: b\r\n\r\n", [400]), "the head ended by LF": (G + b"X: a\r\n\n", [400]),
    "a request line ended by LF": (b"GET /livez HTTP/1.1\nHost: a\r\n\r\n", [400]), "a request line ended by CR": (b"GET /livez HTTP/1.1\rHost: a\r\n\r\n", [400]),
    "two empty lines first": (b"\r\n\r\n" + G + b"\r\n", [400]), "one empty line first": (b"\r\n" + G + b"\r\n", [200]),
    # request lines
    "two blanks": (b"GET  /livez HTTP/1.1\r\nHost: a\r\n\r\n", [400]), "blank in the target": (b"GET /livez x HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    "blank behind the version": (b"GET /livez HTTP/1.1 \r\nHost: a\r\n\r\n", [400]), "NUL in the target": (b"GET /livez\0 HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    "control in the target": (b"GET /liv\x01ez HTTP/1.1\r\nHost: a\r\n\r\n", [400]), "not ASCII in the target": ("GET /é HTTP/1.1\r\nHost: a\r\n\r\n".encode(), [400]),
    "broken escape": (target(b"/jobs/%zz"), [400]), "fragment": (target(b"/livez#a"), [400]), "backslash": (target(b"\\livez"), [400]),
    "authority form": (target(b"a:80"), [400]), "no version": (b"GET /livez\r\n\r\n", [400]), "version x": (b"GET /livez HTTP/x\r\nHost: a\r\n\r\n", [505]),
    "version in lower case": (b"GET /livez http/1.1\r\nHost: a\r\n\r\n", [400]), "version 1.2": (b"GET /livez HTTP/1.2\r\nHost: a\r\n\r\n", [505]),
    "the preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505]), "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", [400]),
    "too long a target": (target(b"/" + b"a" * 60000), [414]), "an endless target": (b"GET /" + b"a" * 100000, [414]),
    "too large a header": (G + b"X: " + b"a" * 60000 + b"\r\n\r\n", [431]), "200 headers": (G + b"X: a\r\n" * 200 + b"\r\n", [431]),
    "an endless name": (G + b"X" * 100000, [431]),
    # chunks
    "a chunk ended by LF": (C + b"2\n{}\n0\n\n", [400]), "its size ended by LF": (C + b"2\n{}\r\n0\r\n\r\n", [400]),
    "its data ended by LF": (C + b"2\r\n{}\n0\r\n\r\n", [400]), "the last ended by LF": (C + SIZE + b"\r\n" + BODY + b"\r\n0\n\r\n", [400]),
    "its data ended by nothing": (C + b"2\r\n{}0\r\n\r\n", [400]), "signed size": (C + b"+2\r\n{}\r\n0\r\n\r\n", [400]),
    "0x size": (C + b"0x2\r\n{}\r\n0\r\n\r\n", [400]), "giant size": (C + b"ffffffffffffffff\r\n{}\r\n0\r\n\r\n", [400]),
    "size beyond 2^64": (C + b"10000000000000002\r\n{}\r\n0\r\n\r\n", [400]), "no size": (C + b"\r\n{}\r\n0\r\n\r\n", [400]),
    "blank behind the size": (C + b"2 \r\n{}\r\n0\r\n\r\n", [400]), "LF in an extension": (C + b"2;a\nb\r\n{}\r\n0\r\n\r\n", [400]),
    "an endless extension": (C + b"2;" + b"a" * 1000, [400]), "a folded trailer": (C + SIZE + b"\r\n" + BODY + b"\r\n0\r\nX: a\r\n b\r\n\r\n", [400]),
    # what must go on working
    "chunks": (C + b"1\r\n" + BODY[:1] + b"\r\n%X" % (len(BODY) - 1) + b"\r\n" + BODY[1:] + b"\r\n0\r\n\r\n" + NEXT, [202, 200]),
    "a trailer": (C + SIZE + b"\r\n" + BODY + b"\r\n0\r\nX: a\r\n\r\n" + NEXT, [202, 200]),
    "absolute form": (target(b"http://elsewhere/livez"), [200]), "1.0": (b"GET /livez HTTP/1.0\r\n\r\n", [200]),
    "HEAD": (b"HEAD /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [200]), "pipelined": (G + b"\r\n" + P + LENGTH + b"\r\n" + BODY + target(b"/no") + NEXT, [200, 202, 404, 200]),
    "pipelined, then nonsense": (P + LENGTH + b"\r\n" + BODY + b"nonsense\r\n\r\n", [202, 400]),
    "bytes behind a body": (P + b"Content-Length: 2\r\n\r\n{}xx /livez HTTP/1.1\r\n\r\n", [422, 400]),
    "cookies that are none": (G + b'Cookie: =;;="\r\n\r\n', [200]),
    # methods and expectations
    "TRACE": (b"TRACE /livez HTTP/1.1\r\nHost: a\r\n\r\n", [405]), "BREW": (b"BREW /livez HTTP/1.1\r\nHost: a\r\n\r\n", [405]),
    "CONNECT": (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", [400]), "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    "Expect: miracles": (P + b"Expect: miracles\r\n" + LENGTH + b"\r\n" + BODY, [400]),
    "Expect, and too large": (P + b"Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n", [413]),
    "Expect": (P + b"Expect: 100-continue\r\n" + LENGTH + b"\r\n" + BODY, [202]),
    "a body for GET": (G + b"Content-Length: 3\r\n\r\nabc" + NEXT, [200, 200]),
}
CODES = {408: "REQUEST_TIMEOUT", 404: "ROUTE_NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "BODY_TOO_LARGE", 414: "URI_TOO_LONG", 422: "MISSING_FIELD", 431: "HEADERS_TOO_LARGE"}
# What is begun and never ended: the bytes, then silence or one more byte at a time; the connection must be closed.
# Those that have begun a request are told so.
SLOW = {"silence": (b"", b""), "half a request line": (b"GET /li", b""), "half a head": (G, b""), "half a body": (P + LENGTH + b"\r\n{", b""),
        "a dripping request line": (b"GET /li", b"a"), "a dripping header": (G + b"X: ", b"a"), "headers without end": (G, b"X: a\r\n"),
        "a dripping body": (P + b"Content-Length: 5000\r\n\r\n", b"a"), "chunks of one byte": (C, b"1\r\n \r\n")}


def talk(port, pieces, wanted=0, half_close=False, drip=False):
    """All that comes until the server closes. Where it goes on listening behind the wanted answers, the last question makes
    it close: so an answer too many is seen without waiting for it. drip: each piece waits until front has read the one before."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in pieces:
                s.sendall(piece)
                while drip and unread(port, s):
                    time.sleep(0.0005)
            if half_close:
                s.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has heard enough
        while piece := s.recv(65536):
            got += piece
            if wanted and not half_close and whole(got) == wanted:
                wanted = 0
                try:
                    s.sendall(LAST)
                except OSError:
                    pass
    return got


def whole(got):
    """How many whole answers that is; of those to HEAD none."""
    count = 0
    while match := re.match(rb"(?is)HTTP/1\.[01] (\d{3}) .*?\r\ncontent-length: (\d+)(?:\r\n.*?)?\r\n\r\n|HTTP/1.1 100 .*?\r\n\r\n", got):
        end = match.end() + int(match[2] or 0)
        if len(got) < end:
            break
        count += match[1] is not None
        got = got[end:]
    return count


def answers(got, head_only=False):
    """Statuses of all answers, which must be whole HTTP and, if they refuse, say so in JSON. Behind one that says so nothing comes."""
    statuses, closed = [], False
    while got:
        assert not closed, "bytes behind the last answer"
        head, _, rest = got.partition(b"\r\n\r\n")
        status = int(re.match(rb"HTTP/1\.[01] (\d{3}) ", head)[1])
        got = rest
        if status == 100:
            continue
        length = int(re.search(rb"(?i)\r\ncontent-length: (\d+)", head)[1])
        assert head_only or len(rest) >= length, "half an answer"
        if status >= 400:
            problem = json.loads(rest[:length])
            assert problem["status"] == status and problem["code"] == CODES.get(status, "BAD_REQUEST") and b"application/problem+json" in head
        statuses.append(status)
        closed = b"\r\nconnection: close" in head.lower()
        got = b"" if head_only else rest[length:]
    return statuses


def unread(port, s):
    """How many bytes front has not read yet of that client (proc_pid_net(5))."""
    ends = f":{port:04X}", f":{s.getsockname()[1]:04X}"
    with open("/proc/net/tcp") as table:
        for line in table:
            _, local, remote, _, queues, *_ = line.split()
            if local.endswith(ends[0]) and remote.endswith(ends[1]):
                return int(queues.split(":")[1], 16)
    return 0


def tell(port, name, pieces, drip=False):
    wanted = CASES[name][1]
    got = b""
    try:
        got = talk(port, pieces, len(wanted), drip=drip)
        seen = answers(got, name == "HEAD")
    except (AssertionError, TypeError, ValueError, OSError) as why:
        seen = repr(why)
    return None if seen in (wanted, wanted + [LAST_STATUS]) else f"{name}: {seen}, not {wanted}: {got[:200]}"


def small_pieces(data):
    return [data[i:i + 3] for i in range(0, len(data), 3)] if len(data) < 5000 else [data]


def lines_without_end(data):
    """Each line but its LF, which comes with the next one."""
    return re.findall(rb"(?s)\n?[^\n]*", data)


def wait_out(port, name):
    start, drip = SLOW[name]
    got, began = b"", time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.settimeout(0.1 if drip else 60)
        s.sendall(start)
        while time.monotonic() - began < 60:
            try:
                piece = s.recv(65536)
            except TimeoutError:
                s.sendall(drip)
                continue
            got += piece
            if not piece:
                break
    took = time.monotonic() - began
    seen = answers(got)
    if seen != ([408] if start else []):
        return f"{name}: {seen}: {got[:200]}"
    return None if DEADLINE_S * 0.9 < took else f"{name}: closed after {took:.1f} s"


def keep_posting(up, stop, times):
    while not stop.is_set():
        began = time.monotonic()
        assert requests.post(up.url + "/process", json=JOB).status_code == 202
        times.append(time.monotonic() - began)


def test_abuse(tmp_path):
    up = Supervisor(tmp_path, SLIDEMILL_HTTP_DEADLINE_S=str(DEADLINE_S), SLIDEMILL_HTTP_CONNECTIONS="1500")
    idle = [socket.create_connection(("127.0.0.1", up.port)) for _ in range(1000)]
    stop, times = threading.Event(), []
    healthy = threading.Thread(target=keep_posting, args=(up, stop, times))
    healthy.start()
    with concurrent.futures.ThreadPoolExecutor(48) as pool:
        runs = {name: [pool.submit(wait_out, up.port, name)] for name in SLOW}
        runs |= {name: [pool.submit(tell, up.port, name, pieces) for pieces in ([data], small_pieces(data))] for name, (data, _) in CASES.items()}
        faults = {name: [why for run in each if (why := run.result()) is not None] for name, each in runs.items()}
    stop.set()
    healthy.join()
    good = sum(not each for each in faults.values())
    print(f"{good} of {len(runs)} cases of abuse as wanted; meanwhile {len(times)} jobs, the slowest answer {max(times):.2f} s")
    assert good == len(runs), "\n".join(why for each in faults.values() for why in each)
    assert up.front.poll() is None and len(times) > 10 and max(times) < DEADLINE_S
    assert {fields[1] for kind, fields, _ in up.seen if kind == SUBMIT} == {JOB["jobId"]}, "no smuggled job"
    for s in idle:
        s.close()
    up.close()


def test_a_half_closed_client_is_told_what_was_wrong(tmp_path):
    up = Supervisor(tmp_path)
    for data, wanted in ((b"nonsense\r\n\r\n", [400]), (C + b"2\n", [400]), (G + b"\r\n" + b"x\r\n", [200, 400])):
        assert answers(talk(up.port, [data], 0, True)) == wanted
    up.close()


def test_the_library_sees_no_part_of_what_is_refused(tmp_path):
    """It would answer in HTML, or close without a word, as soon as it has seen enough of a line."""
    up = Supervisor(tmp_path, SLIDEMILL_HTTP_DEADLINE_S="60")
    short = [name for name, (data, _) in CASES.items() if len(data) <= SHORT]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        faults = list(filter(None, pool.map(lambda name: tell(up.port, name, lines_without_end(CASES[name][0]), True), short)))
    assert len(short) > 80 and not faults, "\n".join(faults)
    up.close()
