"""Keys are tenants: what one of them posts does not exist for another, over every route; admins see all."""

import re
import signal
import sqlite3

import pytest
import requests

from service import CORPUS, Service, wait_until

KEYS = "web:web-key-1,web:web-key-2,lab:lab-key,plain-key"
ADMIN = "root-key"
LECTURE = CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf"
NEVER = "never-posted"


def ask(service, path, key=None, method="GET", **more):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return requests.request(method, service.url + path, headers=headers, timeout=60, **more)


def post(service, job, key, language="English", route="/process", **wishes):
    with open(LECTURE, "rb") as deck:
        return ask(service, route, key, "POST", files={"file": ("deck.pdf", deck)},
                   data={"jobId": job, "language": language, "email": "", **wishes})


def ended(service, job, key, query=""):
    def state():
        answer = ask(service, f"/jobs/{job}{query}", key)
        assert answer.status_code == 200, answer.text
        return answer.json() if answer.json()["status"] in ("completed", "failed") else None
    return wait_until(f"{job} ended", state)


def told(state):
    """All but how its callback fares, which goes on."""
    return {name: value for name, value in state.items() if name != "callback"}


def done(service, job, key, **wishes):
    assert post(service, job, key, **wishes).status_code == 202
    state = ended(service, job, key)
    assert state["status"] == "completed", state
    return state


def listed(service, key, query=""):
    """Ids in the whole list, read page by page."""
    found, cursor = [], ""
    while cursor is not None:
        answer = ask(service, f"/jobs?cursor={cursor}{query}", key)
        assert answer.status_code == 200, answer.text
        found += [job["jobId"] for job in answer.json()["jobs"]]
        cursor = answer.json()["cursor"]
    return found


def same(answer, other):
    """Not to be told apart, but for the names that were asked for."""
    def plain(one):
        return (one.status_code, re.sub(r"[0-9a-f]{16,}", "", one.text.replace("secret", NEVER)),
                {name: value for name, value in one.headers.items() if name not in ("Date", "Content-Length")})
    assert plain(answer) == plain(other)


@pytest.fixture
def up(services, doubles):
    model, receiver = doubles("model.py"), doubles("receiver.py", "--secret", "whsec_c2VjcmV0")
    service = services(SLIDEMILL_API_KEYS=KEYS, SLIDEMILL_ADMIN_KEYS=ADMIN, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=model.url,
                       WORKER_CALLBACK_URL=receiver.url + "/callback", WORKER_CALLBACK_SECRET="whsec_c2VjcmV0")
    service.model, service.receiver = model, receiver
    return service


def test_of_another_tenants_job_nothing_exists(up):
    mine = done(up, "secret", "web-key-1")
    assert mine["tenant"] == "web"
    assert told(ended(up, "secret", "web-key-2")) == told(mine), "all keys of one name are one tenant"
    for key in ("lab-key", "plain-key"):
        for method, path in (("GET", "/jobs/{}"), ("HEAD", "/jobs/{}"), ("POST", "/jobs/{}/callback"), ("GET", "/jobs/{}?tenant=web"),
                             ("GET", "/k/" + key + "/jobs/{}"), ("POST", "/k/" + key + "/jobs/{}/callback")):
            there, never = (ask(up, path.format(job), key, method) for job in ("secret", NEVER))
            assert there.status_code == 404
            same(there, never)
        assert listed(up, key) == listed(up, key, "&tenant=web") == []
    assert listed(up, "web-key-2") == ["secret"]
    # the same id, and as an earlier run
    there = done(up, "secret", "lab-key", language="Spanish", previous="secret")
    never = done(up, NEVER, "lab-key", language="Spanish", previous=NEVER)
    said = [up.summary(state)["previous"] for state in (there, never)]
    assert said[0]["reason"] == said[1]["reason"] and not said[0]["used"] and not said[1]["used"]
    assert told(ended(up, "secret", "web-key-1")) == told(mine), "who has the same id has another job"
    assert there["language"] == "Spanish" and there["outputs"]["summary_json_url"] != mine["outputs"]["summary_json_url"]
    assert up.summary(ended(up, "secret", "web-key-1"))["language"] == "English"
    assert listed(up, "lab-key") == [NEVER, "secret"]
    called = {(call["json"]["jobId"], call["json"].get("tenant")) for call in
            wait_until("three callbacks", lambda: len(up.receiver.get("log")) >= 3 and up.receiver.get("log"))}
    assert called == {("secret", "web"), ("secret", "lab"), (NEVER, "lab")}
    # signed links are what opens a file, not keys
    assert requests.get(mine["outputs"]["docx_url"], timeout=30).status_code == 200
    assert ask(up, "/files/outputs/secret/summary.json", "lab-key").status_code == 403


def test_a_result_is_no_pdf_whosever_it_is(up):
    done(up, "secret", "web-key-1")
    for key in ("outputs/_web/secret/summary.json", "outputs/_web/never/summary.json", "outputs/secret/lecture.apkg", "outputs/x.y/z/cards.tsv"):
        body = {"jobId": re.sub("[^a-z]", "-", key), "s3Key": key, "email": "", "language": "English"}
        assert ask(up, "/process", "lab-key", "POST", json=body).status_code == 202
        error = ended(up, body["jobId"], "lab-key")["error"]
        assert error == {"code": "S3_NOT_FOUND", "message": "s3Key names a result of a job, not a PDF; name the PDF"}


def test_folders_of_others_are_not_there(up):
    """Whether another tenant, or a job of it, exists is not told by the store's folders either."""
    done(up, "secret", "web-key-1")
    for n, tail in enumerate(("", "/secret", "/secret/lecture.docx/x.pdf", "/secret/x.pdf")):
        said = []
        for name in ("_web", "_nobody"):
            key, job = f"outputs/{name}{tail}", f"{name[1:]}-{n}"
            assert ask(up, "/process", "lab-key", "POST", json={"jobId": job, "s3Key": key, "email": ""}).status_code == 202
            error = ended(up, job, "lab-key")["error"]
            said.append((error["code"], error["message"].replace(key, "KEY")))
        assert said[0] == said[1] and said[0][0] == "S3_NOT_FOUND"


def test_answers_of_others_are_not_used(up):
    first = done(up, "one", "web-key-1")
    calls = up.model.get("stats")["calls"]
    assert calls > 0 and done(up, "two", "web-key-2")["slides"]["cached"] > 0
    assert up.model.get("stats")["calls"] == calls
    figures = [ask(up, f"/jobs/{post(up, '', key, route='/estimate').json()['jobId']}", key).json()["estimate"]["slides"]
               for key in ("web-key-2", "lab-key")]
    assert figures[0]["cached"] > 0 and figures[1]["cached"] == 0, "an estimate does not tell what others have paid for"
    other = done(up, "one", "lab-key")
    assert other["slides"]["cached"] == 0 and other["slides"]["explained"] == first["slides"]["explained"]
    assert up.model.get("stats")["calls"] == 2 * calls


def test_two_who_send_the_same_at_once_pay_each(up):
    up.model.post("scenario", {"latency": 0.3})
    for key in ("web-key-1", "lab-key"):
        assert post(up, "twin", key).status_code == 202
    states = [ended(up, "twin", key) for key in ("web-key-1", "lab-key")]
    assert [state["slides"]["cached"] for state in states] == [0, 0]
    assert states[0]["usage"]["calls"] == states[1]["usage"]["calls"] > 0


def test_admins_see_all_and_post_nothing(up):
    for job, key in (("both", "web-key-1"), ("both", "lab-key"), ("web-only", "web-key-1"), ("plain", "plain-key")):
        done(up, job, key)
    assert listed(up, ADMIN) == ["plain", "web-only", "both", "both"]
    assert {(job["jobId"], job["tenant"]) for job in ask(up, "/jobs", ADMIN).json()["jobs"]} == {
        ("both", "web"), ("both", "lab"), ("web-only", "web"), ("plain", "")}
    assert listed(up, ADMIN, "&tenant=web") == ["web-only", "both"] and listed(up, ADMIN, "&tenant=") == ["plain"]
    assert listed(up, ADMIN, "&tenant=nobody") == []
    assert ask(up, "/jobs/web-only", ADMIN).json()["tenant"] == "web"
    assert "tenant" not in ask(up, "/jobs/plain", ADMIN).json(), "what was always said is said as it was"
    answer = ask(up, "/jobs/both", ADMIN)
    assert answer.status_code == 409 and answer.json()["code"] == "JOB_AMBIGUOUS"
    assert ask(up, "/jobs/both?tenant=lab", ADMIN).json()["tenant"] == "lab"
    assert ask(up, "/jobs/both?tenant=", ADMIN).json()["code"] == "JOB_NOT_FOUND"
    assert ask(up, "/jobs/both?tenant=a%20b", ADMIN).json()["code"] == "INVALID_VALUE"
    wait_until("all are told", lambda: len(up.receiver.get("log")) >= 4)
    assert ask(up, "/jobs/web-only/callback", ADMIN, "POST").status_code == 202
    assert ask(up, "/jobs/both/callback?tenant=lab", ADMIN, "POST").status_code == 202
    for route in ("/process", "/estimate"):
        answer = post(up, "mine", ADMIN, route=route)
        assert answer.status_code == 403 and answer.json()["code"] == "NO_TENANT"


def test_figures_of_the_service_are_for_admins(up):
    assert ask(up, "/metrics").json()["code"] == "UNAUTHORIZED"
    assert ask(up, "/metrics", "web-key-1").json()["code"] == "ADMIN_ONLY"
    assert ask(up, "/k/web-key-1/metrics").json()["code"] == "ADMIN_ONLY"
    assert "slidemill_" in ask(up, "/metrics", ADMIN).text
    brief = {"status", "version", "missing", "engine", "model"}
    for key in (None, "web-key-1", "wrong"):
        assert set(ask(up, "/health", key).json()) == brief
    assert set(ask(up, "/health", ADMIN).json()) > brief | {"queues", "open_jobs", "stages"}


def test_without_names_the_service_says_what_it_always_said(services):
    service = services(SLIDEMILL_API_KEYS="one,two")
    done(service, "shared", "one")
    assert "tenant" not in ended(service, "shared", "two") and listed(service, "two") == ["shared"]
    assert "open_jobs" in ask(service, "/health").json() and ask(service, "/metrics").status_code == 200


def waiting_service(tmp_path, **env):
    """Its store never answers, so that its jobs stay open."""
    return Service(tmp_path, S3_BUCKET="b", AWS_ENDPOINT_URL_S3="http://127.0.0.1:9", AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="s",
                   SLIDEMILL_DRAIN_S=0, SLIDEMILL_STORE_TRIES=50, **env)


def queue(service, job, key):
    answer = ask(service, "/process", key, "POST", json={"jobId": job, "s3Key": "a.pdf", "email": "", "language": "English"})
    return answer.json().get("code", answer.status_code)


@pytest.fixture
def waiting(tmp_path):
    made = []

    def start(**env):
        made.append(waiting_service(tmp_path, **env))
        return made[-1].start()

    yield start
    for service in made:
        service.close()


def test_cursors_tell_nothing_and_open_no_other_list(waiting):
    service = waiting(SLIDEMILL_API_KEYS=KEYS, SLIDEMILL_ADMIN_KEYS=ADMIN)
    for n in range(60):
        for key in ("web-key-1", "lab-key"):
            assert queue(service, f"j{n}", key) == 202
    cursor = {key: ask(service, "/jobs", key).json()["cursor"] for key in ("web-key-1", "lab-key", ADMIN)}
    assert all(re.fullmatch("[0-9a-f]{94}", text) for text in cursor.values())
    assert len(ask(service, f"/jobs?cursor={cursor['web-key-1']}", "web-key-2").json()["jobs"]) == 10
    for key, others in (("lab-key", "web-key-1"), ("web-key-1", "lab-key"), ("web-key-1", ADMIN), (ADMIN, "web-key-1")):
        assert ask(service, f"/jobs?cursor={cursor[others]}", key).json()["code"] == "INVALID_VALUE"
    for guess in ("1", "57", "99999", "0", "-1", "00" * 47, cursor["lab-key"][:-1], "x"):
        assert ask(service, f"/jobs?cursor={guess}", "lab-key").json()["code"] == "INVALID_VALUE"
    assert listed(service, "lab-key") == [f"j{n}" for n in range(59, -1, -1)]
    assert len(listed(service, ADMIN)) == 120


def test_queues_are_apart(waiting):
    """A tenant's limit is its own, and who has many jobs does not keep others waiting."""
    service = waiting(SLIDEMILL_API_KEYS=KEYS, SLIDEMILL_ADMIN_KEYS=ADMIN, SLIDEMILL_LIMIT_KEY_JOBS_OPEN=6, SLIDEMILL_LIMIT_JOBS_ACTIVE=4)
    assert [queue(service, f"w{n}", f"web-key-{1 + n % 2}") for n in range(7)] == [202] * 6 + ["KEY_QUEUE_FULL"]
    assert [queue(service, f"w{n}", "lab-key") for n in range(2)] == [202, 202]
    assert queue(service, "w0", "plain-key") == 202

    def begun(key):
        return sum(ask(service, f"/jobs/{job}", key).json()["status"] != "accepted" for job in listed(service, key))

    wait_until("four are worked on", lambda: begun("web-key-1") == 4)
    service.kill_all()
    service.start()
    wait_until("after a restart each has its share", lambda: (begun("web-key-1"), begun("lab-key"), begun("plain-key")) != (0, 0, 0) and
               service.health().status_code == 200)
    assert ask(service, "/health", ADMIN).json()["active_jobs"] == 4
    assert queue(service, "w9", "web-key-2") == "KEY_QUEUE_FULL"


def rotate(service, keys):
    (service.folder / "keys").write_text(keys)
    service.process.send_signal(signal.SIGHUP)


def test_rotation_by_names_loses_nothing(services, tmp_path):
    (tmp_path / "keys").write_text("web:first\n")
    service = services(SLIDEMILL_API_KEYS_FILE=tmp_path / "keys", SLIDEMILL_DRAIN_S=1)
    mine = done(service, "job", "first")
    rotate(service, "web:first,web:second")
    wait_until("the second is known", lambda: ask(service, "/jobs/job", "second").status_code == 200)
    rotate(service, "web:second,lab:third")
    wait_until("the first is refused", lambda: ask(service, "/jobs/job", "first").status_code == 401)
    assert ended(service, "job", "second") == mine and listed(service, "second") == ["job"]
    assert post(service, "job", "second").status_code == 202, "the same request is the same job"
    assert post(service, "job", "second", language="French").json()["code"] == "JOB_CONFLICT"
    assert ask(service, "/jobs/job", "third").status_code == 404
    next_run = done(service, "next", "second", previous="job")
    assert service.summary(next_run)["previous"] == {"jobId": "job", "used": True}
    # a list that contradicts itself changes nothing, and says where
    rotate(service, "web:second,lab:second")
    line = wait_until("it is refused", lambda: service.event("reload_refused"))
    assert "entry 2 of SLIDEMILL_API_KEYS" in line["reason"] and "second" not in line["reason"]
    assert ask(service, "/jobs/job", "second").status_code == 200
    assert service.stop() == 0
    assert "second" not in str(service.lines)


def test_a_key_that_gains_a_name_takes_its_jobs_along(services, tmp_path):
    (tmp_path / "keys").write_text("one,two")
    service = services(SLIDEMILL_API_KEYS_FILE=tmp_path / "keys", SLIDEMILL_ADMIN_KEYS=ADMIN, SLIDEMILL_DRAIN_S=1)
    ones, twos = done(service, "ones", "one"), done(service, "twos", "two")
    assert ended(service, "ones", "two") == ones, "keys without a name are one tenant"
    rotate(service, "web:one,web:fresh,two")
    wait_until("the fresh one is known", lambda: ask(service, "/jobs/ones", "fresh").status_code == 200)
    assert ended(service, "ones", "fresh") == ones | {"tenant": "web"} and listed(service, "one") == ["ones"]
    assert ask(service, "/jobs/ones", "two").status_code == 404 and listed(service, "two") == ["twos"]
    assert ended(service, "twos", "two") == twos
    assert service.summary(done(service, "next", "fresh", previous="ones"))["previous"]["used"]
    assert not service.summary(done(service, "spy", "two", previous="ones"))["previous"]["used"]
    assert post(service, "ones", "two").json()["code"] == "JOB_CONFLICT", "its results lie where they would go"
    rotate(service, "one,web:fresh,two")
    wait_until("without the name they come back", lambda: ask(service, "/jobs/ones", "two").status_code == 200)
    assert ask(service, "/jobs/ones", "fresh").status_code == 404 and listed(service, "fresh") == ["next"]


def test_jobs_of_before_are_those_of_their_keys(services, tmp_path):
    """A ledger of schema 5, in which each job tells of its key, goes on with keys that have names."""
    service = services(SLIDEMILL_API_KEYS="one,two", SLIDEMILL_DRAIN_S=1)
    old = {key: done(service, "of-" + key, key) for key in ("one", "two")}
    assert service.stop() == 0
    back_to_the_fifth(tmp_path / "state" / "ledger.sqlite")
    service.env["SLIDEMILL_API_KEYS"] = "web:one,web:fresh,lab:two"
    service.env["SLIDEMILL_ADMIN_KEYS"] = ADMIN
    service.start()
    wait_until("the names are known", lambda: ask(service, "/jobs/of-one", "fresh").status_code == 200)
    for key, others, tenant in (("one", "two", "web"), ("two", "one", "lab")):
        assert ended(service, "of-" + key, key) == old[key] | {"tenant": tenant}
        assert ask(service, "/jobs/of-" + key, others).status_code == 404
        assert service.output(old[key], "docx_url")
    assert listed(service, ADMIN) == ["of-two", "of-one"]


def back_to_the_fifth(path):
    """The same rows in a ledger of schema 5."""
    with sqlite3.connect(path) as db:
        names = [row[1] for row in db.execute("PRAGMA table_info(jobs)") if row[1] not in ("tenant", "owner")]
        rows = db.execute(f"SELECT {', '.join(names)} FROM jobs").fetchall()
        db.executescript("PRAGMA foreign_keys = OFF; DROP TABLE jobs;" +
                         f"CREATE TABLE jobs(id INTEGER PRIMARY KEY, job TEXT NOT NULL UNIQUE, {', '.join(names[2:])});"
                         "CREATE INDEX jobs_open ON jobs(id) WHERE state < 6; CREATE INDEX jobs_ended ON jobs(updated_ms) WHERE state >= 6;"
                         "PRAGMA user_version = 5;")
        db.executemany(f"INSERT INTO jobs({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows)
    db.close()


@pytest.mark.parametrize("keys, admins, told", [
    ("ok,a b:s3cret", "", "entry 2 of SLIDEMILL_API_KEYS: what stands before its first colon is no name"),
    ("web:s3cret,lab:s3cret", "", "entry 2 of SLIDEMILL_API_KEYS: the same key"),
    ("s3cret", "s3cret", "entry 1 of SLIDEMILL_ADMIN_KEYS: the same key"), ("", "s3cret", "SLIDEMILL_API_KEYS has no key")])
def test_lists_that_can_be_read_in_two_ways_are_refused_at_the_start(tmp_path, keys, admins, told):
    service = Service(tmp_path, SLIDEMILL_API_KEYS=keys, SLIDEMILL_ADMIN_KEYS=admins)
    with pytest.raises(AssertionError):
        service.start_unhealthy()
    line = service.event("config_refused")
    assert told in line["reason"] and "s3cret" not in str(service.lines)
    assert service.process.wait(10) == 78
