"""shape - what a chat completions request must look like

The published schema, plus what it does not say.  Nothing here knows accounts, endpoints or slides.
"""

import json
import re

import jsonschema


class Refused(Exception):
    """An error answer: HTTP status and the API's error object."""

    def __init__(self, status, message, kind="invalid_request_error", code=None, param=None, headers=None):
        super().__init__(message)
        self.status, self.headers = status, headers or {}
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


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
