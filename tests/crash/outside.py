"""outside - more rows of the fault matrix: the disk, the limits, the store, the model and the receiver in hard times"""

import collections
import concurrent.futures
import contextlib
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import time

import requests

from world import CALLS, CORPUS, DECK, IN_FLIGHT, STAGES, Double, wait_until

BOUND = 50  # open jobs


# ---- what is prepared before the start, and taken back at the end

def tmpfs(path, size, stack):
    """A small disk there; its function makes it larger."""
    path.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], check=True)
    stack.callback(shutil.rmtree, path.parent, ignore_errors=True)
    stack.callback(subprocess.run, ["umount", "-l", path], check=True)


def small_disk(name, size):
    def prepare(world, stack):
        tmpfs(world.folder / name, size, stack)
        store = world.folder / ("state/objects" if name == "state" else name)
        if name == "store":
            world.service.env["SLIDEMILL_STORE_DIR"] = str(store)
        (store / "uploads").mkdir(parents=True)
        shutil.copy(DECK, store / "uploads" / "deck.pdf")
    return prepare


def s3(*rules, key="uploads/deck.pdf"):
    def prepare(world, stack):
        store = Double("s3faults.py")
        stack.callback(store.close)
        requests.put(f"{store.url}/lectures/{key}", data=DECK.read_bytes(), timeout=10).raise_for_status()
        store.post("rules", list(rules))
        world.service.env.update({"AWS_ENDPOINT_URL_S3": store.url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                                  "S3_BUCKET": "lectures"})
    return prepare


# ---- what is done meanwhile

def fill(name):
    """Not a byte is left for some seconds; new jobs are refused, and none that was accepted is lost."""
    def during(world):
        filler = world.folder / name / "filler"
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
            while file.write(bytes(65536)) == 65536:
                pass
        if name == "state":
            with contextlib.suppress(requests.ConnectionError):  # the ledger could not be written: it starts again
                answer = world.service.process_key("late", "uploads/deck.pdf")
                assert answer.status_code in (503, 507) and "Retry-After" in answer.headers, answer.text
        time.sleep(3)
        filler.unlink()
    return during


def no_descriptors(world):
    """The supervisor can open nothing for two seconds, while a worker dies."""
    pid = world.service.pids("slidemill-supervisor")[0]
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (len(os.listdir(f"/proc/{pid}/fd")), limits[1]))
    for victim in world.service.pids("slidemill-rasterizer"):
        os.kill(victim, signal.SIGKILL)
    time.sleep(2)
    with contextlib.suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)


def model_says(*rules):
    return lambda world: world.model.post("scenario", {"rules": list(rules)})


def model_returns(world):
    wait_until("an outage", lambda: world.service.event("outage_began"), 30)
    time.sleep(2)
    world.model.post("scenario", {"rules": []})


def receiver_says(*rules):
    return lambda world: world.receiver.post("rules", list(rules))


def old_schema(world):
    from test_upgrade import back_to_the_first
    wait_until("calls", lambda: world.calls() > 2)
    assert world.service.stop() == 0
    back_to_the_first(world.folder / "state" / "ledger.sqlite")
    world.service.start()


def mix(times, seed):
    """Random processes are killed or stopped for a while."""
    def during(world):
        dice, world.visions_killed = random.Random(seed), 0
        for _ in range(times):
            time.sleep(dice.uniform(0.05, 0.5))
            kind, halted = dice.choice([*STAGES, "supervisor"]), dice.random() < 0.3
            pids = world.service.pids("slidemill-" + kind)
            world.visions_killed += kind == "vision" and not halted
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP if halted else signal.SIGKILL)
            if halted:
                time.sleep(0.2)
                for pid in pids:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGCONT)
    return during


def stop_between_lives(world):
    """SIGTERM when there is no supervisor to drain."""
    wait_until("calls", lambda: world.calls() > 2)
    for life in (1, 2):  # after the second death `slidemill serve` pauses
        wait_until("a supervisor", lambda life=life: len(world.service.events("supervisor_started")) == life)
        os.kill(world.service.events("supervisor_started")[-1]["pid"], signal.SIGKILL)
        wait_until("its end", lambda life=life: len(world.service.events("supervisor_ended")) == life)
    code = world.service.stop()
    assert code == 0, f"exit code {code}"
    assert not world.strays(), "somebody outlived it"
    world.service.start()


def hostile(count):
    def before(world):
        for i, path in enumerate(sorted((CORPUS / "hostile").glob("*.pdf"))[:count]):
            assert world.service.upload(f"hostile-{i}", path).status_code == 202
            world.others.append(f"hostile-{i}")
    return before


def others_end(world):
    wait_until("the end of the others", lambda: world.told() >= set(world.others))


def flood(count):
    """More jobs than may be open, and clients that never end their request."""
    def during(world):
        couriers = world.service.pids("slidemill-courier")
        for pid in couriers:  # so that no job ends meanwhile
            os.kill(pid, signal.SIGSTOP)
        slow = [socket.create_connection(("127.0.0.1", world.service.port)) for _ in range(30)]
        for client in slow:
            client.send(b"POST /process HTTP/1.1\r\nHost: x\r\nContent-")
        with concurrent.futures.ThreadPoolExecutor(16) as crowd:
            codes = list(crowd.map(lambda i: world.service.process_key(f"flood-{i}", "none.pdf").status_code, range(count)))
        assert set(codes) == {202, 429} and codes.count(202) <= BOUND, collections.Counter(codes)
        assert world.service.health().status_code == 200
        world.others += [f"flood-{i}" for i, code in enumerate(codes) if code == 202]
        for client in slow:
            client.close()
        for pid in couriers:
            os.kill(pid, signal.SIGCONT)
        others_end(world)
    return during


# ---- what must be true afterwards

def only_visions_cost(world, states):
    extra, most = world.calls() - CALLS * len(states), IN_FLIGHT * world.visions_killed
    return [] if 0 <= extra <= most else [f"{extra} calls more than needed, at most {most} allowed"]


def failed_slides(count):
    def after(world, states):
        failed = sum(state["slides"]["failed"] for state in states.values())
        return [] if failed == count else [f"{failed} failed slides, not {count}"]
    return after


def failed_with(code):
    return lambda world, states: [f"{job}: {state['error']}" for job, state in states.items() if state["error"]["code"] != code]


def told_twice(world, states):
    wait_until("a second delivery", lambda: len(world.callbacks()) > len(states), 10)  # the receiver writes it down late


def rows(full, seed):
    many = 10000 if full else 400
    answers = {"any_calls": True, "compare": (), "after": failed_slides(0)}  # how often was asked stands in the summary
    yield {"matrix": "12", "name": "vision killed between answer and reply", "fault": "vision.replying.EXPLAINED:5:kill",
           "extra": IN_FLIGHT}
    yield {"matrix": "17", "name": "the disk of the ledger is full for a while", "prepare": small_disk("state", "100m"), "root": True,
           "during": fill("state"), "env": {"latency": 0.2}}
    yield {"matrix": "18", "name": "the disk of the store is full for a while", "prepare": small_disk("store", "8m"), "root": True,
           "during": fill("store"), "env": {"latency": 0.2}}
    yield {"matrix": "21", "name": "no descriptor is left for a while", "during": no_descriptors, "env": {"latency": 0.3}}
    for fault in ("slowdown", "cut", "reset", "internal"):
        yield {"matrix": "23", "name": f"the store answers GET with {fault}, twice",
               "prepare": s3({"fault": fault, "times": 2, "method": "GET"})}
    yield {"matrix": "23", "name": "the object is not there", "prepare": s3(key="other.pdf"), "status": "failed", "any_calls": True,
           "compare": (), "after": failed_with("S3_NOT_FOUND")}
    yield {"matrix": "23", "name": "the store denies", "prepare": s3({"fault": "denied", "times": 99}), "status": "failed",
           "any_calls": True, "compare": (), "after": failed_with("S3_DENIED")}
    for fault in ("slowdown", "reset", "internal"):
        yield {"matrix": "24", "name": f"the store answers PUT with {fault}, twice",
               "prepare": s3({"fault": fault, "times": 2, "method": "PUT"})}
    for preset in ("rate_limit", "server_error", "hang", "cut_off", "drop", "empty", "html", "not_json", "wrong_shape"):
        yield {"matrix": "25", "name": f"the model answers {preset}, three times", "before": model_says({"first": 3, "per_slide": 1, "preset": preset}),
               **answers}
    yield {"matrix": "25", "name": "the model refuses slide 3", "before": model_says({"slides": [3], "preset": "refusal"}), **answers,
           "after": failed_slides(2)}
    yield {"matrix": "26", "name": "the model is away for a while", "before": model_says({"preset": "overloaded"}),
           "during": model_returns, **answers, "env": {"SLIDEMILL_LIMIT_OUTAGE_S": 60, "SLIDEMILL_VISION_TRIES": 2}}
    yield {"matrix": "27", "name": "the receiver hangs twice", "before": receiver_says({"hang_s": 3, "times": 2}), "after": told_twice,
           "env": {"SLIDEMILL_CALLBACK_TIMEOUT_S": 1}}
    yield {"matrix": "28", "name": "the receiver's 2xx is lost", "before": receiver_says({"reset": True}), "after": told_twice}
    yield {"matrix": "36", "name": "a ledger of schema 1 with open jobs", "during": old_schema, "env": {"latency": 0.5},
           "money": False, "compare": ("job-b",)}  # it has no place for what was spent, nor for the first job's wishes
    count = len(list((CORPUS / "hostile").glob("*.pdf"))) if full else 8
    yield {"matrix": "37", "name": f"{count} hostile PDFs beside a lecture", "before": hostile(count), "during": others_end,
           "any_calls": True, "env": {"SLIDEMILL_RASTERIZER_PAGE_MS": 1500, "SLIDEMILL_RASTERIZER_DEADLINE_S": 60}}
    yield {"matrix": "38", "name": f"{many} posts at a bound of {BOUND}, slow clients", "during": flood(many),
           "env": {"SLIDEMILL_LIMIT_JOBS_OPEN": BOUND, "SLIDEMILL_COURIER_DEADLINE_S": 120}}
    for i in range(20 if full else 2):
        yield {"matrix": "-", "name": f"random kills and stops, seed {seed + i}", "during": mix(15, seed + i), "any_calls": True,
               "after": only_visions_cost, "most": 120}
    yield {"matrix": "-", "name": "SIGTERM while no supervisor is there", "during": stop_between_lives, "env": {"latency": 0.3},
           "extra": IN_FLIGHT}
