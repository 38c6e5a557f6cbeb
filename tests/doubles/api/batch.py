"""batch - the batch API: files of requests go up, files of answers come down, at half the price and some time later

    POST /files, GET /files/ID, GET /files/ID/content, DELETE /files/ID
    POST /batches, GET /batches/ID, GET /batches?limit=&after=, POST /batches/ID/cancel

A batch lives as the real ones do: validating, in_progress, finalizing, completed; or failed (the file is wrong), expired,
cancelling and cancelled.  How long it takes is an option (--batch-s), and its lines are answered evenly over that time, so a
cancelled or expired batch holds the answers of some lines.  The rules of a scenario apply to each line.
"""

import json
import time
import urllib.parse

from .answers import completion
from .ask import Ask
from .shape import Refused

ENDPOINTS = {"/v1/responses", "/v1/chat/completions", "/v1/embeddings", "/v1/completions"}
MOST_BYTES, MOST_LINES, MOST_ERRORS = 200_000_000, 50_000, 20
OVER = {"failed", "completed", "expired", "cancelled"}
FIELDS = {"input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after"}


def bad(message, param=None, status=400, code=None):
    raise Refused(status, message, param=param, code=code)


def form(content_type, body):
    """The parts of a multipart form: {name: (filename or None, bytes)}."""
    kind, _, rest = content_type.partition(";")
    parameters = dict(item.strip().partition("=")[::2] for item in rest.split(";") if item.strip())
    boundary = parameters.get("boundary", "").strip('"').encode()
    if kind.strip() != "multipart/form-data" or not boundary:
        bad("We could not parse your request: it is not multipart/form-data with a boundary.")
    start, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if start or not parts or not parts[-1].startswith(b"--"):
        bad("We could not parse the multipart body of your request.")
    found = {}
    for part in parts[:-1]:
        head, gap, content = part.partition(b"\r\n\r\n")
        lines = {name.strip().lower(): value for name, _, value in
                 (line.partition(":") for line in head.decode().split("\r\n") if line)}
        said = dict(item.strip().partition("=")[::2] for item in lines.get("content-disposition", "").split(";")[1:])
        if not gap or "name" not in said:
            bad("We could not parse the multipart body of your request.")
        found[said["name"].strip('"')] = (said["filename"].strip('"') if "filename" in said else None, content)
    return found


class Batch:
    def __init__(self, name, asked, serial):
        self.began, self.cancelled_at, self.lines, self.answers, self.errors = time.monotonic(), None, [], [], []
        self.enqueued = 0
        self.told = {"id": name, "object": "batch", "endpoint": asked["endpoint"], "errors": None,
                     "input_file_id": asked["input_file_id"], "completion_window": "24h", "status": "validating",
                     "output_file_id": None, "error_file_id": None, "created_at": int(time.time()), "in_progress_at": None,
                     "expires_at": int(time.time()) + 86400, "finalizing_at": None, "completed_at": None, "failed_at": None,
                     "expired_at": None, "cancelling_at": None, "cancelled_at": None, "metadata": asked.get("metadata"),
                     "request_counts": {"total": 0, "completed": 0, "failed": 0}}
        self.serial = serial

    @property
    def status(self):
        return self.told["status"]

    def become(self, status):
        self.told["status"] = status
        self.told[f"{status}_at"] = int(time.time())


class Batches:
    """The files and batches of one account."""

    def __init__(self, model):
        self.model, self.files, self.batches = model, {}, {}

    # -- files

    def keep(self, filename, content, purpose):
        name = f"file-{len(self.files) + 1:06d}"
        self.files[name] = (content, {"id": name, "object": "file", "bytes": len(content), "created_at": int(time.time()),
                                      "expires_at": None, "filename": filename, "purpose": purpose, "status": "processed",
                                      "status_details": None})
        return self.files[name][1]

    def file(self, name):
        if name not in self.files:
            bad(f"No such File object: {name}", "id", 404)
        return self.files[name]

    def upload(self, headers, body):
        parts = form(headers.get("content-type", ""), body)
        for name in parts:
            if name not in ("purpose", "file") and not name.startswith("expires_after["):
                bad(f"Unknown parameter: '{name}'.", name)
        if "purpose" not in parts:
            bad("'purpose' is a required property", "purpose")
        if "file" not in parts or parts["file"][0] is None:
            bad("'file' is a required property", "file")
        purpose, (filename, content) = parts["purpose"][1].decode(), parts["file"]
        if purpose != "batch":
            bad(f"Invalid value for purpose: {purpose!r}. Only 'batch' is taken here.", "purpose")
        if not filename.endswith(".jsonl"):
            bad("Invalid file format for Batch API. Must be .jsonl", "file", code="invalid_file_format")
        if not content:
            bad("File is empty.", "file", code="empty_file")
        if len(content) > MOST_BYTES:
            bad("The file is larger than the maximum of 200 MB.", "file", 413, "file_too_large")
        self.model.stats.files += 1
        return self.keep(filename, content, purpose)

    # -- batches

    def create(self, body):
        try:
            asked = json.loads(body)
        except ValueError:
            bad("We could not parse the JSON body of your request.")
        for name in set(asked) - FIELDS:
            bad(f"Unknown parameter: '{name}'.", name)
        for name in ("input_file_id", "endpoint", "completion_window"):
            if not isinstance(asked.get(name), str):
                bad(f"Missing required parameter: '{name}'.", name)
        if asked["endpoint"] not in ENDPOINTS:
            bad(f"Invalid value: {asked['endpoint']!r}.", "endpoint", code="invalid_value")
        if asked["completion_window"] != "24h":
            bad("Invalid value: only '24h' is supported.", "completion_window", code="invalid_value")
        self.check_metadata(asked.get("metadata") or {})
        if self.file(asked["input_file_id"])[1]["purpose"] != "batch":
            bad("The file was not uploaded for the purpose 'batch'.", "input_file_id")
        name = f"batch_{len(self.batches) + 1:06d}".ljust(self.model.options.batch_name_bytes, "x")
        batch = Batch(name, asked, len(self.batches))
        self.batches[batch.told["id"]] = batch
        self.model.stats.batches += 1
        return batch.told

    @staticmethod
    def check_metadata(metadata):
        if len(metadata) > 16:
            bad("Invalid 'metadata': too many properties.", "metadata")
        for key, value in metadata.items():
            if len(key) > 64 or not isinstance(value, str) or len(value) > 512:
                bad(f"Invalid 'metadata.{key}': keys have at most 64 characters, values are texts of at most 512.", "metadata")

    def batch(self, name):
        if name not in self.batches:
            bad(f"No batch found with id '{name}'.", "id", 404)
        self.advance(self.batches[name])
        return self.batches[name]

    def listed(self, query):
        limit = int(query.get("limit", "20"))
        if not 1 <= limit <= 100:
            bad("Invalid 'limit': it is from 1 to 100.", "limit")
        newest = [batch.told for batch in reversed(self.batches.values()) if self.advance(batch) or True]
        names = [told["id"] for told in newest]
        if "after" in query:
            newest = newest[names.index(self.batch(query["after"]).told["id"]) + 1:]
        data = newest[:limit]
        return {"object": "list", "data": data, "first_id": data[0]["id"] if data else None,
                "last_id": data[-1]["id"] if data else None, "has_more": len(newest) > limit}

    def cancel(self, name):
        batch = self.batch(name)
        if batch.status in OVER:
            bad(f"Cannot cancel a batch with status '{batch.status}'.", status=409)
        if batch.status != "cancelling":
            batch.become("cancelling")
            batch.cancelled_at = time.monotonic()
        return batch.told

    # -- how a batch goes on

    def fail(self, batch, errors):
        batch.told["errors"] = {"object": "list", "data": errors[:MOST_ERRORS]}
        batch.become("failed")

    def validate(self, batch):
        """Reads the file; what is wrong with it fails the batch before anything is answered or paid."""
        errors, names, models = [], set(), set()

        def wrong(number, code, message, param=None):
            errors.append({"code": code, "message": message, "param": param, "line": number})

        content = self.files[batch.told["input_file_id"]][0] if batch.told["input_file_id"] in self.files else b""
        for number, text in enumerate(content.rstrip(b"\n").split(b"\n"), 1):
            try:
                line = json.loads(text)
            except ValueError:
                wrong(number, "invalid_json_line", "This line is not parseable as valid JSON.")
                continue
            if not isinstance(line, dict) or set(line) != {"custom_id", "method", "url", "body"}:
                wrong(number, "invalid_request", "A line has custom_id, method, url and body, and nothing else.")
            elif line["method"] != "POST" or line["url"] != batch.told["endpoint"]:
                wrong(number, "invalid_url", "The method is POST and the url that of the batch.", "url")
            elif not isinstance(line["custom_id"], str) or line["custom_id"] in names:
                wrong(number, "duplicate_custom_id", "The custom_id is no string, or was used before.", "custom_id")
            else:
                names.add(line["custom_id"])
                models.add(line["body"].get("model"))
                batch.lines.append((line["custom_id"], line["body"]))
        if len(models) > 1:
            wrong(1, "mismatched_model", "All lines of a batch ask the same model.", "body.model")
        if len(batch.lines) > MOST_LINES:
            wrong(MOST_LINES + 1, "too_many_tasks", "A batch has at most 50,000 requests.")
        batch.told["request_counts"]["total"] = len(batch.lines)
        if errors:
            self.fail(batch, errors)
            return
        most = self.model.options.batch_tokens
        batch.enqueued = sum(len(json.dumps(body)) // 4 if most else 0 for _, body in batch.lines)
        if most and sum(b.enqueued for b in self.batches.values() if b.status in ("validating", "in_progress")) > most:
            self.fail(batch, [{"code": "token_limit_exceeded", "message": "Enqueued token limit reached.", "param": None,
                               "line": None}])
            return
        batch.become("in_progress")

    def answer(self, batch, name, body):
        """Answers one line, into the file of answers or that of errors."""
        model, request = self.model, f"req_{batch.serial}_{len(batch.answers) + len(batch.errors)}"
        try:
            model.check_dialect(body)
            model.shape.check(body)
            ask = Ask(body, model.options)
            model.stats.lined(ask)
            rule = model.rule_for(ask)
            if "error" in rule or "raw" in rule:
                raise Refused(rule["status"], (rule.get("error") or {}).get("message", "as the scenario asks"),
                              code=(rule.get("error") or {}).get("code"))
            model.serial += 1
            reply = completion(ask, model.serial, rule)
        except Refused as refused:
            batch.errors.append({"id": f"batch_{request}", "custom_id": name, "error": None, "response": {
                "status_code": refused.status, "request_id": request, "body": refused.body}})
            batch.told["request_counts"]["failed"] += 1
            return
        used = reply["usage"] or {"prompt_tokens": ask.tokens, "completion_tokens": min(ask.room, 16384)}
        model.stats.bill(used, model.options, share=model.options.batch_price)
        batch.answers.append({"id": f"batch_{request}", "custom_id": name, "error": None, "response": {
            "status_code": 200, "request_id": request, "body": reply}})
        batch.told["request_counts"]["completed"] += 1

    def answer_until(self, batch, share):
        """Lines are answered evenly over the time, some perhaps never."""
        options = self.model.options
        most = min(len(batch.lines), options.batch_answers or len(batch.lines))
        for name, body in batch.lines[len(batch.answers) + len(batch.errors):int(most * min(1, share))]:
            self.answer(batch, name, body)

    def end(self, batch, status):
        """The lines that got no answer are told as such, and the files are there to be fetched."""
        code = {"expired": "batch_expired", "cancelled": "batch_cancelled"}.get(status)
        for name, _ in batch.lines[len(batch.answers) + len(batch.errors):] if code else []:
            batch.errors.append({"id": f"batch_req_{name}", "custom_id": name, "response": None, "error": {
                "code": code, "message": "This request could not be executed in time."}})
        for member, lines in (("output_file_id", batch.answers), ("error_file_id", batch.errors)):
            if lines:
                content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
                batch.told[member] = self.keep(f"{batch.told['id']}_{member[:-8]}.jsonl", content, "batch_output")["id"]
        batch.become(status)

    def advance(self, batch):
        """Where a batch is by now: a tenth of its time it is checked, eight tenths answered, a tenth written down."""
        lasts, now = self.model.options.batch_s or 1e-9, time.monotonic()
        age = (now - batch.began) / lasts
        if batch.status == "validating" and age >= 0.1:
            self.validate(batch)
        if batch.status in ("in_progress", "finalizing"):
            self.answer_until(batch, (age - 0.1) / 0.8)
            if age >= 1:
                self.end(batch, "completed" if len(batch.answers) + len(batch.errors) == len(batch.lines) else "expired")
            elif age >= 0.9 and batch.status == "in_progress":
                batch.become("finalizing")
        if batch.status == "cancelling" and now - batch.cancelled_at >= 0.1 * lasts:
            self.end(batch, "cancelled")

    # -- HTTP

    def route(self, method, path, query, headers, body):
        """The answer to a request under the prefix: an object, or the bytes of a file."""
        way = path.strip("/").split("/")
        if self.model.options.no_batches:
            bad(f"Invalid URL ({method} {path})", status=404)
        if (method, way) == ("POST", ["files"]):
            return self.upload(headers, body)
        if method == "GET" and way[0] == "files" and len(way) == 2:
            return self.file(way[1])[1]
        if method == "GET" and way[0] == "files" and way[2:] == ["content"]:
            return self.file(way[1])[0]
        if method == "DELETE" and way[0] == "files" and len(way) == 2:
            self.file(way[1])
            del self.files[way[1]]
            return {"id": way[1], "object": "file", "deleted": True}
        if (method, way) == ("POST", ["batches"]):
            return self.create(body)
        if (method, way) == ("GET", ["batches"]):
            return self.listed(dict(urllib.parse.parse_qsl(query)))
        if method == "GET" and way[0] == "batches" and len(way) == 2:
            return self.batch(way[1]).told
        if method == "POST" and way[0] == "batches" and way[2:] == ["cancel"]:
            return self.cancel(way[1])
        bad(f"Invalid URL ({method} {path})", status=404)
