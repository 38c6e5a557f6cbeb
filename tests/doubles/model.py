#!/usr/bin/env python3
"""model - the strict stand-in for an OpenAI-compatible chat completions API

It refuses what the real API refuses (unknown fields, bad pictures, loose schemas, wrong keys), keeps the limits of an account,
counts every call, and plays the scenarios a test asks for: 429 storms, hangs, cut answers, refusals, nonsense.  Its answers
are made from the picture's hash and the language asked for, so the same slide always gets the same answer, in the shape the
request's schema demands.

    model.py [--port 0] [--latency 0.5] [--key KEY] [--scenario FILE] ...       prints its base URL, then serves

    GET  /control/stats      what was asked so far (see api/tally.py)
    GET  /control/calls      every call in order: when, how long, what, status
    POST /control/scenario   {"rules": [...]} replaces the rules (see api/scenario.py); {"latency": 2, "concurrency": 8, ...}
                             sets options; scenarios/*.json are such bodies
    GET  /control/batches    the batches and files, as the API tells them
    POST /control/reset      forgets counts and rules

Needs only the standard library and jsonschema.  It is not a model, and it does not know what a slide shows.
"""

import argparse
import asyncio
import signal
import sys

from api.limits import KINDS
from api.server import Model


def parse_options(argv):
    parser = argparse.ArgumentParser(description="strict stand-in for an OpenAI-compatible API")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--prefix", default="/v1", help="path of the base URL")
    parser.add_argument("--key", default="", help="the only key taken; empty: any or none")
    parser.add_argument("--models", default="", help="models that exist, comma separated; empty: all")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until each answer")
    parser.add_argument("--slots", type=int, default=0, help="with more calls at once, all take longer in proportion; 0: never")
    parser.add_argument("--queue", type=int, default=0, help="calls served at once, the others wait in a line, as model servers do; 0: all")
    limits = parser.add_argument_group("limits of the account")
    limits.add_argument("--concurrency", type=int, default=0, help="calls at once; beyond it 429; 0: no limit")
    limits.add_argument("--rpm", type=int, default=0, help="calls a minute; beyond it 429; 0: no limit")
    limits.add_argument("--tpm", type=int, default=0, help="tokens a minute, asked and allowed for; beyond it 429; 0: no limit")
    limits.add_argument("--window", type=float, default=60, help="seconds over which these rates are kept (see api/limits.py)")
    limits.add_argument("--limit-kind", choices=sorted(KINDS), default="sliding")
    limits.add_argument("--burst", type=int, default=0, help="calls a full bucket holds; 0: as many as the window")
    limits.add_argument("--refusals-count", action="store_true", help="a refused call counts against --rpm like any other")
    limits.add_argument("--rate-headers", action="store_true", help="tell x-ratelimit-* with every answer")
    limits.add_argument("--tell", choices=("ms", "s", "both", "date", "no"), default="ms",
                        help="how a 429 for rate tells its wait: retry-after-ms, Retry-After in seconds, both, as date, or not")
    limits.add_argument("--retry-after", type=float, default=None, help="least seconds told with those 429s")
    limits.add_argument("--quota", type=int, default=0, help="answers the account pays for, then insufficient_quota; 0: no end")
    limits.add_argument("--revoke", type=int, default=0, help="calls after which the key is not taken any more; 0: never")
    limits.add_argument("--price-input", type=float, default=2.5, help="USD for a million input tokens, for the counts")
    limits.add_argument("--price-output", type=float, default=10.0, help="USD for a million output tokens")
    batch = parser.add_argument_group("the batch API")
    batch.add_argument("--no-batches", action="store_true", help="an endpoint without it")
    batch.add_argument("--batch-s", type=float, default=0.5, help="seconds a batch takes")
    batch.add_argument("--batch-answers", type=int, default=0, help="lines answered before a batch expires; 0: all, in time")
    batch.add_argument("--batch-tokens", type=int, default=0, help="tokens in open batches; with more one fails; 0: no limit")
    batch.add_argument("--batch-name-bytes", type=int, default=0, help="length of the names of batches, if not as they are")
    batch.add_argument("--batch-price", type=float, default=0.5, help="share of the price")
    takes = parser.add_argument_group("what the endpoint takes")
    takes.add_argument("--max-body", type=int, default=50_000_000, help="bytes; beyond it 413")
    takes.add_argument("--max-images", type=int, default=500, help="pictures in one request")
    takes.add_argument("--max-image-bytes", type=int, default=20 << 20)
    takes.add_argument("--max-image-side", type=int, default=16384, help="pixels")
    takes.add_argument("--max-tokens", type=int, default=0, help="longest answer that may be asked for; 0: as the model has it")
    takes.add_argument("--no-json-schema", action="store_true", help="an endpoint without structured outputs")
    takes.add_argument("--no-json-object", action="store_true", help="an endpoint without any response_format")
    takes.add_argument("--no-max-completion-tokens", action="store_true", help="an endpoint that knows only max_tokens")
    parser.add_argument("--scenario", help="JSON file as for /control/scenario")
    parser.add_argument("--log", help="append one JSON line a call to this file")
    return parser.parse_args(argv)


async def main():
    options = parse_options(sys.argv[1:])
    model = Model(options)
    server = await asyncio.start_server(model.serve, options.host, options.port, limit=1 << 20, backlog=1024)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print(f"http://{options.host}:{server.sockets[0].getsockname()[1]}{options.prefix}", flush=True)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
