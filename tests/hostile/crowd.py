"""crowd - broken files go to one running service among healthy lectures: what becomes of each, and what it costs the others"""

import itertools
import pathlib
import sys
import threading
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from service import CORPUS, steps, wait_until  # noqa: E402

HEALTHY = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"
HEALTHY_PAGES = 14
EACH = 5  # a healthy lecture before so many broken files
LANGUAGES = ["English", "Spanish", "German", "French", "Italian", "Dutch", "Polish", "Turkish", "Russian", "Chinese",
             "Japanese", "Korean", "Arabic", "Hebrew", "Portuguese", "Danish", "Czech", "Greek", "Finnish", "Swedish"]
USABLE = ("explained", "cached", "text_only", "blank")
SAMPLE_S = 0.02
ENDED = ("completed", "failed")


def table(folder):
    """[(path, what is wrong, [alternative, ...])] of a folder's expected.tsv, which tells of each PDF in it."""
    rows = [line.split("\t") for line in (folder / "expected.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    assert {row[0] for row in rows} == {path.name for path in folder.glob("*.pdf")}
    return [(folder / name, what, expected.split("|")) for name, what, expected in rows]


def fits(state, alternative):
    """Whether a job ended as `ok:N`, `ok:N/K` or `fail:CODE` says."""
    kind, _, fact = alternative.partition(":")
    if kind == "fail":  # the document, or a page of it
        return (state["error"] or {}).get("code") == fact or fact in state["reasons"]
    pages, _, least = fact.partition("/")
    if state["status"] == "failed":  # not one of its pages came out, and none had to
        return least == "0" and state["error"]["code"] == "ALL_SLIDES_FAILED" and state["slides"]["failed"] == int(pages)
    return state["total_slides"] == int(pages) and usable(state) >= int(least or pages)


def usable(state):
    return sum(state["slides"][outcome] for outcome in USABLE) + state["reasons"].get("BUILD_UP", 0)


def outcome(state):
    """In the words of the table, with the codes of pages that failed."""
    if state["status"] == "failed":
        return f"fail:{state['error']['code']}"
    came, pages = usable(state), state["total_slides"]
    failed = "".join(f" {code}" for code in sorted(state["reasons"]) if code != "BUILD_UP")
    return f"ok:{pages}" if came == pages else f"ok:{pages}/{came}{failed}"


def check_counts(service, state):
    if state["status"] != "completed":
        assert state["error"]["message"]
        return
    summary = service.summary(state)
    assert sum(summary["outcomes"].values()) == state["total_slides"] == len(summary["slides"])
    assert all(slide["reason"]["code"] for slide in summary["slides"] if slide["outcome"] == "failed")
    assert all(summary["slides"][full - 1]["outcome"] in USABLE for full in steps(summary).values())
    assert summary["repaired"] == state["repaired"]


class Watch(threading.Thread):
    """Looks again and again how much memory the processes of a service have had at most: {program: MiB}."""

    def __init__(self, service):
        super().__init__(daemon=True)
        self.workers = service.pids("slidemill-rasterizer")
        self.others = {pid: name for name in ("slidemill-supervisor", "slidemill-front") for pid in service.pids(name)}
        self.peak, self.over = {}, threading.Event()
        self.start()

    def look(self, pid, program):
        try:
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):  # it has gone
            return
        mib = int(status.partition("VmHWM:")[2].split()[0] if "VmHWM:" in status else 0) / 1024
        name = status.split(None, 2)[1]
        if program in (name, name.ljust(15)) or program[:15] == name:  # not one that is yet to become it
            self.peak[program] = max(self.peak.get(program, 0), mib)

    def jails(self):
        for worker in self.workers:
            try:
                yield from pathlib.Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
            except (FileNotFoundError, ProcessLookupError):
                continue

    def run(self):
        while not self.over.wait(SAMPLE_S):
            for pid in self.jails():
                self.look(pid, "slidemill-jail")
            for pid, program in self.others.items():
                self.look(pid, program)

    def end(self):
        self.over.set()
        self.join()
        return self.peak


class Crowd:
    """All rows of a table on their way through a service, with healthy lectures between them."""

    def __init__(self, service, rows, healthy=True):
        self.service, self.expected, self.begun, self.states, self.took = service, {}, {}, {}, {}
        languages = itertools.cycle(LANGUAGES)
        for i, (path, _, expected) in enumerate(rows):
            if healthy and i % EACH == 0:
                self.send(f"healthy-{i}", HEALTHY, [f"ok:{HEALTHY_PAGES}"], next(languages))
            self.send("broken-" + path.name.removesuffix(".pdf"), path, expected)

    def send(self, job, path, expected, language="English"):
        self.expected[job], self.begun[job] = expected, time.monotonic()
        answer = self.service.upload(job, path, language)
        if answer.status_code != 202:  # refused by its first bytes
            problem = answer.json()
            self.end(job, {"status": "failed", "error": {"code": problem["code"], "message": problem["detail"]},
                           "slides": {}, "reasons": {}})

    def end(self, job, state):
        self.states[job], self.took[job] = state, time.monotonic() - self.begun[job]

    def all_ended(self):
        health = requests.get(self.service.url + "/health", timeout=5)
        assert health.status_code == 200, health.text
        for job in self.expected.keys() - self.states.keys():
            state = self.service.job(job)
            if state["status"] in ENDED:
                self.end(job, state)
        return self.states.keys() == self.expected.keys()

    def watch(self, most=600):
        """All states, when all have ended; the service is healthy at every look."""
        wait_until("every job ended", self.all_ended, most)
        return self.states

    def wrong(self):
        return {job: (expected, outcome(self.states[job])) for job, expected in self.expected.items()
                if not any(fits(self.states[job], one) for one in expected)}

    def healthy(self):
        return {job: seconds for job, seconds in self.took.items() if job.startswith("healthy-")}
