"""service - a running slidemill and the stand-ins around it, for the whole-system tests

Everything is real but the paid model: processes, sockets, the ledger, the store.  A Service lives in a folder of its own
and takes all it needs from the environment it is given, as an operator would set it.
"""

import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SLIDEMILL_BUILD", ROOT / "build"))
CORPUS = ROOT / "tests" / "corpus"
PATIENCE = 120

# {file: (pages, pages that are but a step on the way to a later one)}
LECTURES = {"gp-bayes-beamer.pdf": (16, 0), "survey-overlays.pdf": (152, 65), "survey-handout.pdf": (66, 1),
            "howtosurvey-ja.pdf": (17, 0), "sequencing-keynote.pdf": (26, 0), "ensambles-es.pdf": (46, 1),
            "beamer-zh.pdf": (25, 4), "shell-150-pages.pdf": (150, 54), "uebersetzer-de.pdf": (15, 0),
            "t-diagram-mixed-sizes.pdf": (14, 0), "python-it.pdf": (45, 15)}


def wait_until(what, condition, most=PATIENCE):
    """The condition's first true value; fails with what after that many seconds."""
    until = time.monotonic() + most
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"not within {most} s: {what}")


def free_port():
    """A port nobody listens on now; it stays the same over restarts of a service, so it is none that a client may be given.

    Test processes side by side each have a range of their own.
    """
    side = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 4
    with socket.socket() as probe:
        while True:
            try:
                probe.bind(("127.0.0.1", random.SystemRandom().randrange(20000 + 3000 * side, 23000 + 3000 * side)))
                return probe.getsockname()[1]
            except OSError:
                continue


def steps(summary):
    """{page: the later page it is but a step to}, as the summary tells; each leads to a page that is none itself."""
    found = {slide["slide_number"]: slide["see_slide"] for slide in summary["slides"]
             if slide["outcome"] == "skipped" and slide["reason"]["code"] == "BUILD_UP"}
    assert all(full > step and full not in found for step, full in found.items()), found
    assert len(found) == summary["saved"]["build_up"]
    return found


def needed(summary):
    """Calls about slides that a lecture takes if each is made once: no step, no blank page and no known slide takes one."""
    kept = summary["outcomes"]
    return summary["total_slides"] - len(steps(summary)) - kept["blank"] - kept["cached"]


class Double:
    """A stand-in in a process of its own: prints its base URL, then serves. program: of tests/doubles, or a whole path."""

    def __init__(self, program, *options):
        command = [program] if os.path.isabs(program) else [sys.executable, ROOT / "tests" / "doubles" / program]
        self.process = subprocess.Popen([*command, *map(str, options)], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://"), program
        self.control = re.match(r"http://[^/]+", self.url).group(0) + "/control"

    def get(self, what):
        return requests.get(f"{self.control}/{what}", timeout=10).json()

    def post(self, what, body=None):
        requests.post(f"{self.control}/{what}", json=body or {}, timeout=10).raise_for_status()

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


def meant(env):
    """What a service in production would be asked for, and a test leaves out, is said to be meant."""
    names = {re.sub("_FILE$", "", name) for name in env}
    more = {}
    if names & {"S3_BUCKET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "WORKER_CALLBACK_URL", "WORKER_CALLBACK_SECRET"}:
        if not names & {"OPENAI_API_KEY", "OPENAI_BASE_URL", "SLIDEMILL_ENGINE", "SLIDEMILL_MODEL_PRESET"}:
            more["SLIDEMILL_ENGINE"] = "offline"
        if "WORKER_CALLBACK_URL" not in names:
            more["WORKER_CALLBACK_URL"] = "none"
    return {**env, **more}


class Service:
    """`slidemill serve` with that environment; its log lines are kept as objects."""

    def __init__(self, folder, **env):
        self.folder = pathlib.Path(folder)
        self.env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "SLIDEMILL_STATE_DIR": str(self.folder / "state"),
                    "SLIDEMILL_BIND": "127.0.0.1", "PORT": str(free_port())}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TESSDATA_PREFIX"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.env.update({name: str(value) for name, value in env.items()})
        self.lines, self.process, self.port = [], None, None
        self.wrapper, self.build = [], BUILD  # a command that starts it; where its programs are
        self.inherited = ()  # descriptors
        self.as_it_is = False  # nothing is added to its environment

    # ---- life

    def start(self, *arguments):
        self.start_unhealthy(*arguments)
        wait_until("healthy", lambda: self.health().status_code == 200, 30)
        return self

    def start_unhealthy(self, *arguments):
        """It may lack something, but it listens."""
        env = self.env if self.as_it_is else meant(self.env)
        self.process = subprocess.Popen([*self.wrapper, self.build / "slidemill", "serve", *arguments], env=env, cwd=self.folder,
                                        stderr=subprocess.PIPE, text=True, pass_fds=self.inherited)
        self.reader = threading.Thread(target=self.read, args=(self.process.stderr, len(self.lines)), daemon=True)
        begun = len(self.lines)
        self.reader.start()
        line = wait_until("listening", lambda: self.ended() or self.event("listening", begun), 30)
        assert line is not True, f"it ended: {self.lines[begun:]}"
        self.port = line["port"]
        return self

    def read(self, stream, _):
        for line in stream:
            try:
                self.lines.append(json.loads(line))
            except ValueError:
                self.lines.append({"event": "not_json", "text": line})

    def ended(self):
        return self.process.poll() is not None

    def stop(self, number=signal.SIGTERM, most=60):
        self.process.send_signal(number)
        code = self.process.wait(most)
        self.reader.join(10)
        self.process.stderr.close()
        return code

    def kill_all(self):
        """kill -9 of everything at once."""
        for pid in self.pids():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:  # it went with its parent
                pass
        self.process.wait(10)

    def close(self):
        if self.process is not None and not self.ended():
            self.kill_all()

    def event(self, name, since=0):
        return next((line for line in self.lines[since:] if line.get("event") == name), None)

    def events(self, name, **facts):
        return [line for line in list(self.lines)
                if line.get("event") == name and all(line.get(k) == v for k, v in facts.items())]

    def pids(self, program=None):
        """Process ids of our tree (the descendants of `slidemill serve`), or of those that run a program."""
        parents = {}
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                    parents[int(entry.name)] = (int(fields[1]), os.readlink(entry / "exe"), fields[0])
                except OSError:
                    continue
        tree, grown = {self.process.pid}, True
        while grown:
            more = {pid for pid, (parent, _, _) in parents.items() if parent in tree} - tree
            tree |= more
            grown = bool(more)
        return [pid for pid in tree if pid in parents and
                (program is None or pathlib.Path(parents[pid][1]).name == program)]

    # ---- HTTP

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def health(self):
        try:
            return requests.get(self.url + "/health", timeout=10)
        except requests.ConnectionError:
            answer = requests.Response()
            answer.status_code = 0
            return answer

    def probe(self, name):
        """Status of /livez or /readyz; 0: no connection."""
        try:
            return requests.get(f"{self.url}/{name}", timeout=10).status_code
        except requests.ConnectionError:
            return 0

    def process_key(self, job, key, language="English", email="ana@example.com", **wishes):
        return requests.post(self.url + "/process", timeout=30, json={"jobId": job, "s3Key": key, "email": email,
                                                                      "language": language, **wishes})

    def upload(self, job, path, language="English"):
        with open(path, "rb") as pdf:
            return requests.post(self.url + "/process", timeout=60, files={"file": (pathlib.Path(path).name, pdf)},
                                 data={"jobId": job, "language": language, "email": ""})

    def job(self, job):
        answer = requests.get(f"{self.url}/jobs/{job}", timeout=30)
        if answer.status_code == 503:  # the supervisor has died before it answered
            raise requests.ConnectionError(answer.text)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def finish(self, job, most=PATIENCE):
        def ended():
            try:
                state = self.job(job)
            except requests.ConnectionError:
                return None
            return state if state["status"] in ("completed", "failed") else None
        return wait_until(f"{job} ended", ended, most)

    def output(self, state, name):
        answer = requests.get(state["outputs"][name], timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.content

    def summary(self, state):
        return json.loads(self.output(state, "summary_json_url"))
