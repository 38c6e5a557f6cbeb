"""server - the calls of the stand-in, from headers to answer

What may be asked is judged in the order of the real API: key, body, what the endpoint takes, the request's shape, then money
and rate.  What goes wrong after that is for the scenario's rules.
"""

import asyncio
import json
import os
import time

from .answers import completion
from .ask import Ask, check_numbers
from .batch import Batches
from .limits import Account
from .peer import Gone, Peer
from .scenario import Rule
from .shape import Refused, Shape
from .tally import Tally

SCHEMA_FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "openai", "chat-completions.json")


class Model:
    def __init__(self, options):
        self.options, self.shape = options, Shape(SCHEMA_FILE)
        self.log = open(options.log, "a", encoding="utf-8") if options.log else None
        self.serial, self.line = 0, []
        self.reset()
        if options.scenario:
            with open(options.scenario, encoding="utf-8") as file:
                self.set_scenario(json.load(file))

    def reset(self):
        self.stats, self.rules, self.account, self.batches = Tally(), [], Account(self.options), Batches(self)
        self.seen = {}

    def set_scenario(self, scenario):
        for name, value in scenario.items():
            if name == "rules":
                self.rules = [Rule(spec) for spec in value]
            elif hasattr(self.options, name):
                setattr(self.options, name, value)
            elif name != "about":
                raise ValueError(f"no option {name!r}")

    # -- checks before an answer

    def check_key(self, headers):
        options = self.options
        if options.key and headers.get("authorization") != "Bearer " + options.key or \
                options.revoke and self.stats.calls + self.stats.overviews > options.revoke:
            raise Refused(401, "Incorrect API key provided.", code="invalid_api_key")

    def check_dialect(self, request):
        """What this endpoint, or this model, does not take."""
        options, model = self.options, request.get("model", "")
        if options.models and model not in options.models.split(","):
            raise Refused(404, f"The model '{model}' does not exist or you do not have access to it.", code="model_not_found")
        check_numbers(request, options.max_tokens)
        if options.no_max_completion_tokens and "max_completion_tokens" in request:
            raise Refused(400, "Unrecognized request argument supplied: max_completion_tokens")
        kind = (request.get("response_format") or {}).get("type")
        if kind == "json_schema" and (options.no_json_schema or options.no_json_object):
            raise Refused(400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
                          param="response_format")
        if kind == "json_object" and options.no_json_object:
            raise Refused(400, "'response_format.type' must be 'text'")

    def check_account(self, ask):
        options, stats = self.options, self.stats
        if options.quota and stats.answered + stats.overviews_answered + stats.at_once >= options.quota:
            raise Refused(429, "You exceeded your current quota, please check your plan and billing details.",
                          kind="insufficient_quota", code="insufficient_quota")
        tokens = ask.tokens + min(ask.room, 16384)
        self.account.enter(tokens, stats.at_once, time.monotonic())
        stats.taken_tokens += tokens

    def checked(self, headers, body):
        """The request in a body, if nothing is wrong with it."""
        self.check_key(headers)
        if headers.get("content-type", "").split(";")[0] != "application/json":
            raise Refused(400, "The content type must be application/json.")
        try:
            request = json.loads(body)
        except ValueError:
            raise Refused(400, "We could not parse the JSON body of your request.") from None
        if not isinstance(request, dict):
            raise Refused(400, "The body of a request must be a JSON object.")
        self.check_dialect(request)
        self.shape.check(request)
        ask = Ask(request, self.options)
        ask.body = body.decode("utf-8", "replace")
        self.recognise(ask)
        self.stats.asked(ask)
        return ask

    def recognise(self, ask):
        """A slide of whose answer something is to be corrected is the one that was asked about before."""
        told = (ask.slide, *ask.lines())
        if ask.corrects:
            if told not in self.seen or not list(ask.statements()):
                raise Refused(400, "An answer is to be corrected that nobody asked for.", param="messages")
            ask.key = self.seen[told]
        elif ask.slide:
            self.seen[told] = ask.key

    # -- one call

    def latency(self, rule):
        """Seconds until the answer: longer in proportion once more calls are under way than there are slots."""
        crowd = max(1, self.stats.at_once / self.options.slots) if self.options.slots else 1
        return self.options.latency * crowd + rule.get("delay", 0)

    def rule_for(self, ask):
        return next((rule.what for rule in self.rules if rule.applies(ask)), {})

    async def served(self, peer, rule):
        """Waits for a slot, if there are few, and then for the answer."""
        ticket = object()
        self.line.append(ticket)
        try:
            while self.options.queue and self.line.index(ticket) >= self.options.queue:
                await peer.gone(0.01)
            await peer.gone(self.latency(rule))
        finally:
            self.line.remove(ticket)

    async def made(self, ask, peer):
        """(status, headers, body, rule) for a request that is in order."""
        rule = self.rule_for(ask)
        self.serial += 1
        good = "error" not in rule and "raw" not in rule
        answer = completion(ask, self.serial, rule) if good else {"error": rule["error"]} if "error" in rule else rule["raw"]
        self.stats.entered()
        try:
            if rule.get("hang"):
                await peer.gone()
            if rule.get("drop"):
                raise ConnectionResetError
            await self.served(peer, rule)
        except (Gone, ConnectionResetError):
            if good:
                self.stats.bill(answer["usage"] or {"prompt_tokens": ask.tokens, "completion_tokens": 1}, self.options, abandoned=True)
            raise
        finally:
            self.stats.at_once -= 1
        if not good:
            return rule["status"], rule["headers"], answer, rule
        self.stats.bill(answer["usage"] or {"prompt_tokens": ask.tokens, "completion_tokens": min(ask.room, 16384)}, self.options)
        if answer["choices"][0]["finish_reason"] == "stop" and "content" not in rule and "refusal" not in rule:
            self.stats.good(ask)
        return 200, rule.get("headers", {}), answer, rule

    async def chat(self, headers, body, peer):
        began, ask, status, reason = time.monotonic(), None, 0, None
        self.stats.calls += 1
        try:
            ask = self.checked(headers, body)
            self.check_account(ask)
            status, more, answer, rule = await self.made(ask, peer)
            reason = "rule" if status == 429 else None
        except Refused as refused:
            status, more, answer, rule = refused.status, refused.headers, refused.body, {}
            reason = getattr(refused, "reason", refused.body["error"]["code"])
            if status != 429:
                self.stats.refused += 1
                self.stats.problems.append(str(refused))
            elif hasattr(refused, "reason"):
                self.stats.limited += 1
        finally:
            if status == 429:
                self.stats.by_reason[reason] += 1
            self.stats.ended(ask, status, reason, began)
        return status, {**self.account.headers(time.monotonic()), **more}, answer, rule

    def control(self, method, path, body):
        if (method, path) == ("GET", "/control/stats"):
            return self.stats.told()
        if (method, path) == ("GET", "/control/calls"):
            return self.stats.log
        if (method, path) == ("GET", "/control/batches"):
            return {"batches": [batch.told for batch in self.batches.batches.values()],
                    "files": [told for _, told in self.batches.files.values()]}
        if (method, path) == ("POST", "/control/reset"):
            self.reset()
            return {}
        if (method, path) == ("POST", "/control/scenario"):
            self.set_scenario(json.loads(body))
            return {}
        raise Refused(404, f"Invalid URL ({method} {path})")

    def stored(self, method, path, query, headers, body):
        """The same for the files and batches."""
        try:
            self.check_key(headers)
            return 200, {}, self.batches.route(method, path, query, headers, body), {}
        except Refused as refused:
            self.stats.refused += 1
            self.stats.problems.append(str(refused))
            return refused.status, {}, refused.body, {}

    async def answer(self, method, target, headers, body, peer):
        """(status, headers, body, rule) for one request."""
        path, _, query = target.partition("?")
        if path.startswith("/control/"):
            try:
                return 200, {}, self.control(method, path, body), {}
            except Refused as refused:
                return refused.status, {}, refused.body, {}
        if (method, path) == ("POST", self.options.prefix + "/chat/completions"):
            status, more, answer, rule = await self.chat(headers, body, peer)
        elif path.startswith((self.options.prefix + "/files", self.options.prefix + "/batches")):
            status, more, answer, rule = self.stored(method, path[len(self.options.prefix):], query, headers, body)
        else:
            refused = Refused(404, f"Invalid URL ({method} {path})")
            self.stats.refused += 1
            self.stats.problems.append(str(refused))
            status, more, answer, rule = 404, {}, refused.body, {}
        self.stats.by_status[str(status)] += 1
        if self.log:
            self.log.write(json.dumps({"at": round(time.time(), 3), "status": status, "client_request_id":
                                       headers.get("x-client-request-id"), "bytes": len(body)}) + "\n")
            self.log.flush()
        return status, more, answer, rule

    # -- HTTP

    async def serve(self, reader, writer):
        peer = Peer(reader, writer)
        self.stats.connections += 1
        try:
            while await self.one(peer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except Gone:
            self.stats.abandoned += 1
        finally:
            writer.close()

    async def one(self, peer):
        head = await peer.head()
        if not head:
            return False
        line, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (entry.partition(":") for entry in lines if entry)}
        size = int(headers.get("content-length", "0"))
        if headers.get("expect", "").lower() == "100-continue":
            peer.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if size > self.options.max_body:
            await peer.send(413, {}, {"error": {"message": "too large", "type": "invalid_request_error", "param": None,
                                                "code": None}}, {})
            return False
        body = await peer.take(size)
        status, more, answer, rule = await self.answer(method, target, headers, body, peer)
        return await peer.send(status, {"x-request-id": f"req_{self.serial}", **more}, answer, rule)
