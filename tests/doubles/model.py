#!/usr/bin/env python3
"""model - the strict stand-in for an OpenAI-compatible chat completions API

It refuses what the real API refuses (unknown fields, bad pictures, loose schemas, wrong keys), counts every call, and plays
the scenarios a test asks for: 429 storms, hangs, cut answers, refusals, nonsense.  Its answers are made from the picture's
hash and the language asked for, so the same slide always gets the same answer, in the shape the request's schema demands.

    model.py [--port 0] [--latency 0.5] [--key KEY] [--scenario FILE] ...       prints its base URL, then serves

    GET  /control/stats      what was asked so far (see Stats)
    POST /control/scenario   {"rules": [...]} replaces the rules (see Rule); {"latency": 2, "concurrency": 8, ...} sets options
    POST /control/reset      forgets counts and rules

Needs only the standard library and jsonschema.  It is not a model, and it does not know what a slide shows.
"""

import argparse
import asyncio
import base64
import collections
import hashlib
import json
import math
import os
import re
import signal
import sys
import time

import jsonschema

SCHEMA_FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "openai", "chat-completions.json")


class Refused(Exception):
    """An error answer: HTTP status and the API's error object."""

    def __init__(self, status, message, kind="invalid_request_error", code=None, param=None, headers=None):
        super().__init__(message)
        self.status, self.headers = status, headers or {}
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


# ---- what a request must look like -----------------------------------------------------------------------------------------

class Shape:
    """The published schema, plus what it does not say: unknown fields are refused, at the top and in every message part."""

    MESSAGES = {"system": "ChatCompletionRequestSystemMessage", "user": "ChatCompletionRequestUserMessage",
                "developer": "ChatCompletionRequestDeveloperMessage"}
    PARTS = {"text": "ChatCompletionRequestMessageContentPartText",
             "image_url": "ChatCompletionRequestMessageContentPartImage"}
    FORMATS = {"json_schema": "ResponseFormatJsonSchema", "json_object": "ResponseFormatJsonObject",
               "text": "ResponseFormatText"}

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.components = json.load(file)["components"]
        self.validator = jsonschema.Draft202012Validator(
            {"$ref": "#/components/schemas/CreateChatCompletionRequest", "components": self.components})
        self.seen = {}  # skeleton -> verdict: requests of one program differ only in their texts

    def fields(self, schema):
        """Names of all properties a schema knows, through $ref and allOf."""
        if isinstance(schema, str):
            schema = self.components["schemas"][schema]
        if "$ref" in schema:
            return self.fields(schema["$ref"].rsplit("/", 1)[1])
        names = dict(schema.get("properties", {}))
        for part in schema.get("allOf", []):
            names.update(self.fields(part))
        return names

    def check(self, request):
        bones = self.skeleton(request)
        key = json.dumps(bones, sort_keys=True)
        if key not in self.seen:
            self.seen[key] = self.verdict(bones)
        if self.seen[key] is not None:
            param, message = self.seen[key]
            raise Refused(400, message, param=param)

    @staticmethod
    def skeleton(request):
        """The request with its long texts taken out: no rule of the schema depends on what they say."""
        def bone(value, name=""):
            if isinstance(value, dict):
                return {key: bone(entry, key) for key, entry in value.items()}
            if isinstance(value, list):
                return [bone(entry) for entry in value]
            return name if isinstance(value, str) and name in ("text", "content", "url") else value
        return bone(request)

    def verdict(self, request):
        error = jsonschema.exceptions.best_match(self.validator.iter_errors(request))
        if error is not None:
            return ".".join(map(str, error.absolute_path)), error.message[:300]
        try:
            self.known(request, "CreateChatCompletionRequest", "")
            for i, message in enumerate(request["messages"]):
                self.known(message, self.MESSAGES[message["role"]], f"messages[{i}].")
                parts = message["content"] if isinstance(message["content"], list) else []
                for k, part in enumerate(parts):
                    where = f"messages[{i}].content[{k}]."
                    self.known(part, self.PARTS[part["type"]], where)
                    if part["type"] == "image_url":
                        if message["role"] != "user":
                            return where[:-1], "Invalid value: 'image_url'. Pictures are allowed in user messages only."
                        image = self.components["schemas"][self.PARTS["image_url"]]["properties"]["image_url"]
                        self.known(part["image_url"], image, where + "image_url.")
            format_ = request.get("response_format")
            if format_ is not None:
                schema = self.components["schemas"][self.FORMATS[format_["type"]]]
                self.known(format_, schema, "response_format.")
                if format_["type"] == "json_schema":
                    self.known(format_["json_schema"], schema["properties"]["json_schema"], "response_format.json_schema.")
                    strict_schema(format_["json_schema"])
        except Refused as refused:
            return refused.body["error"]["param"], refused.body["error"]["message"]
        except KeyError as unknown:
            return "messages", f"Invalid value: {unknown}."
        return None

    def known(self, value, schema, where):
        names = self.fields(schema)
        for name in value:
            if name not in names:
                raise Refused(400, f"Unknown parameter: '{where}{name}'.", param=where + name)


FORBIDDEN = {"allOf", "oneOf", "not", "if", "then", "else", "patternProperties", "default", "dependentRequired"}


def strict_schema(wanted):
    """What strict structured outputs demand of a schema."""
    param = "response_format.json_schema"

    def bad(message):
        raise Refused(400, "Invalid schema for response_format: " + message, param=param)

    def walk(schema, depth):
        if depth > 10:
            bad("nested deeper than 10 levels")
        for word in FORBIDDEN & set(schema):
            bad(f"'{word}' is not permitted")
        if "properties" in schema or schema.get("type") == "object":
            properties = schema.get("properties", {})
            if schema.get("additionalProperties") is not False:
                bad("'additionalProperties' is required to be supplied and to be false")
            if sorted(schema.get("required", [])) != sorted(properties):
                bad("'required' is required to be an array including every key in properties")
            for entry in properties.values():
                walk(entry, depth + 1)
        if schema.get("type") == "array":
            if "items" not in schema:
                bad("array schema missing items")
            walk(schema["items"], depth + 1)
        for entry in schema.get("anyOf", []):
            walk(entry, depth + 1)

    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", wanted["name"]):
        raise Refused(400, "Invalid 'response_format.json_schema.name'", param=param + ".name")
    if wanted.get("strict"):
        if wanted["schema"].get("type") != "object" or "anyOf" in wanted["schema"]:
            bad("the root must be an object")
        walk(wanted["schema"], 1)


MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF", "image/gif": b"GIF8"}


def picture(url, limit=20 << 20):
    """The bytes of a data URL and their size in pixels (JPEG)."""
    def bad(code, message):
        raise Refused(400, message, code=code, param="messages")

    if not url.startswith("data:"):
        bad("invalid_image_url", "Only data URLs are fetched here.")
    head, comma, text = url.partition(",")
    media, mark, coding = head[5:].partition(";")
    if media not in MAGIC:
        bad("unsupported_image_media_type", f"Unsupported media type {media!r}.")
    if not comma or coding != "base64" or not mark:
        bad("invalid_base64_image", "The data URL is not base64.")
    if len(text) % 4 != 0:
        bad("invalid_base64_image", "The base64 has no padding or a line break.")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        bad("invalid_base64_image", "The base64 cannot be decoded.")
    if not data:
        bad("empty_image_file", "The picture is empty.")
    if len(data) > limit:
        bad("image_too_large", "The picture is too large.")
    if not data.startswith(MAGIC[media]):
        bad("invalid_image_format", f"The bytes are not {media}.")
    if media != "image/jpeg":
        return data, (1024, 768)
    width, height = jpeg_size(data)
    if width == 0 or not data.rstrip(b"\0").endswith(b"\xff\xd9"):
        bad("image_parse_error", "The JPEG cannot be read.")
    if min(width, height) < 8:
        bad("image_too_small", "The picture is too small.")
    if max(width, height) > 16384:
        bad("image_too_large", "The picture has too many pixels.")
    return data, (width, height)


def jpeg_size(data):
    """Width and height from the frame header (ITU T.81 B.2.2); (0, 0) if there is none."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xff:
        marker, size = data[at + 1], int.from_bytes(data[at + 2:at + 4], "big")
        if 0xc0 <= marker <= 0xcf and marker not in (0xc4, 0xc8, 0xcc):
            return int.from_bytes(data[at + 7:at + 9], "big"), int.from_bytes(data[at + 5:at + 7], "big")
        at += 2 + size
    return 0, 0


def image_tokens(size, detail):
    """Tiles as gpt-4o counts them."""
    if detail == "low":
        return 85
    width, height = size
    scale = min(1, 2048 / max(width, height))
    scale = min(scale, 768 / (min(width, height) * scale) * scale)
    return 85 + 170 * math.ceil(width * scale / 512) * math.ceil(height * scale / 512)


class Ask:
    """A request that passed all checks, and what the answer is made from."""

    def __init__(self, request):
        texts, self.images, self.tokens = [], [], 0
        for message in request["messages"]:
            parts = message["content"]
            for part in [{"type": "text", "text": parts}] if isinstance(parts, str) else parts:
                if part["type"] == "text":
                    texts.append(part["text"])
                else:
                    data, size = picture(part["image_url"]["url"])
                    self.images.append(data)
                    self.tokens += image_tokens(size, part["image_url"].get("detail", "auto"))
        self.model = request["model"]
        self.text = "\n".join(texts)
        self.tokens += len(self.text) // 4
        self.key = hashlib.sha256(self.images[0] if self.images else self.text.encode()).hexdigest()[:16]
        found = re.search(r"Write everything in ([^\n]+?)\. ", self.text)
        self.language = found.group(1) if found else "English"
        found = re.search(r"slide (\d+) of (\d+)", self.text)
        self.slide = int(found.group(1)) if found else 0
        self.room = request.get("max_completion_tokens") or request.get("max_tokens") or 1 << 30
        self.format = request.get("response_format") or {"type": "text"}
        if self.format["type"] == "json_object" and "json" not in self.text.lower():
            raise Refused(400, "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
                          "'json_object'.", param="messages")


# ---- answers ---------------------------------------------------------------------------------------------------------------

TEXT = {"type": "string"}
DEFAULT_SCHEMA = {"type": "object", "properties": {
    "title": TEXT, "explanation": {"type": "array", "items": TEXT}, "key_points": {"type": "array", "items": TEXT},
    "connections": TEXT, "short_summary": TEXT,
    "anki_cards": {"type": "array", "items": {"type": "object", "properties": {"front": TEXT, "back": TEXT}}}}}


def instance(schema, ask, path="answer"):
    """A value of that schema: which slide, which language and which member it is, for a test to recognise."""
    kind = schema.get("type")
    if kind == "object":
        return {name: instance(entry, ask, name) for name, entry in schema["properties"].items()}
    if kind == "array":
        return [instance(schema["items"], ask, f"{path} {i}") for i in (1, 2)]
    if kind == "string":
        return schema["enum"][0] if "enum" in schema else f"[{ask.language}] {path} of picture {ask.key[:8]} – é 漢 <&>"
    return {"integer": 1, "number": 1.5, "boolean": True}.get(kind)


def completion(ask, serial, rule):
    wanted = ask.format["json_schema"]["schema"] if ask.format["type"] == "json_schema" else DEFAULT_SCHEMA
    content = json.dumps(instance(wanted, ask), ensure_ascii=False)
    reason, refusal = rule.get("finish", "stop"), rule.get("refusal")
    if "content" in rule:
        content = rule["content"]
    if rule.get("fence"):
        content = "```json\n" + content + "\n```"
    if len(content) // 4 > ask.room:
        content, reason = content[:4 * ask.room], "length"
    elif reason == "length":
        content = content[:len(content) // 2]
    if refusal is not None:
        content = None
    used = len(content or refusal or "") // 4 + 1
    return {"id": f"chatcmpl-{serial}", "object": "chat.completion", "created": 1764000000 + serial, "model": ask.model,
            "choices": [{"index": 0, "finish_reason": reason, "logprobs": None,
                         "message": {"role": "assistant", "content": content, "refusal": refusal, "annotations": []}}],
            "usage": {"prompt_tokens": ask.tokens, "completion_tokens": used, "total_tokens": ask.tokens + used}}


# ---- scenarios -------------------------------------------------------------------------------------------------------------

def error(status, code, kind="server_error", message="as the scenario asks", **headers):
    return {"status": status, "error": {"message": message, "type": kind, "param": None, "code": code},
            "headers": {name.replace("_", "-"): str(value) for name, value in headers.items()}}


PRESETS = {
    "rate_limit": error(429, "rate_limit_exceeded", "requests", retry_after=1),
    "slow_down": error(429, "slow_down"),
    "quota": error(429, "insufficient_quota", "insufficient_quota"),
    "auth": error(401, "invalid_api_key", "invalid_request_error"),
    "forbidden": error(403, "unsupported_country_region_territory", "invalid_request_error"),
    "no_model": error(404, "model_not_found", "invalid_request_error"),
    "server_error": error(500, None),
    "bad_gateway": {"status": 502, "raw": "<html><body><h1>502 Bad Gateway</h1></body></html>"},
    "overloaded": error(503, "server_is_overloaded"),
    "bad_image": error(400, "invalid_image", "invalid_request_error"),
    "policy": error(400, "image_content_policy_violation", "invalid_request_error"),
    "html": {"status": 200, "raw": "<html>Sign in to the Wi-Fi</html>"},
    "empty": {"status": 200, "raw": ""},
    "no_choices": {"status": 200, "raw": "{\"choices\":[]}"},
    "hang": {"hang": True},
    "drop": {"drop": True},
    "cut_off": {"cut_off": True},
    "trickle": {"trickle": 0.05},
    "truncated": {"finish": "length"},
    "filtered": {"finish": "content_filter"},
    "refusal": {"refusal": "I'm sorry, I can't help with that."},
    "not_json": {"content": "Sure! Here is what the slide says."},
    "wrong_shape": {"content": "{\"title\": 7}"},
    "fenced": {"fence": True},
}


class Rule:
    """One line of a scenario: when it applies, and what happens instead of (or before) the good answer.

    When: "first": n      only the first n calls that it applies to      "per_slide": n   only the first n calls of each slide
          "slides": [..]  only these slide numbers                       "skip": n        not the first n calls it could apply to
          "every": n      only each n-th call
    What: "preset": a name of PRESETS, or its members themselves; "delay": seconds more; "headers": more headers
    """

    def __init__(self, spec):
        if "preset" in spec and spec["preset"] not in PRESETS:
            raise ValueError(f"no preset {spec['preset']!r}")
        self.when = {name: spec[name] for name in ("first", "per_slide", "slides", "skip", "every") if name in spec}
        self.what = dict(PRESETS.get(spec.get("preset"), {}))
        self.what["headers"] = {**self.what.get("headers", {}), **{k: str(v) for k, v in spec.get("headers", {}).items()}}
        self.what.update({k: v for k, v in spec.items() if k not in self.when and k not in ("preset", "headers")})
        self.met, self.used, self.by_slide = 0, 0, collections.Counter()

    def applies(self, ask):
        when = self.when
        if "slides" in when and ask.slide not in when["slides"]:
            return False
        self.met += 1
        if self.met <= when.get("skip", 0) or self.met % when.get("every", 1) != 0:
            return False
        if self.used >= when.get("first", 1 << 60) or self.by_slide[ask.key] >= when.get("per_slide", 1 << 60):
            return False
        self.used += 1
        self.by_slide[ask.key] += 1
        return True


class Stats:
    """What /control/stats tells.

    calls: requests for an answer      answered: good answers sent in full      refused: broke a rule of the API (a bug of ours!)
    limited: refused for rate or concurrency      abandoned: the client went away before the answer
    most_at_once: calls under way at the same time      slides: {picture hash: {slide, calls, answered, languages}}
    by_status: {status: count}      problems: the last refusals, as sentences      connections: TCP connections taken
    """

    def __init__(self):
        self.calls = self.answered = self.refused = self.limited = self.abandoned = 0
        self.at_once = self.most_at_once = self.connections = 0
        self.by_status = collections.Counter()
        self.slides, self.problems = {}, collections.deque(maxlen=20)

    def slide(self, ask):
        return self.slides.setdefault(ask.key, {"slide": ask.slide, "calls": 0, "answered": 0, "languages": []})

    def told(self):
        told = dict(vars(self))
        told["problems"] = list(self.problems)
        return told


# ---- the server ------------------------------------------------------------------------------------------------------------

class Model:
    def __init__(self, options):
        self.options, self.shape = options, Shape(SCHEMA_FILE)
        self.log = open(options.log, "a", encoding="utf-8") if options.log else None
        self.serial = 0
        self.reset()
        if options.scenario:
            with open(options.scenario, encoding="utf-8") as file:
                self.set_scenario(json.load(file))

    def reset(self):
        self.stats, self.rules, self.recent = Stats(), [], collections.deque()

    def set_scenario(self, scenario):
        for name, value in scenario.items():
            if name == "rules":
                self.rules = [Rule(spec) for spec in value]
            elif hasattr(self.options, name):
                setattr(self.options, name, value)
            else:
                raise ValueError(f"no option {name!r}")

    # -- checks before an answer

    def check_key(self, headers):
        if self.options.key and headers.get("authorization") != "Bearer " + self.options.key:
            raise Refused(401, "Incorrect API key provided.", code="invalid_api_key")

    def check_dialect(self, request):
        """What this endpoint, or this model, does not take."""
        options, model = self.options, request.get("model", "")
        if options.models and model not in options.models.split(","):
            raise Refused(404, f"The model '{model}' does not exist or you do not have access to it.", code="model_not_found")
        if re.match(r"(o\d|gpt-5)", model) and "max_tokens" in request:
            raise Refused(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                          "'max_completion_tokens' instead.", code="unsupported_parameter", param="max_tokens")
        if options.no_max_completion_tokens and "max_completion_tokens" in request:
            raise Refused(400, "Unrecognized request argument supplied: max_completion_tokens")
        kind = (request.get("response_format") or {}).get("type")
        if kind == "json_schema" and (options.no_json_schema or options.no_json_object):
            raise Refused(400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
                          param="response_format")
        if kind == "json_object" and options.no_json_object:
            raise Refused(400, "'response_format.type' must be 'text'")

    def check_rate(self):
        """Requests a minute and calls at once, as an account has them."""
        now, options = time.monotonic(), self.options
        while self.recent and self.recent[0] <= now - 60:
            self.recent.popleft()
        wait = None
        if options.concurrency and self.stats.at_once >= options.concurrency:
            wait = options.retry_after
        if options.rpm and len(self.recent) >= options.rpm:
            wait = max(options.retry_after or 0, self.recent[0] + 60 - now)
        if wait is not None or (options.concurrency and self.stats.at_once >= options.concurrency):
            self.stats.limited += 1
            headers = {"retry-after-ms": str(int(wait * 1000) + 1)} if wait else {}
            raise Refused(429, "Rate limit reached for requests.", kind="requests", code="rate_limit_exceeded", headers=headers)
        self.recent.append(now)

    # -- one call

    async def chat(self, headers, body, peer):
        self.stats.calls += 1
        self.check_key(headers)
        if headers.get("content-type", "").split(";")[0] != "application/json":
            raise Refused(400, "The content type must be application/json.")
        try:
            request = json.loads(body)
        except ValueError:
            raise Refused(400, "We could not parse the JSON body of your request.") from None
        self.check_dialect(request)
        self.shape.check(request)
        ask = Ask(request)
        slide = self.stats.slide(ask)
        slide["calls"] += 1
        self.check_rate()
        self.stats.at_once += 1
        self.stats.most_at_once = max(self.stats.most_at_once, self.stats.at_once)
        try:
            rule = next((r.what for r in self.rules if r.applies(ask)), {})
            if rule.get("hang"):
                await peer.gone()
            if rule.get("drop"):
                raise ConnectionResetError
            await peer.gone(self.options.latency + rule.get("delay", 0))
        finally:
            self.stats.at_once -= 1
        self.serial += 1
        if "error" in rule:
            return rule["status"], rule["headers"], {"error": rule["error"]}, rule
        if "raw" in rule:
            return rule["status"], rule["headers"], rule["raw"], rule
        answer = completion(ask, self.serial, rule)
        if answer["choices"][0]["finish_reason"] == "stop" and "content" not in rule and "refusal" not in rule:
            self.stats.answered += 1
            slide["answered"] += 1
            if ask.language not in slide["languages"]:
                slide["languages"].append(ask.language)
        return 200, rule.get("headers", {}), answer, rule

    def control(self, method, path, body):
        if (method, path) == ("GET", "/control/stats"):
            return self.stats.told()
        if (method, path) == ("POST", "/control/reset"):
            self.reset()
            return {}
        if (method, path) == ("POST", "/control/scenario"):
            self.set_scenario(json.loads(body))
            return {}
        raise Refused(404, f"Invalid URL ({method} {path})")

    async def answer(self, method, path, headers, body, peer):
        """(status, headers, body, rule) for one request."""
        try:
            if path.startswith("/control/"):
                return 200, {}, self.control(method, path, body), {}
            if (method, path) != ("POST", self.options.prefix + "/chat/completions"):
                raise Refused(404, f"Invalid URL ({method} {path})")
            status, more, answer, rule = await self.chat(headers, body, peer)
        except Refused as refused:
            status, more, answer, rule = refused.status, refused.headers, refused.body, {}
            if status != 429:
                self.stats.refused += 1
                self.stats.problems.append(str(refused))
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
        method, path, _ = line.split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (entry.partition(":") for entry in lines if entry)}
        size = int(headers.get("content-length", "0"))
        if headers.get("expect", "").lower() == "100-continue":
            peer.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if size > self.options.max_body:
            await peer.send(413, {}, {"error": {"message": "too large", "type": "invalid_request_error", "param": None,
                                                "code": None}}, {})
            return False
        body = await peer.take(size)
        status, more, answer, rule = await self.answer(method, path.partition("?")[0], headers, body, peer)
        return await peer.send(status, {"x-request-id": f"req_{self.serial}", **more}, answer, rule)


class Gone(Exception):
    """The client hung up while its answer was being made."""


class Peer:
    """One connection. Reads ahead, so that a client that goes away is noticed at once."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.ahead = reader, writer, b""

    async def head(self):
        while b"\r\n\r\n" not in self.ahead:
            more = await self.reader.read(65536)
            if not more:
                return b""
            self.ahead += more
        head, self.ahead = self.ahead.split(b"\r\n\r\n", 1)
        return head

    async def take(self, size):
        body, self.ahead = self.ahead[:size], self.ahead[size:]
        return body if len(body) == size else body + await self.reader.readexactly(size - len(body))

    async def gone(self, most=None):
        """Waits that long; raises Gone if the client hangs up meanwhile. No time given: waits for that alone."""
        if most is not None and most <= 0:
            return
        try:
            more = await asyncio.wait_for(self.reader.read(65536), most)
        except asyncio.TimeoutError:
            return
        if not more:
            raise Gone
        self.ahead += more

    async def send(self, status, headers, answer, rule):
        body = answer.encode() if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False).encode()
        kind = "text/html" if isinstance(answer, str) else "application/json"
        size = len(body) + (100 if rule.get("cut_off") else 0)
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {size}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        if "trickle" in rule:
            self.writer.write(head)
            for i in range(0, len(body), 64):
                self.writer.write(body[i:i + 64])
                await self.writer.drain()
                await asyncio.sleep(rule["trickle"])
        else:
            self.writer.write(head + body)
        await self.writer.drain()
        return not rule.get("cut_off")


def parse_options(argv):
    parser = argparse.ArgumentParser(description="strict stand-in for an OpenAI-compatible API")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--prefix", default="/v1", help="path of the base URL")
    parser.add_argument("--key", default="", help="the only key taken; empty: any or none")
    parser.add_argument("--models", default="", help="models that exist, comma separated; empty: all")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until each answer")
    parser.add_argument("--concurrency", type=int, default=0, help="calls at once; beyond it 429; 0: no limit")
    parser.add_argument("--rpm", type=int, default=0, help="calls in any 60 seconds; beyond it 429; 0: no limit")
    parser.add_argument("--retry-after", type=float, default=None, help="seconds told with those 429s")
    parser.add_argument("--max-body", type=int, default=50_000_000, help="bytes; beyond it 413")
    parser.add_argument("--no-json-schema", action="store_true", help="an endpoint without structured outputs")
    parser.add_argument("--no-json-object", action="store_true", help="an endpoint without any response_format")
    parser.add_argument("--no-max-completion-tokens", action="store_true", help="an endpoint that knows only max_tokens")
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
