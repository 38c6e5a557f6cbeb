"""The whole system with the PDF and the outputs in S3: Ceph's gateway and OpenStack Swift, and a store that misbehaves.

boto3, the client the web app's worker had, puts the PDF there and looks at what came back.
"""

import shutil
import subprocess
import tempfile

import boto3
import botocore.config
import pytest
import requests

from service import CORPUS, ROOT, free_port, wait_until
from test_outbox import ledger, resend
from test_pipeline import DECK, PAGES, check_outputs

KEY = "uploads/2026-11-23/ana@example.com/9f-Lección 1 (final)+v2.pdf"
TYPES = {"summary.json": "application/json", "lecture.apkg": "application/octet-stream",
         "lecture.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
SERVERS = {"radosgw": ("s3_radosgw.sh", "AKTEST", "default"), "swift-proxy-server": ("s3_swift.sh", "test:owner", "us-east-1")}


class Store:
    """A real S3 server with the bucket `lectures`."""

    def __init__(self, program):
        script, self.access, self.region = SERVERS[program]
        self.script, self.folder = ROOT / "tests" / "system" / script, tempfile.mkdtemp(prefix="s3-pipeline-", dir="/var/tmp")
        subprocess.run(["chmod", "755", self.folder], check=True)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        subprocess.run([self.script, "start", self.folder + "/s", str(port)], check=True, timeout=180)
        self.client = boto3.client("s3", endpoint_url=self.url, aws_access_key_id=self.access, aws_secret_access_key="SKTEST",
                                   region_name=self.region, config=botocore.config.Config(
                                       s3={"addressing_style": "path"}, signature_version="s3v4",
                                       retries={"max_attempts": 20}, request_checksum_calculation="when_required",
                                       response_checksum_validation="when_required"))
        self.client.create_bucket(Bucket="lectures")

    def env(self, **more):
        return {"AWS_ENDPOINT_URL_S3": self.url, "AWS_ACCESS_KEY_ID": self.access, "AWS_SECRET_ACCESS_KEY": "SKTEST",
                "AWS_REGION": self.region, "S3_BUCKET": "lectures", **more}

    def close(self):
        subprocess.run([self.script, "stop", self.folder + "/s"], check=False, timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="module", params=sorted(SERVERS))
def store(request):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    store = Store(request.param)
    yield store
    store.close()


def failure(service, job):
    state = service.finish(job)
    assert state["status"] == "failed" and state["error"]["message"], state
    return state["error"]["code"]


# ---- real servers --------------------------------------------------------------------------------------------------------

def test_a_lecture_goes_from_s3_to_s3(services, doubles, store):
    receiver = doubles("receiver.py", "--secret", "s3cret")
    store.client.upload_file(str(DECK), "lectures", KEY)
    service = services(**store.env(), WORKER_CALLBACK_URL=receiver.url + "/callback", WORKER_CALLBACK_SECRET="s3cret")
    assert service.process_key("s3-1", KEY, "Spanish").status_code == 202
    state = service.finish("s3-1")
    assert state["status"] == "completed", state["error"]
    check_outputs(service, state, PAGES)
    names = {entry["Key"] for entry in store.client.list_objects(Bucket="lectures", Prefix="outputs/")["Contents"]}
    assert names == {"outputs/s3-1/" + name for name in TYPES}
    told = wait_until("the callback", lambda: receiver.get("log"))[0]["json"]["outputs"]
    for name, link in (("summary.json", "summary_json_url"), ("lecture.docx", "docx_url"), ("lecture.apkg", "anki_url")):
        kept = store.client.get_object(Bucket="lectures", Key="outputs/s3-1/" + name)
        assert kept["ContentType"] == TYPES[name]
        assert told[link].startswith(store.url)
        answer = requests.get(told[link], timeout=30)
        assert answer.status_code == 200 and answer.headers["Content-Type"] == TYPES[name]
        assert answer.content == kept["Body"].read()
    assert requests.get(told["docx_url"].replace("lecture.docx", "lecture.apkg"), timeout=30).status_code == 403
    assert "SKTEST" not in str(service.lines)


def test_odd_keys_are_asked_for_byte_by_byte(services, store):
    keys = ["odd//two.pdf", "odd/./dot.pdf", "odd/tab\t.pdf", "odd/end/", "odd/ä b+%2F.pdf", "/odd/first.pdf"]
    for key in keys:
        store.client.put_object(Bucket="lectures", Key=key, Body=DECK.read_bytes())
    kept = {entry["Key"] for entry in store.client.list_objects(Bucket="lectures")["Contents"]}
    service = services(**store.env())
    for number, key in enumerate(keys):
        assert service.process_key(f"odd-{number}", key).status_code == 202
    for number, key in enumerate(keys):
        if key in kept:  # as the client library sent it, and the server keeps it
            assert service.finish(f"odd-{number}")["status"] == "completed", key
        else:
            assert failure(service, f"odd-{number}") == "S3_NOT_FOUND", key
    assert sum(key in kept for key in keys) >= 4


def test_the_previous_run_comes_from_s3_and_all_outputs_go_there(services, store):
    store.client.upload_file(str(DECK), "lectures", KEY)
    service = services(**store.env())
    for job, wishes in (("run-1", {"previous": "run-0"}), ("run-2", {"previous": "run-1", "outputs": ["md", "html", "tsv"]})):
        assert service.process_key(job, KEY, **wishes).status_code == 202
        state = service.finish(job)
        assert state["status"] == "completed", state["error"]
        summary = service.summary(state)
        assert summary["previous"]["used"] is (job == "run-2"), summary["previous"]
    assert summary["previous"] == {"jobId": "run-1", "used": True}
    for name, link, kind in (("lecture.md", "md_url", "text/markdown; charset=utf-8"),
                             ("lecture.html", "html_url", "text/html; charset=utf-8"),
                             ("cards.tsv", "tsv_url", "text/tab-separated-values; charset=utf-8")):
        kept = store.client.get_object(Bucket="lectures", Key="outputs/run-2/" + name)
        assert kept["ContentType"] == kind
        answer = requests.get(state["outputs"][link], timeout=30)
        assert answer.content == kept["Body"].read() and answer.headers["Content-Type"] == kind


def test_stale_links_are_renewed_when_the_callback_is_sent_again(services, doubles, store, tmp_path):
    receiver = doubles("receiver.py", "--secret", "s3cret")
    store.client.upload_file(str(DECK), "lectures", KEY)
    service = services(**store.env(), WORKER_CALLBACK_URL=receiver.url + "/callback", WORKER_CALLBACK_SECRET="s3cret")
    assert service.process_key("renewed", KEY).status_code == 202
    assert service.finish("renewed")["status"] == "completed"
    wait_until("the callback", lambda: receiver.get("log"))
    assert service.stop() == 0
    ledger(tmp_path, "UPDATE artifacts SET expires_at=1000, url='http://stale.example/'")
    service.start()
    assert resend(service, "renewed").status_code == 202
    told = wait_until("the second", lambda: len(receiver.get("log")) == 2 and receiver.get("log"))
    assert told[0]["headers"]["webhook-id"] == told[1]["headers"]["webhook-id"]
    for link in ("summary_json_url", "docx_url", "anki_url"):
        assert requests.get(told[1]["json"]["outputs"][link], timeout=30).status_code == 200


@pytest.mark.parametrize("store", ["radosgw"], indirect=True)  # Swift gives none
def test_temporary_credentials_with_their_token(services, store):
    store.client.upload_file(str(DECK), "lectures", KEY)
    sts = boto3.client("sts", endpoint_url=store.url, aws_access_key_id=store.access, aws_secret_access_key="SKTEST",
                       region_name="us-east-1")
    given = sts.assume_role(RoleArn="arn:aws:iam:::role/visitor", RoleSessionName="lectures")["Credentials"]
    env = store.env(AWS_ACCESS_KEY_ID=given["AccessKeyId"], AWS_SECRET_ACCESS_KEY=given["SecretAccessKey"])
    service = services(**env, AWS_SESSION_TOKEN=given["SessionToken"])
    assert service.process_key("visitor", KEY).status_code == 202
    check_outputs(service, service.finish("visitor"), PAGES)  # by links that carry the token
    assert given["SessionToken"] not in str(service.lines)
    assert service.stop() == 0
    service.env["AWS_SESSION_TOKEN"] = "made up"
    service.start()
    assert service.process_key("stranger", KEY).status_code == 202
    assert failure(service, "stranger") == "S3_DENIED"


@pytest.mark.parametrize("store", ["radosgw"], indirect=True)  # Swift is asked by path alone
def test_the_bucket_in_the_host_name(services, store):
    store.client.upload_file(str(DECK), "lectures", KEY)
    endpoint = store.url.replace("127.0.0.1", "localhost")
    service = services(**store.env(AWS_ENDPOINT_URL_S3=endpoint, SLIDEMILL_S3_PATH_STYLE="no"))
    assert service.process_key("virtual", KEY).status_code == 202
    state = service.finish("virtual")
    assert state["status"] == "completed", state["error"]
    link = state["outputs"]["docx_url"]
    host = endpoint.replace("http://", "lectures.")
    assert link.startswith(f"http://{host}/outputs/virtual/lecture.docx?")
    by_address = link.replace(f"http://{host}", store.url)
    assert requests.get(by_address, headers={"Host": host}, timeout=30).status_code == 200


def test_what_cannot_be_fetched_is_told(services, store):
    store.client.put_object(Bucket="lectures", Key="notes.pdf", Body=b"<html>no slides here</html>" * 100)
    store.client.put_object(Bucket="lectures", Key="empty.pdf", Body=b"")
    service = services(**store.env())
    for job, key in (("absent", "uploads/none.pdf"), ("html", "notes.pdf"), ("empty", "empty.pdf")):
        assert service.process_key(job, key).status_code == 202
    assert failure(service, "absent") == "S3_NOT_FOUND"
    assert failure(service, "html") == "UNSUPPORTED_TYPE"
    assert failure(service, "empty") == "EMPTY_FILE"


@pytest.mark.parametrize("wrong, code", [({"AWS_SECRET_ACCESS_KEY": "SKWRONG"}, "S3_DENIED"), ({"S3_BUCKET": "nowhere"},
                                                                                              "S3_NOT_FOUND")])
def test_a_wrong_setting_is_told(services, store, wrong, code):
    service = services(**{**store.env(), **wrong})
    service.process_key("wrong", KEY)
    assert failure(service, "wrong") == code
    assert "SKWRONG" not in str(service.lines)


# ---- a store that misbehaves ---------------------------------------------------------------------------------------------

def faulty_env(url, **more):
    return {"AWS_ENDPOINT_URL_S3": url, "AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "SK", "S3_BUCKET": "lectures", **more}


def faulty(doubles):
    store = doubles("s3faults.py")
    requests.put(f"{store.url}/lectures/deck.pdf", data=DECK.read_bytes(), timeout=10).raise_for_status()
    return store


def test_no_store_at_all(services):
    service = services(**faulty_env(f"http://127.0.0.1:{free_port()}", SLIDEMILL_STORE_TRIES="2", SLIDEMILL_LIMIT_OUTAGE_S="0"))
    service.process_key("down", "deck.pdf")
    assert failure(service, "down") == "S3_UNAVAILABLE"
    assert service.health().status_code == 200


@pytest.mark.parametrize("rule", [{"fault": "slowdown", "times": 3}, {"fault": "cut", "times": 2, "method": "GET"},
                                  {"fault": "internal", "times": 2, "method": "PUT"}, {"fault": "reset", "times": 2},
                                  {"fault": "error200", "times": 1, "method": "PUT"}], ids=lambda rule: rule["fault"])
def test_a_store_that_stumbles_costs_nothing_but_time(services, doubles, rule):
    store = faulty(doubles)
    service = services(**faulty_env(store.url))
    store.post("rules", [rule])
    service.process_key("stumble", "deck.pdf")
    state = service.finish("stumble")
    assert state["status"] == "completed", state["error"]
    for name in TYPES:
        kept = requests.get(f"{store.url}/lectures/outputs/stumble/{name}", timeout=10)
        assert kept.status_code == 200 and len(kept.content) > 1000


def test_a_store_that_refuses_the_outputs(services, doubles):
    store = faulty(doubles)
    service = services(**faulty_env(store.url, SLIDEMILL_STORE_TRIES="2", SLIDEMILL_LIMIT_OUTAGE_S="0"))
    store.post("rules", [{"fault": "denied", "times": 100, "method": "PUT"}])
    service.process_key("refused", "deck.pdf")
    assert failure(service, "refused") == "S3_DENIED"
    store.post("rules", [])
    service.upload("other", CORPUS / "lectures" / "uebersetzer-de.pdf")
    assert service.finish("other")["status"] == "completed"
