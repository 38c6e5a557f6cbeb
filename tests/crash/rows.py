"""rows - the fault matrix as data: where, what, and how many calls more than one a slide it may cost

matrix: the row of the published fault matrix it stands for.  The disk, the limits, the model, the store and the receiver in
hard times are in outside.py.
"""

import concurrent.futures
import os
import random
import signal
import time

import requests

from world import BUILD, DECK, IN_FLIGHT, JOBS, LANES, wait_until

# What no lecture of world.py needs: links renewed for a late callback, and the provider's batches.
NOT_USED = {"LINK", "BATCH", "POLL"}
ACTIONS = ("kill", "stop", "hang", "exit1", "exit78", "garbage")

# The supervisor's crash points by their number in the fault matrix.
SUPERVISOR = [("1", "settled.SUBMIT", 1), ("2", "committed.ANSWER", 1), ("3", "committed.FETCH", 1), ("3", "committed.RASTER", 5),
              ("3", "committed.EXPLAIN", 1), ("3", "committed.EXPLAIN", 9), ("3", "sent.EXPLAIN", 3), ("3", "sent.RASTER", 5),
              ("3", "sent.INSPECT", 1), ("4", "heard.EXPLAINED", 1), ("4", "settled.EXPLAINED", 6), ("4", "committed.ACK", 7),
              ("4", "sent.ACK", 3), ("4", "settled.FETCHED", 1), ("4", "settled.INSPECTED", 2), ("4", "settled.RASTERED", 9),
              ("5", "committed.ASSEMBLE", 1), ("5", "sent.ASSEMBLE", 1), ("5", "settled.ASSEMBLED", 1), ("5", "settled.REVISITED", 1), ("5", "committed.STORE", 2),
              ("5", "settled.STORED", 2), ("5", "settled.STORED", 3), ("6", "committed.NOTIFY", 1), ("6", "sent.NOTIFY", 1),
              ("7", "heard.NOTIFIED", 1), ("7", "settled.NOTIFIED", 1), ("8", "checkpoint", 1), ("8", "checkpoint", 2),
              ("3", "committed.OVERVIEW", 1), ("3", "sent.OVERVIEW", 2), ("4", "heard.OVERVIEWED", 1), ("4", "settled.OVERVIEWED", 2),
              ("4", "blob.hidden", 1), ("4", "blob.hidden", 9), ("4", "blob.written", 1), ("4", "blob.written", 8), ("5", "blob.written", 33),
              ("2", "ledger.synced", 1), ("3", "ledger.synced", 4), ("4", "ledger.synced", 30), ("6", "ledger.synced", 45),
              ("4", "heard.CALLED", 1), ("4", "settled.CALLED", 1), ("4", "heard.CALLED", 9), ("4", "settled.CALLED", 17)]
# Slides that are written and have not reached their worker when the supervisor dies: it may hold nothing, goes too, and cannot
# be asked about them.
UNSEEN = 3
# Where an upload is when the supervisor dies: written and not named yet, kept and not told to the loop, accepted and not committed.
UPLOADS = ["blob.hidden", "blob.written", "settled.SUBMIT"]
# Where one more call of a lease is asked for, allowed and told of, with a model that fails three times.
PERMITS = [("heard.CALL", 1), ("settled.CALL", 2), ("committed.GO", 1), ("sent.GO", 1), ("sent.GO", 3), ("settled.CALLED", 3)]


def resume(world):
    """A stopped lane of a worker that says its configuration is wrong goes on with the next reload."""
    wait_until("parked", lambda: world.service.events("stage_suspended"), 30)
    world.service.process.send_signal(signal.SIGHUP)


def stage_rows():
    for stage, ask, answer in LANES:
        points = [f"taken.{ask}", f"replying.{answer}", f"replied.{answer}"] if ask not in NOT_USED else []
        for point in points + (["working"] if ask in ("FETCH", "EXPLAIN") else []):
            for action in ACTIONS:
                if action == "garbage" and not point.startswith("replying"):
                    continue
                yield {"matrix": {"rasterizer": "9", "vision": "11"}.get(stage, "-"), "name": f"{stage} {point} {action}",
                       "fault": f"{stage}.{point}:2:{action}",
                       "extra": IN_FLIGHT if stage == "vision" else 0, **({"during": resume} if action == "exit78" else {})}


def supervisor_rows():
    for matrix, point, n in SUPERVISOR:
        yield {"matrix": matrix, "name": f"supervisor {point} pass {n} kill", "fault": f"supervisor.{point}:{n}:kill",
               "unseen": UNSEEN}
    for point, n in PERMITS:
        yield {"matrix": "4", "name": f"supervisor {point} pass {n} kill, after a 500", "fault": f"supervisor.{point}:{n}:kill",
               "before": model_fails(3), "fails": 3, "compare": (), "unseen": UNSEEN}
    for point in UPLOADS:
        yield {"matrix": "1", "name": f"supervisor {point} of an upload kill", "fault": f"supervisor.{point}:1:kill", "before": upload,
               "any_calls": True, "compare": (), "after": upload_ended}
    yield {"matrix": "8", "name": "supervisor killed in its recovery, twice",
           "fault": "supervisor.settled.EXPLAINED:5,supervisor.recovery:2,supervisor.recovery:3", "unseen": UNSEEN}


# ---- faults that are not a point

def upload(world):
    """As a client that wants it done; its job is acknowledged, and ends as it likes."""
    def accepted():
        try:
            return world.service.upload("upload", DECK).status_code == 202
        except requests.RequestException:
            return False
    wait_until("the upload accepted", accepted, 60)
    world.others.append("upload")


def upload_ended(world, states):
    wait_until("the end of the upload", lambda: "upload" in world.told())
    state = world.state("upload")
    return [] if state["status"] == "completed" else [f"upload: {state['error']}"]


def model_fails(times):
    return lambda world: world.model.post("scenario", {"rules": [{"first": times, "preset": "server_error"}]})



def kill(world, *programs):
    for pid in [pid for program in programs for pid in world.service.pids("slidemill-" + program)]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def kill_often(program, times, pause):
    def during(world):
        for _ in range(times):
            time.sleep(random.uniform(0, pause))
            kill(world, program)
    return during


def kill_everything(times):
    def during(world):
        for _ in range(times):
            time.sleep(random.uniform(0.1, 0.9))
            world.service.kill_all()
            world.service.start()
    return during


def leave_it_alone(seconds):
    """Keeper and supervisor die; the vision worker waits."""
    def during(world):
        wait_until("calls", lambda: world.calls() > 2)
        os.kill(world.service.process.pid, signal.SIGKILL)
        world.service.process.wait(10)
        kill(world, "supervisor")
        wait_until("all answered", lambda: world.model.get("stats")["at_once"] == 0)
        time.sleep(seconds)
        world.service.start()
    return during


def terminate(world):
    wait_until("calls", lambda: world.calls() > 2)
    assert world.service.stop() == 0
    world.service.start()


PRELOAD = {"LD_PRELOAD": BUILD / "libpreload.so"}


def it_failed(world, states):
    return [] if (world.folder / "TORTURE_DONE").exists() else ["it never failed"]


def it_struck_twice(world, states):
    did = [line["do"] for line in world.service.events("lane_stalled")]
    return [] if did == ["kill_workers", "restart_supervisor"] else [f"lane_stalled: {did}"]


def jump(seconds):
    """A clock that is put right in the middle of the work."""
    def during(world):
        wait_until("calls", lambda: world.calls() > 2)
        (world.folder / "CLOCK_SHIFT").write_text(str(seconds))
    return during


def post_fifty(world):
    language = JOBS["job-a"]
    with concurrent.futures.ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda _: world.service.process_key("job-a", "uploads/deck.pdf", language, **world.wishes("job-a")).status_code, range(50)))
    assert set(answers) <= {202, 503}, answers


def receiver_says(*rules):
    return lambda world: world.receiver.post("rules", list(rules))


def slide_3_is_poison(world, states):
    failed = [(slide["slide_number"], slide["reason"]["code"]) for state in states.values()
              for slide in world.summary(state)["slides"] if slide["outcome"] == "failed"]
    return [] if failed == [(3, "SLIDE_POISON")] * len(states) else [f"failed slides: {failed}"]


def other_rows(full):
    many = 100 if full else 8
    yield {"matrix": "9", "name": f"rasterizer kill -9 at {2 * many} random moments", "during": kill_often("rasterizer", 2 * many, 0.1)}
    yield {"matrix": "11", "name": "vision kill -9 at 6 random moments", "during": kill_often("vision", 6, 0.4), "extra": 6 * IN_FLIGHT}
    yield {"matrix": "-", "name": "front kill -9 at 10 random moments", "during": kill_often("front", 10, 0.2)}
    yield {"matrix": "-", "name": "courier kill -9 at 10 random moments", "during": kill_often("courier", 10, 0.2)}
    yield {"matrix": "-", "name": "assembler kill -9 at 10 random moments", "during": kill_often("assembler", 10, 0.2)}
    yield {"matrix": "4", "name": "supervisor kill -9 at 5 random moments", "during": kill_often("supervisor", 5, 1.2),
           "env": {"latency": 0.6}, "unseen": UNSEEN}
    yield {"matrix": "10", "name": "a page that kills its rasterizer each time", "compare": (), "any_calls": True,
           # three deaths in each job, and some more: of several pages at once nobody knows over which it died
           "fault": ",".join(f"rasterizer.slide.3:{n}:exit1" for n in range(1, 13)), "after": slide_3_is_poison}
    yield {"matrix": "15", "name": f"kill -9 of everything at once, {many} times", "during": kill_everything(many),
           "extra": many * IN_FLIGHT, "most": 300}
    yield {"matrix": "16", "name": "serve and supervisor gone for a while", "during": leave_it_alone(60 if full else 2),
           "env": {"latency": 0.5}, "unseen": UNSEEN}
    for kind, numbers in (("sync", (4, 17)), ("write", (9, 40)), ("alloc", (2000, 9000))):
        for n in numbers:
            yield {"matrix": "19" if kind == "sync" else "20", "name": f"supervisor: {kind} number {n} fails",
                   "env": {**PRELOAD, "TORTURE": f"{kind}:{n}"},
                   "after": it_failed, "unseen": UNSEEN}
    yield {"matrix": "-", "name": "a lane that stands still though it could go on", "fault": "supervisor.serving.raster:9:refuse",
           "env": {"SLIDEMILL_WATCHDOG_STALL_S": 1}, "after": it_struck_twice}
    yield {"matrix": "22", "name": "each sync takes 20 ms", "env": {**PRELOAD, "SYNC_MS": 20}}
    for name, seconds in (("back 1 h", -3600), ("forward 1 day", 86400)):
        yield {"matrix": "32", "name": f"the clock jumps {name}", "during": jump(seconds), "env": {**PRELOAD, "latency": 0.3}}
    yield {"matrix": "27", "name": "receiver answers 503 six times", "before": receiver_says({"status": 503, "times": 6})}
    yield {"matrix": "34", "name": "the same jobId from fifty clients at once", "before": post_fifty}
    yield {"matrix": "35", "name": "SIGTERM in the middle, started again", "during": terminate}


SHORT = {"courier taken.FETCH kill", "courier replying.REVISITED kill", "courier replying.STORED exit1", "courier replied.NOTIFIED kill", "courier taken.STORE stop",
         "rasterizer taken.RASTER kill", "rasterizer replying.RASTERED garbage", "rasterizer taken.RASTER hang",
         "rasterizer replied.INSPECTED exit78", "vision taken.EXPLAIN kill", "vision replying.EXPLAINED kill",
         "vision replying.EXPLAINED garbage", "vision replied.EXPLAINED exit1", "vision working stop", "vision taken.OVERVIEW exit1",
         "vision replying.OVERVIEWED kill", "vision replied.OVERVIEWED exit78", "assembler taken.ASSEMBLE kill",
         "assembler replying.ASSEMBLED hang", "assembler replied.ASSEMBLED kill"}


def rows(mode):
    full = mode == "full"
    chosen = [row for row in stage_rows() if full or row["name"] in SHORT]
    return chosen + list(supervisor_rows()) + list(other_rows(full))
