"""More than one endpoint, through the whole system: lectures go on where they can, and what was learned is kept."""

import pytest

from service import CORPUS, free_port
from test_pipeline import check_outputs, model_env

DECK, SLIDES = CORPUS / "lectures" / "uebersetzer-de.pdf", 15


def beside(first, second, **settings):
    return {**model_env(first), "SLIDEMILL_FALLBACK_1_BASE_URL": second.url, "SLIDEMILL_FALLBACK_1_MODEL": "gpt-4o-mini",
            "SLIDEMILL_VISION_IN_FLIGHT": "4", **settings}


def finish(service, job):
    assert service.upload(job, DECK).status_code == 202
    state = service.finish(job)
    assert state["status"] == "completed", state["error"]
    return check_outputs(service, state, SLIDES)


@pytest.mark.parametrize("preset, most", [("quota", 8), ("auth", 8), ("no_model", 8), ("server_error", 16)])
def test_a_lecture_goes_on_elsewhere(services, doubles, preset, most):
    first, second = doubles("model.py"), doubles("model.py")
    first.post("scenario", {"rules": [{"preset": preset, "skip": 4}]})
    summary = finish(services(**beside(first, second)), "elsewhere")
    assert summary["outcomes"]["failed"] == 0
    assert first.get("stats")["answered"] == 4 and first.get("stats")["calls"] <= 4 + most
    assert second.get("stats")["answered"] == len(second.get("stats")["slides"])


def test_nobody_at_the_first_address(services, doubles):
    second = doubles("model.py")
    settings = beside(second, second, OPENAI_BASE_URL=f"http://127.0.0.1:{free_port()}/v1")
    assert finish(services(**settings), "nobody")["outcomes"]["failed"] == 0


def test_what_an_endpoint_takes_outlives_the_service(services, doubles):
    model = doubles("model.py", "--no-json-schema", "--no-max-completion-tokens")
    service = services(**model_env(model))
    finish(service, "learning")
    refused = model.get("stats")["by_status"]["400"]
    assert refused > 0
    service.stop()
    service.start()
    assert service.upload("knowing", DECK, "German").status_code == 202
    assert service.finish("knowing")["status"] == "completed"
    assert model.get("stats")["by_status"]["400"] == refused
