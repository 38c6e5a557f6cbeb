"""limits - what an account may ask: requests and tokens a minute, calls at once, calls at all

A rate of N a minute is kept over a window of W seconds (60 if not told otherwise): N * W / 60 in any W seconds.  A short window
leaves the rate as it is and makes bursts small, so that a test of seconds shows what takes minutes in life.

    sliding  no more in any W seconds, as counters with a log do it
    bucket   a bucket of that size (or --burst) that fills at the rate
    fixed    no more between two full multiples of W seconds, as counters that are set to zero do it

Pure: the time comes in, nothing is waited for.
"""

import collections
import email.utils
import math
import time

from .shape import Refused


class Sliding:
    def __init__(self, amount, seconds, _):
        self.amount, self.seconds, self.taken, self.used = amount, seconds, collections.deque(), 0

    def forget(self, now):
        while self.taken and self.taken[0][0] <= now - self.seconds:
            self.used -= self.taken.popleft()[1]

    def wait(self, n, now):
        """Seconds until n more can be taken; 0: now."""
        self.forget(now)
        over = self.used + n - self.amount
        for at, count in self.taken:
            if over <= 0:
                break
            over -= count
            if over <= 0:
                return at + self.seconds - now
        return 0

    def take(self, n, now):
        self.taken.append((now, n))
        self.used += n

    def left(self, now):
        self.forget(now)
        return max(0, self.amount - self.used)

    def full_in(self, now):
        self.forget(now)
        return self.taken[-1][0] + self.seconds - now if self.taken else 0


class Bucket:
    def __init__(self, amount, seconds, burst):
        self.speed, self.amount = amount / seconds, burst or amount
        self.level, self.at = self.amount, None

    def fill(self, now):
        if self.at is not None:
            self.level = min(self.amount, self.level + (now - self.at) * self.speed)
        self.at = now

    def wait(self, n, now):
        self.fill(now)
        return max(0, (n - self.level) / self.speed)

    def take(self, n, now):
        self.fill(now)
        self.level -= n

    def left(self, now):
        self.fill(now)
        return max(0, int(self.level))

    def full_in(self, now):
        self.fill(now)
        return (self.amount - self.level) / self.speed


class Fixed:
    def __init__(self, amount, seconds, _):
        self.amount, self.seconds, self.window, self.used = amount, seconds, None, 0

    def turn(self, now):
        if self.window != now // self.seconds:
            self.window, self.used = now // self.seconds, 0

    def wait(self, n, now):
        self.turn(now)
        return 0 if self.used + n <= self.amount else self.full_in(now)

    def take(self, n, now):
        self.turn(now)
        self.used += n

    def left(self, now):
        self.turn(now)
        return max(0, self.amount - self.used)

    def full_in(self, now):
        return (now // self.seconds + 1) * self.seconds - now


KINDS = {"sliding": Sliding, "bucket": Bucket, "fixed": Fixed}


def duration(seconds):
    """As the reset headers write it: 120ms, 6.5s, 2m3s."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    return (f"{int(minutes)}m" if minutes else "") + f"{rest:.3f}".rstrip("0").rstrip(".") + "s"


class Account:
    def __init__(self, options):
        self.options, self.windows, self.made_for = options, {}, None

    def window(self, what):
        """The window for requests or tokens, made afresh when the options have changed; None: no limit."""
        options = self.options
        now_set = (options.rpm, options.tpm, options.window, options.limit_kind, options.burst)
        if self.made_for != now_set:
            make = KINDS[options.limit_kind]
            self.made_for, self.windows = now_set, {
                "requests": make(options.rpm * options.window / 60, options.window, options.burst) if options.rpm else None,
                "tokens": make(options.tpm * options.window / 60, options.window, 0) if options.tpm else None}
        return self.windows[what]

    def told(self, wait):
        """The wait as headers, in the form the options choose."""
        wait = max(wait, self.options.retry_after or 0)
        form = self.options.tell
        headers = {}
        if not wait or form == "no":
            return headers
        if form in ("ms", "both"):
            headers["retry-after-ms"] = str(int(wait * 1000) + 1)
        if form in ("s", "both"):
            headers["Retry-After"] = str(math.ceil(wait))
        if form == "date":
            headers["Retry-After"] = email.utils.formatdate(time.time() + math.ceil(wait) + 1, usegmt=True)
        return headers

    def refuse(self, reason, message, kind, wait):
        refused = Refused(429, message, kind=kind, code="rate_limit_exceeded", headers=self.told(wait))
        refused.reason = reason
        raise refused

    def enter(self, tokens, at_once, now):
        """One more call of so many tokens, with so many others under way: counted, or refused."""
        options, requests, minute = self.options, self.window("requests"), self.window("tokens")
        if options.concurrency and at_once >= options.concurrency:
            self.refuse("concurrency", "Rate limit reached for requests.", "requests", 0)
        if minute and tokens > minute.amount:
            self.refuse("too_many_tokens", "Request too large on tokens per min (TPM): "
                        f"Limit {options.tpm}, Requested {tokens}.", "tokens", 0)
        slow = {"rpm": requests.wait(1, now) if requests else 0, "tpm": minute.wait(tokens, now) if minute else 0}
        if any(slow.values()):
            if options.refusals_count and requests:
                requests.take(1, now)
            reason = max(slow, key=slow.get)
            what = "requests per min (RPM)" if reason == "rpm" else "tokens per min (TPM)"
            self.refuse(reason, f"Rate limit reached on {what}.", "requests" if reason == "rpm" else "tokens",
                        max(slow.values()))
        for window, amount in ((requests, 1), (minute, tokens)):
            if window:
                window.take(amount, now)

    def headers(self, now):
        """The x-ratelimit headers, if they are told."""
        if not self.options.rate_headers:
            return {}
        headers = {}
        for what, limit in (("requests", self.options.rpm), ("tokens", self.options.tpm)):
            window = self.window(what)
            if window:
                headers |= {f"x-ratelimit-limit-{what}": str(limit),
                            f"x-ratelimit-remaining-{what}": str(int(window.left(now))),
                            f"x-ratelimit-reset-{what}": duration(window.full_in(now))}
        return headers
