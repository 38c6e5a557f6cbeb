"""tally - what was asked, what came of it, and what it cost"""

import collections
import time


class Tally:
    """What /control/stats tells.

    calls: requests about slides      answered: good answers sent in full      refused: broke a rule of the API (a bug of ours!)
    limited: refused for rate or concurrency      abandoned: the client went away before the answer
    most_at_once: calls under way at the same time      slides: {picture hash: {slide, calls, answered, languages}}
    by_status: {status: count}      problems: the last refusals, as sentences      connections: TCP connections taken
    overviews, overviews_answered: requests for an overview, counted apart from calls
    files, batches, lines: uploaded files, created batches, and their requests, counted apart from calls, too
    needed: different slides and languages asked about (and different overviews): what a perfect client would have paid for
    by_reason: {what a 429 was for: count}      first_at, last_at: seconds from the start or reset to the first and last call
    input_tokens, output_tokens, cost_usd: of all answers with status 200
    taken_tokens: asked and allowed for by all calls within the limits, as a limit on tokens counts them
    cost_most_usd: the same, with the answers nobody waited for, which a real API may bill, too
    """

    def __init__(self):
        self.calls = self.answered = self.refused = self.limited = self.abandoned = 0
        self.overviews = self.overviews_answered = 0
        self.files = self.batches = self.lines = 0
        self.at_once = self.most_at_once = self.connections = 0
        self.input_tokens = self.output_tokens = self.taken_tokens = 0
        self.cost_usd = self.cost_most_usd = 0.0
        self.first_at = self.last_at = None
        self.by_status, self.by_reason = collections.Counter(), collections.Counter()
        self.slides, self.problems = {}, collections.deque(maxlen=20)
        self.log, self.wanted, self.began = [], set(), time.monotonic()

    def slide(self, ask):
        return self.slides.setdefault(ask.key, {"slide": ask.slide, "calls": 0, "answered": 0, "languages": []})

    def asked(self, ask):
        """A request that is well-formed."""
        self.wanted.add((ask.overview, ask.key, ask.language))
        if ask.overview:  # it was counted when it came in
            self.overviews += 1
            self.calls -= 1
        else:
            self.slide(ask)["calls"] += 1

    def lined(self, ask):
        """A request in a batch that is well-formed."""
        self.lines += 1
        self.wanted.add((ask.overview, ask.key, ask.language))
        slide = self.slide(ask)
        slide["lines"] = slide.get("lines", 0) + 1

    def good(self, ask):
        if ask.overview:
            self.overviews_answered += 1
            return
        slide = self.slide(ask)
        self.answered += 1
        slide["answered"] += 1
        if ask.language not in slide["languages"]:
            slide["languages"].append(ask.language)

    def entered(self):
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)

    def bill(self, usage, options, abandoned=False, share=1.0):
        cost = share * (usage["prompt_tokens"] * options.price_input + usage["completion_tokens"] * options.price_output) / 1e6
        self.cost_most_usd += cost
        if not abandoned:
            self.cost_usd += cost
            self.input_tokens += usage["prompt_tokens"]
            self.output_tokens += usage["completion_tokens"]

    def ended(self, ask, status, reason, began):
        """One line of /control/calls: when it came, how long it took, what it was and what became of it (0: nobody waited)."""
        at = began - self.began
        self.first_at = at if self.first_at is None else self.first_at
        self.last_at = time.monotonic() - self.began
        self.log.append({"at": round(at, 4), "took": round(time.monotonic() - began, 4), "status": status, "reason": reason,
                         "what": None if ask is None else "overview" if ask.overview else "slide",
                         "slide": ask.slide if ask else 0, "key": ask.key if ask else ""})

    def told(self):
        told = {name: value for name, value in vars(self).items() if name not in ("log", "wanted", "began")}
        return {**told, "problems": list(self.problems), "needed": len(self.wanted)}
