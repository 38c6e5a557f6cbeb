"""Secrets stay where they are needed: nothing that the system says, writes or hands on holds one.

Each secret is a text of its own, so that finding it anywhere tells which one went astray.
"""

import base64
import os
import pathlib
import re
import sqlite3
import subprocess
import urllib.parse

import pytest
import requests

from service import BUILD, wait_until
from test_pipeline import DECK, PAGES, check_outputs

# environment name: (value, the programs that may hold it)
SECRETS = {
    "SLIDEMILL_API_KEYS": ("Osprey-api-key-90ab11", ()),
    "SLIDEMILL_ADMIN_KEYS": ("Dotterel-admin-key-6c17fe", ()),
    "SLIDEMILL_LINK_SECRET": ("Plover-link-secret-51d7e0", ("slidemill-front", "slidemill-courier")),
    "OPENAI_API_KEY": ("Dunlin-model-key-c48812", ("slidemill-vision",)),
    "SLIDEMILL_FALLBACK_1_API_KEY": ("Curlew-fallback-key-2b6f09", ("slidemill-vision",)),
    "AWS_SECRET_ACCESS_KEY": ("Avocet-aws-secret-e33a57", ("slidemill-courier",)),
    "WORKER_CALLBACK_SECRET": ("Godwit-callback-secret-08cd4f", ("slidemill-courier",)),
}


API_KEY = "Kestrel-api-key-7f31c2"  # the one that requests bring
# A model that tells the key it was given: some do.
ECHO = {"status": 401, "error": {"message": f"Incorrect API key provided: {SECRETS['OPENAI_API_KEY'][0]}.", "param": None,
                                 "type": "invalid_request_error", "code": "invalid_api_key"}}
KEEPERS = ("slidemill", "slidemill-supervisor")  # they hand each its own


def forms(secret):
    """As it is, and as it would look inside an encoding."""
    raw = secret.encode()
    return {raw, base64.b64encode(raw).rstrip(b"="), base64.urlsafe_b64encode(raw).rstrip(b"="), raw.hex().encode(),
            urllib.parse.quote(secret, safe="").encode()}


def astray(data, names=tuple(SECRETS)):
    """The names of the secrets that the bytes hold."""
    data = data if isinstance(data, bytes) else data.encode()
    return {name for name in names for form in forms(SECRETS[name][0]) if form in data}


def memory(pid):
    """What the process could read of itself: all that is writable."""
    found = []
    with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            at = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if at is None or "[vvar" in line:
                continue
            first, end = (int(side, 16) for side in at.groups())
            try:
                mem.seek(first)
                found.append(mem.read(end - first))
            except OSError:  # it went meanwhile
                continue
    return b"".join(found)


@pytest.fixture
def world(services, doubles):
    """A service with every secret, whose model, store and receiver take them and no others."""
    model, store = doubles("model.py", "--key", SECRETS["OPENAI_API_KEY"][0]), doubles("s3faults.py")
    receiver = doubles("receiver.py", "--secret", SECRETS["WORKER_CALLBACK_SECRET"][0])
    requests.put(f"{store.url}/lectures/uploads/deck.pdf", data=DECK.read_bytes(), timeout=10).raise_for_status()
    values = {name: value for name, (value, _) in SECRETS.items()}
    values["SLIDEMILL_API_KEYS"] += "," + API_KEY
    service = services(**values, OPENAI_BASE_URL=model.url, LOG_LEVEL="debug",
                       SLIDEMILL_FALLBACK_1_BASE_URL=model.url, AWS_ENDPOINT_URL_S3=store.url,
                       AWS_ACCESS_KEY_ID="AKWADER", S3_BUCKET="lectures", WORKER_CALLBACK_URL=receiver.url + "/callback",
                       SLIDEMILL_CALLBACK_SECRET_IN_BODY=0)
    return service, model, store, receiver


def ask(service, path, **more):
    return requests.request(more.pop("method", "GET"), service.url + path, timeout=30,
                            headers={"Authorization": f"Bearer {more.pop('key', API_KEY)}"}, **more)


def submit(service, job, key="uploads/deck.pdf", language="en"):
    answer = ask(service, "/process", method="POST", json={"jobId": job, "s3Key": key, "email": "a@b.org", "language": language})
    assert answer.status_code == 202, answer.text
    return wait_until(job, lambda: (state := ask(service, f"/jobs/{job}").json())["status"] in ("completed", "failed") and state)


def test_nothing_that_is_said_or_written_holds_a_secret(world, tmp_path):
    service, model, store, receiver = world
    good = submit(service, "good")
    assert good["status"] == "completed", good["error"]
    check_outputs(service, good, PAGES)
    assert submit(service, "absent", "uploads/other.pdf")["error"]["code"] == "S3_NOT_FOUND"
    store.post("rules", [{"fault": "denied", "times": 99}])
    assert submit(service, "denied")["error"]["code"] == "S3_DENIED"
    store.post("rules", [])
    model.post("scenario", {"rules": [ECHO]})
    refused = submit(service, "refused", language="fr")
    assert refused["error"]["code"] == "MODEL_AUTH"
    said = [str(refused), ask(service, "/jobs/good").text, ask(service, "/health").text, ask(service, "/health", key="guess").text,
            ask(service, "/jobs/good", key=API_KEY[:-1] + "3").text, ask(service, "/nowhere").text, ask(service, "/metrics").text,
            ask(service, "/process", method="POST", data=b"{").text]
    for arguments in (["doctor"], ["config", "show"], ["config", "check"]):
        done = subprocess.run([BUILD / "slidemill", *arguments], env=service.env, cwd=tmp_path, capture_output=True, text=True,
                              timeout=120, check=False)
        said += [done.stdout, done.stderr]
    wait_until("four callbacks", lambda: len(receiver.get("log")) >= 4)
    said += [str(one["json"]) for one in receiver.get("log")]
    said += [requests.get(url, timeout=30).content for name, url in good["outputs"].items() if name.endswith("_url")]
    assert service.stop() == 0
    for text in [*said, *map(str, service.lines)]:
        assert not astray(text), (astray(text), text)
        assert API_KEY.encode() not in (text if isinstance(text, bytes) else text.encode()), text
    files = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert len(files) > 1
    for path in files:
        assert not astray(path.read_bytes()), path
    rows = sqlite3.connect(tmp_path / "state" / "ledger.sqlite").iterdump()
    assert not astray("\n".join(rows))


def test_each_process_holds_only_its_own(world):
    service, *_ = world
    assert submit(service, "held")["status"] == "completed"
    pids = {pid: pathlib.Path(os.readlink(f"/proc/{pid}/exe")).name for pid in service.pids()}
    assert {"slidemill-front", "slidemill-courier", "slidemill-vision", "slidemill-assembler", *KEEPERS} <= set(pids.values())
    for pid, program in pids.items():
        assert not astray(pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()), program
        assert program == "slidemill" or re.search(r"Max core file size +0 +0 ", pathlib.Path(f"/proc/{pid}/limits").read_text()), program
        if os.geteuid() != 0:  # nobody but root sees more of them, the very point
            with pytest.raises(PermissionError):
                pathlib.Path(f"/proc/{pid}/environ").read_bytes()
            continue
        if program == "slidemill":
            continue
        assert not astray(pathlib.Path(f"/proc/{pid}/environ").read_bytes()), program
        if program not in KEEPERS:
            others = tuple(name for name, (_, programs) in SECRETS.items() if program not in programs)
            assert not astray(memory(pid), others), program
    held = {program: memory(pid) for pid, program in pids.items()} if os.geteuid() == 0 else {}
    assert not held or astray(held["slidemill-vision"]) >= {"OPENAI_API_KEY"}  # it would have been seen
