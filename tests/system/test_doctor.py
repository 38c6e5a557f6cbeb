"""slidemill doctor: what works, what does not, and what to change, beside the stand-in of the model API"""

import os
import subprocess

import pytest

from service import BUILD, free_port

SEES = {"rules": [{"add": "A kestrel hovers."}]}  # the stand-in looks at no picture: it is told what is on this one


def doctor(tmp_path, *arguments, **env):
    """Exit code and output; nothing of the caller's environment reaches it."""
    kept = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TESSDATA_PREFIX") if name in os.environ}
    done = subprocess.run([BUILD / "slidemill", "doctor", *arguments], capture_output=True, text=True, timeout=120,
                          env={**kept, "LANG": "C.UTF-8", "SLIDEMILL_STATE_DIR": str(tmp_path / "state"), **env})
    print(done.stdout, done.stderr)
    return done.returncode, done.stdout


def test_all_is_well(tmp_path, doubles):
    model = doubles("model.py", "--key", "sesame-7", "--rate-headers", "--rpm", "500")
    model.post("scenario", SEES)
    code, out = doctor(tmp_path, OPENAI_BASE_URL=model.url, OPENAI_API_KEY="sesame-7")
    assert code == 0
    for line in ("reached, by HTTP/1.1", "the key is accepted", "the model is known", "the picture of a slide is read",
                 "response_format json_schema and max_completion_tokens", "500 requests", "USD", "will be made", "stages are confined: Landlock", "All is well."):
        assert line in out
    assert "WRONG" not in out and "sesame" not in out
    assert model.get("stats")["calls"] == 1
    assert not (tmp_path / "state").exists()


WRONG = [
    ("a wrong key", ["--key", "sesame"], {"OPENAI_API_KEY": "guess"}, "the key is refused", "set OPENAI_API_KEY"),
    ("an unknown model", ["--models", "other"], {"OPENAI_API_KEY": "k"}, "the model gpt-4o is not known", "set OPENAI_MODEL"),
    ("a model that sees nothing", [], {}, "does not name what the slide shows", "a model that takes pictures"),
    ("a key for every call", [], {"SLIDEMILL_MODEL_HEADERS": "Authorization: Bearer x"}, "the header Authorization carries the key", ""),
    ("a price that is none", [], {"SLIDEMILL_MODEL_PRICES": "gpt-4o cheap"}, "is not MODEL INPUT OUTPUT", ""),
    ("a budget that is none", [], {"SLIDEMILL_BUDGET_DAY_USD": "$5"}, "budget.day_usd is not an amount", "2.50"),
]


@pytest.mark.parametrize("options, env, wrong, remedy", [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_has_a_remedy(tmp_path, doubles, options, env, wrong, remedy):
    model = doubles("model.py", *options)
    code, out = doctor(tmp_path, OPENAI_BASE_URL=model.url, **env)
    assert code != 0
    assert wrong in out and remedy in out


def test_an_empty_account(tmp_path, doubles):
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"preset": "quota"}]})
    code, out = doctor(tmp_path, OPENAI_BASE_URL=model.url)
    assert code == 1
    assert "the provider refuses this account at present" in out and "credit" in out
    assert model.get("stats")["calls"] == 1


def test_answers_without_an_end(tmp_path, doubles):
    """What is found is that they are cut, not that the question with more room, which takes too long, had no answer."""
    model = doubles("model.py")
    model.post("scenario", {"rules": [{"preset": "truncated", "first": 2}, {"preset": "hang"}]})
    code, out = doctor(tmp_path, OPENAI_BASE_URL=model.url, SLIDEMILL_VISION_TIMEOUT_S="2")
    assert code == 1
    assert "the model is known" in out and "no usable answer after 3 calls: MODEL_TRUNCATED\n" in out
    assert "no answer: " not in out
    assert model.get("stats")["calls"] == 3


def test_nobody_listens(tmp_path):
    code, out = doctor(tmp_path, OPENAI_BASE_URL=f"http://127.0.0.1:{free_port()}/v1")
    assert code == 1
    assert "no answer: " in out and "check OPENAI_BASE_URL" in out


def test_a_fallback_is_asked_by_its_own_names(tmp_path, doubles):
    first, second = doubles("model.py"), doubles("model.py", "--key", "other")
    first.post("scenario", SEES)
    code, out = doctor(tmp_path, OPENAI_BASE_URL=first.url, SLIDEMILL_FALLBACK_1_BASE_URL=second.url,
                       SLIDEMILL_FALLBACK_1_API_KEY="wrong")
    assert code == 1
    assert "model: " + first.url in out and "fallback: " + second.url in out
    assert "set SLIDEMILL_FALLBACK_1_API_KEY" in out and "set OPENAI_API_KEY" not in out


def test_its_dialect_is_found_out(tmp_path, doubles):
    model = doubles("model.py", "--no-json-schema", "--no-json-object", "--no-max-completion-tokens")
    model.post("scenario", SEES)
    code, out = doctor(tmp_path, OPENAI_BASE_URL=model.url)
    assert code == 0
    assert "response_format prompt and max_tokens" in out


def test_without_a_model(tmp_path):
    code, out = doctor(tmp_path)
    assert code == 0
    assert "no model" in out and "read in the language eng" in out
    code, out = doctor(tmp_path, SLIDEMILL_OCR_LANGUAGES="eng+xyz")
    assert code == 1
    assert "apt-get install tesseract-ocr-xyz" in out


def test_folders_and_store(tmp_path):
    (tmp_path / "state").write_text("a file is in the way")
    code, out = doctor(tmp_path)
    assert code == 1
    assert "cannot be written to" in out and "SLIDEMILL_STATE_DIR" in out
    (tmp_path / "state").unlink()
    code, out = doctor(tmp_path, S3_BUCKET="lectures", AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{free_port()}")
    assert code == 1
    assert "set AWS_ACCESS_KEY_ID" in out and "check AWS_ENDPOINT_URL_S3" in out


def test_what_a_service_in_production_lacks(tmp_path):
    code, out = doctor(tmp_path, WORKER_CALLBACK_URL="http://127.0.0.1:9/callback")
    assert code == 1 and "OPENAI_API_KEY is not set" in out and "WORKER_CALLBACK_SECRET is not set" in out
    code, out = doctor(tmp_path, AWS_SECRET_ACCESS_KEY="s")
    assert code == 1 and all(f"{name} is not set" in out for name in ("S3_BUCKET", "AWS_ACCESS_KEY_ID", "WORKER_CALLBACK_URL"))
    code, out = doctor(tmp_path, WORKER_CALLBACK_URL="none", SLIDEMILL_ENGINE="offline")
    assert code == 0 and "production" not in out


def test_a_configuration_file_counts(tmp_path):
    file = tmp_path / "slidemill.cfg"
    file.write_text('model = { base_url = "http://127.0.0.1:%d/v1"; name = "llava"; };\n' % free_port())
    code, out = doctor(tmp_path, "--config", str(file))
    assert code == 1
    assert "llava" in out
