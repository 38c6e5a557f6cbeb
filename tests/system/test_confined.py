"""Workers of a running service are confined: by the kernel's own word."""

import os
import pathlib

import pytest

from test_pipeline import DECK, PAGES, check_outputs, model_env

# (program, whether its system calls are listed; the rasterizer starts jails, which list their own)
PROGRAMS = [("slidemill-front", True), ("slidemill-courier", True), ("slidemill-vision", True),
            ("slidemill-assembler", True), ("slidemill-rasterizer", False)]

OWN_USER = "65530" if os.geteuid() == 0 else str(os.geteuid())


def status(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, value in (line.split(":", 1) for line in lines)}


@pytest.mark.parametrize("engine", ["openai", "offline"])
def test_every_worker_is_confined_and_works(services, doubles, engine):
    settings = model_env(doubles("model.py")) if engine == "openai" else {}
    service = services(**settings, SLIDEMILL_SANDBOX_LEVEL="require")
    service.upload("confined", DECK)
    check_outputs(service, service.finish("confined"), PAGES)
    for program, listed in PROGRAMS:
        pids = service.pids(program)
        assert pids, program
        for pid in pids:
            seen = status(pid)
            assert seen["NoNewPrivs"] == "1", program
            assert seen["Seccomp"] == ("2" if listed else "0"), program
            assert seen["Uid"].split() == [OWN_USER if program == "slidemill-assembler" else str(os.geteuid())] * 4, program
    assert not service.events("sandbox_incomplete")
    said = {line["proc"]: line for line in service.events("sandbox_applied")}
    assert {"slidemill-" + proc for proc in said} == {program for program, _ in PROGRAMS}
    assert all(line["landlock"] > 0 and (line["calls"] > 0) == dict(PROGRAMS)["slidemill-" + proc] for proc, line in said.items())


def test_off_is_off(services):
    service = services(SLIDEMILL_SANDBOX_LEVEL="off")
    service.upload("open", DECK)
    check_outputs(service, service.finish("open"), PAGES)
    assert {status(pid)["Seccomp"] for program, _ in PROGRAMS for pid in service.pids(program)} == {"0"}


def test_the_old_name_of_the_parameter_is_read_and_logged(services):
    service = services(SLIDEMILL_CAGE_LEVEL="off")
    service.upload("old", DECK)
    check_outputs(service, service.finish("old"), PAGES)
    assert not service.events("sandbox_applied")
    (renamed,) = service.events("parameter_renamed")
    assert renamed["reason"] == "SLIDEMILL_CAGE_LEVEL (environment) is now SLIDEMILL_SANDBOX_LEVEL"
