"""world - a slidemill with faults in it, the stand-ins around it, and the oracle that judges what came out

The oracle reads only what outsiders see: which posts were acknowledged, what the model was asked, what the receiver was
told, what the artifacts hold; and, when all is over, that nothing is left in the state folder or the process table.
"""

import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import zipfile

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))
os.environ.setdefault("SLIDEMILL_BUILD", str(ROOT / "build-fault"))

from service import BUILD, CORPUS, Double, Service, needed, wait_until  # noqa: E402  (the build is chosen above)

STAGES = re.findall(r"^STAGE\(\w+, +(\w+),", (ROOT / "proto/stages.def").read_text(), re.M)
# stage, what it is asked, what it answers
LANES = [(stage.lower(), ask, answer) for stage, ask, answer in
         re.findall(r'^LANE\(\w+, +"\w+", +(\w+), +(\w+), +(\w+),', (ROOT / "supervisor/base/lanes.def").read_text(), re.M)]
DECK = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"
CALLS = 15  # that it takes: one for each of its 14 pages, and one that sums it up
IN_FLIGHT = 4
JOBS = {"job-a": "English", "job-b": "Spanish"}
WISHES = {"outputs": ["md", "html", "tsv"], "metadata": {"course": "CS 240"}}  # of the first job
EARLIER = b'{"schema_version": 2, "jobId": "earlier", "anki_cards": []}'  # what all name as their previous run, in the local store
NAMES = ("summary_json_url", "docx_url", "anki_url", "md_url", "html_url", "tsv_url")

# Time scaled down: what takes minutes in use takes seconds here.
SCALED = {"SLIDEMILL_THROTTLE_FIRST_MS": 50, "SLIDEMILL_THROTTLE_MAX_MS": 400, "SLIDEMILL_CALLBACK_FIRST_MS": 50,
          "SLIDEMILL_COURIER_DEADLINE_S": 2, "SLIDEMILL_RASTERIZER_DEADLINE_S": 3, "SLIDEMILL_ASSEMBLER_DEADLINE_S": 3,
          "SLIDEMILL_VISION_DEADLINE_S": 10, "SLIDEMILL_VISION_IN_FLIGHT": IN_FLIGHT, "SLIDEMILL_VISION_TIMEOUT_S": 2,
          "SLIDEMILL_DRAIN_S": 5, "SLIDEMILL_LIMIT_OUTAGE_S": 0}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def content(name, data):
    """What an artifact says, without the moment it was made and what it cost (matrix.py compares that with the bill)."""
    if name == "summary_json_url":
        data = re.sub(rb'\s*"previous": \{[^}]*\},', b"", data)
        return digest(re.sub(rb'"(created|created_at|created_ms|modified|generated_at|input_tokens|output_tokens|calls|cost_usd)": ?("[^"]*"|[\d.e-]+)',
                             b"", data))
    if name in ("md_url", "html_url", "tsv_url"):
        return digest(re.sub(rb"[\d.]+ USD", b"", data))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        if name == "docx_url":
            return digest(b"".join(re.sub(rb"[\d.]+ USD", b"", package.read(entry)) for entry in sorted(package.namelist())
                                   if "core.xml" not in entry))
        with tempfile.NamedTemporaryFile() as file:
            file.write(package.read("collection.anki2"))
            file.flush()
            notes = sqlite3.connect(file.name).execute("SELECT guid, flds, tags FROM notes ORDER BY guid").fetchall()
        return digest(json.dumps([notes, package.read("media").decode()]).encode())


class World:
    """Everything for one run. Leave it through the with statement: all is ended and removed."""

    def __init__(self, fault="", **env):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slidemill-crash-"))
        self.model = Double("model.py", "--latency", env.pop("latency", 0.05))
        self.receiver = Double("receiver.py", "--secret", "s3cret")
        self.acknowledged, self.seen = [], set()
        self.others = []  # acknowledged, too, but they may end as they like
        more = {"FAULT": fault} if fault else {}
        self.service = Service(self.folder, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=self.model.url,
                               WORKER_CALLBACK_URL=self.receiver.url + "/callback", WORKER_CALLBACK_SECRET="s3cret",
                               **{**SCALED, **more, **env})
        for name in ("CLOCK_SHIFT", "TORTURE_FROM", "TORTURE_DONE"):  # files, for preload.c only
            self.service.env[name] = str(self.folder / name)
        uploads = self.folder / "state" / "objects" / "uploads"
        uploads.mkdir(parents=True)
        shutil.copy(DECK, uploads / "deck.pdf")
        earlier = uploads.parent / "outputs" / "earlier"
        earlier.mkdir(parents=True)
        (earlier / "summary.json").write_bytes(EARLIER)

    def __enter__(self):
        self.service.start()
        (self.folder / "TORTURE_FROM").touch()
        return self

    def __exit__(self, *_):
        self.service.close()
        for pid in self.strays():
            os.kill(pid, signal.SIGKILL)
        self.model.close()
        self.receiver.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- the client

    def post(self, job, language, key="uploads/deck.pdf", most=60):
        """As a client that wants it done: again until 202, always the same."""
        def accepted():
            try:
                status = self.service.process_key(job, key, language, **self.wishes(job)).status_code
            except requests.RequestException:
                return False
            assert status in (202, 429, 503, 507), f"POST answered {status}"
            if status != 202:
                time.sleep(0.05)
            return status == 202
        wait_until(f"{job} accepted", accepted, most)
        self.acknowledged.append(job)

    def wishes(self, job):
        local = "S3_BUCKET" not in self.service.env
        return {**(WISHES if job == "job-a" else {}), **({"previous": "earlier"} if local else {})}

    def post_all(self):
        for job, language in JOBS.items():
            self.post(job, language)

    def state(self, job):
        try:
            return self.service.job(job)
        except requests.RequestException:
            return None

    def finish_all(self, most=90):
        def ended(job):
            state = self.state(job)
            return state if state and state["status"] in ("completed", "failed") else None
        states = {job: wait_until(f"{job} ended", lambda job=job: ended(job), most) for job in self.acknowledged}
        wait_until("all callbacks delivered", lambda: self.told() >= set(self.acknowledged), most)
        return states

    # ---- what outsiders saw

    def callbacks(self):
        return [one for one in self.receiver.get("log") if one["path"] == "/callback"]

    def told(self):
        return {one["json"]["jobId"] for one in self.callbacks() if 200 <= one["status"] < 300}

    def calls(self):
        """Of all kinds, well-formed or not."""
        stats = self.model.get("stats")
        return stats["calls"] + stats["overviews"]

    def summary(self, state):
        return json.loads(wait_until("the summary", lambda: self.fetch(state["outputs"]["summary_json_url"]), 30))

    @staticmethod
    def fetch(url):
        try:
            return requests.get(url, timeout=30).content
        except requests.RequestException:  # it is just being started again
            return None

    def contents(self, states):
        return {(job, name): content(name, wait_until("the artifact", lambda url=state["outputs"][name]: self.fetch(url), 30))
                for job, state in states.items() for name in NAMES if name in state["outputs"]}

    def strays(self):
        """Processes of this world that are no child of its `slidemill serve` any more."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and os.readlink(entry / "cwd").startswith(str(self.folder)) and \
                        pathlib.Path(os.readlink(entry / "exe")).name.startswith("slidemill"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def zombies(self):
        pids = self.service.pids()
        return [pid for pid in pids if f"/proc/{pid}" and
                pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"]

    # ---- the oracle

    def faults(self):
        """What is wrong with what came out; empty: nothing."""
        wrong = []
        events = {}
        for one in self.callbacks():
            events.setdefault(one["json"]["jobId"], set()).add((one["headers"]["webhook-id"], one["json"]["status"],
                                                                json.dumps(one["json"], sort_keys=True)))
        known = {*self.acknowledged, *self.others}
        for job in known:
            if len(events.get(job, ())) != 1:
                wrong.append(f"{job}: {len(events.get(job, ()))} different events")
        if set(events) - known:
            wrong.append(f"told of jobs nobody was promised: {sorted(set(events) - known)}")
        return wrong

    def leftovers(self):
        """Stops it; what is still there then."""
        wrong = []
        wait_until("healthy", lambda: self.service.health().status_code == 200, 30)  # what died last is back
        code = self.service.stop()
        if code != 0:
            wrong.append(f"exit code {code}")
        state = self.folder / "state"
        wrong += [f"in run/: {path.name}" for path in (state / "run").iterdir()]
        wrong += [f"blob {path.name[:8]}" for path in (state / "blobs").rglob("*") if path.is_file()]
        wrong += [f"object {path.name}" for path in (state / "objects").rglob("*") if path.is_file() and
                  path.name not in ("deck.pdf", "summary.json", "lecture.docx", "lecture.apkg", "lecture.md", "lecture.html", "cards.tsv")]
        wrong += [f"process {pid}" for pid in self.strays()]
        check = sqlite3.connect(state / "ledger.sqlite").execute("PRAGMA integrity_check").fetchone()[0]
        if check != "ok":
            wrong.append(f"ledger: {check}")
        return wrong
