"""scenario - what goes wrong, and when"""

import collections
import time


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
    "invented_number": {"add": "The answer is 98765."},
    "invented_name": {"add": "This was shown by Zebedee Quackenbush."},
    "invented_on_card": {"add_card": "That is 98765."},
    "loop": {"loop": 60},
    "blank_kind": {"kind": "blank"},
    "title_kind": {"kind": "title"},
}


class Rule:
    """One line of a scenario: when it applies, and what happens instead of (or before) the good answer.

    When: "first": n      only the first n calls that it applies to    "per_slide": n  only the first n calls of each slide
          "slides": [..]  only these slide numbers                     "skip": n       not the first n calls it could apply to
          "every": n      only each n-th call                          "of": "slide" or "overview"; else both
          "has": text     only requests whose body has that text
          "after_s": n    not in the first n seconds, counted from the first call that is not skipped
          "for_s": n      only for n seconds
    What: "preset": a name of PRESETS, or its members themselves; "delay": seconds more; "headers": more headers
          "add", "add_card": text put into a good answer; "loop": n times the same sentence; "kind": of the slide;
          "tells": members of the completion that are other ones;
          "says_again": a whole answer, of which corrections take their statements;
          "labels": of the figure; "duplicates": of an overview
    """

    def __init__(self, spec):
        if "preset" in spec and spec["preset"] not in PRESETS:
            raise ValueError(f"no preset {spec['preset']!r}")
        self.when = {name: spec[name] for name in ("first", "per_slide", "slides", "skip", "every", "after_s", "for_s", "of", "has")
                     if name in spec}
        self.what = dict(PRESETS.get(spec.get("preset"), {}))
        more = {name: str(value) for name, value in spec.get("headers", {}).items()}
        self.what["headers"] = {**self.what.get("headers", {}), **more}
        self.what.update({k: v for k, v in spec.items() if k not in self.when and k not in ("preset", "headers")})
        self.met, self.used, self.by_slide, self.began = 0, 0, collections.Counter(), None

    def applies(self, ask):
        when = self.when
        if "slides" in when and ask.slide not in when["slides"]:
            return False
        if when.get("has", "") not in ask.body:
            return False
        if when.get("of", what(ask)) != what(ask):
            return False
        self.met += 1
        if self.met <= when.get("skip", 0) or not self.in_time(time.monotonic()) or self.met % when.get("every", 1) != 0:
            return False
        if self.used >= when.get("first", 1 << 60) or self.by_slide[ask.key] >= when.get("per_slide", 1 << 60):
            return False
        self.used += 1
        self.by_slide[ask.key] += 1
        return True

    def in_time(self, now):
        self.began = now if self.began is None else self.began
        since = now - self.began
        return self.when.get("after_s", 0) <= since < self.when.get("after_s", 0) + self.when.get("for_s", 1 << 60)


def what(ask):
    return "overview" if ask.overview else "slide"
