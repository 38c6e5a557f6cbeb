"""ask - a request that passed the checks, and what it asks for"""

import hashlib
import re

from .picture import image_tokens, picture
from .shape import Refused

# The longest answer each model can give; the first that fits counts.
LONGEST = [(r"gpt-4o|chatgpt-4o", 16384), (r"gpt-4\.1", 32768), (r"gpt-4-turbo", 4096), (r"gpt-5", 128000), (r"o\d", 100000)]
REASONING = r"(o\d|gpt-5)"
FIXED = (("temperature", 1), ("top_p", 1), ("presence_penalty", 0), ("frequency_penalty", 0), ("logprobs", False))
LABEL = r"[^\W\d_][\w \-+/()]{0,23}"
LANGUAGES = (r"Write everything in ([^\n]+?)\. ", r"(?i)\b(?:write|answer)[^\n.]*? in ([A-Z][^\n.,;]+?)[.,;\n]")


def unquoted(lines):
    return "\n".join(line[2:] for line in lines.split("\n") if line.startswith("| "))


class Ask:
    """What a request asks: slide or overview, in which language, of which picture; key: the same for the same question."""

    def __init__(self, request, options):
        texts, self.images, image_cost = [], [], 0
        self.body = ""  # as it came, for rules that look for a text
        for message in request["messages"]:
            parts = message["content"]
            for part in [{"type": "text", "text": parts}] if isinstance(parts, str) else parts:
                if part["type"] == "text":
                    texts.append(part["text"])
                    continue
                data, size = picture(part["image_url"]["url"], options.max_image_bytes, options.max_image_side)
                self.images.append(data)
                image_cost += image_tokens(size, part["image_url"].get("detail", "auto"))
        if len(self.images) > options.max_images:
            raise Refused(400, f"Too many images in request: {len(self.images)}, and at most {options.max_images} are taken.",
                          code="too_many_images", param="messages")
        self.model, self.text = request["model"], "\n".join(texts)
        self.tokens = image_cost + len(self.text) // 4
        self.room = request.get("max_completion_tokens") or request.get("max_tokens") or 1 << 30
        self.format = request.get("response_format") or {"type": "text"}
        self.schema = self.format["json_schema"]["schema"] if self.format["type"] == "json_schema" else None
        self.overview = not self.images and self.wants_overview()
        self.language = next((found.group(1).strip() for found in (re.search(p, self.text) for p in LANGUAGES) if found),
                             "English")
        found = re.search(r"slide (\d+) of (\d+)", self.text)
        self.slide = int(found.group(1)) if found else 0
        self.key = hashlib.sha256(self.images[0] if self.images else self.question().encode()).hexdigest()[:16]
        self.corrects = self.wants_corrections()
        if self.format["type"] == "json_object" and "json" not in self.text.lower():
            raise Refused(400, "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
                          "'json_object'.", param="messages")

    def wants_overview(self):
        if self.schema is not None:
            return "outline" in self.schema.get("properties", {})
        return '"glossary"' in self.text

    def wants_corrections(self):
        if self.schema is not None:
            return "corrections" in self.schema.get("properties", {})
        return '"corrections"' in self.text

    def statements(self):
        """What is to be corrected: number, front and back of a card or "" and the text, what is in doubt."""
        found = re.split(r"\nStatement (\d+), ([^\n]*):\n", self.text)[1:]
        for number, kind, quoted in zip(found[::3], found[1::3], found[2::3]):
            said, doubts = quoted.split("In doubt:\n")
            front, back = said.split("Back:\n") if "flashcard" in kind else ("", said)
            yield int(number), unquoted(front), unquoted(back), unquoted(doubts).split("\n")

    def question(self):
        """The lecture's own text in a request without a picture: what is quoted, whatever is said around it."""
        quoted = [line for line in self.text.split("\n") if line.startswith("| ")]
        return "\n".join([str(self.slide), *quoted])

    def lines(self):
        """Of the slide's text layer."""
        text = re.search(r"\nText layer of the slide:\n((?:\| .*\n)*)", self.text)
        return [line[2:].strip() for line in text.group(1).splitlines()] if text else []

    def figure(self):
        """Lines of the slide's text layer that look like a figure's labels: short, and most of what there is; else none."""
        lines = self.lines()
        short = [line for line in dict.fromkeys(lines) if re.fullmatch(LABEL, line) and len(line.split()) <= 3]
        return short[:12] if len(short) >= 3 and 2 * len(short) >= len(set(lines)) else []

    def word(self):
        """A word of the slide's text layer, in small letters; none if it has none of five letters."""
        words = re.findall(r"[^\W\d_]{5,24}", "\n".join(self.lines()))
        return next((word.lower() for word in words if word.isascii()), None)

    def slides(self):
        """The slide numbers an overview request speaks of."""
        return sorted({int(n) for n in re.findall(r'(?i)\bslide"?\W{0,3}(\d+)', self.text)})


def check_numbers(request, longest):
    """What the schema cannot say about numbers: how long an answer of this model can be, what reasoning models take."""
    model, name = request.get("model", ""), "max_completion_tokens" if "max_completion_tokens" in request else "max_tokens"
    most = longest or next((most for pattern, most in LONGEST if re.match(pattern, model)), None)
    wanted = request.get(name)
    if isinstance(wanted, int) and wanted < 1:
        raise Refused(400, f"Invalid '{name}': integer below minimum value.", code="integer_below_min_value", param=name)
    if most and isinstance(wanted, int) and wanted > most:
        raise Refused(400, f"max_tokens is too large: {wanted}. This model supports at most {most} completion tokens, whereas "
                      f"you provided {wanted}.", param=name, code="invalid_value")
    if not re.match(REASONING, model):
        return
    if "max_tokens" in request:
        raise Refused(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                      "'max_completion_tokens' instead.", code="unsupported_parameter", param="max_tokens")
    for name, only in FIXED:
        if request.get(name, only) not in (only, None):
            raise Refused(400, f"Unsupported value: '{name}' does not support {request[name]} with this model.",
                          code="unsupported_value", param=name)
