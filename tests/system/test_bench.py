"""The benches end: a measurement that hangs or fails is told as such, and the next one is made."""

import pathlib
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "bench"))
import harness  # noqa: E402


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(harness, "LEAST_S", 1)
    monkeypatch.setattr(harness, "TOLD", [])


def cleans_up(cleaned):
    try:
        time.sleep(60)
    except Exception:  # what a request's errors are taken for
        time.sleep(60)
    finally:
        cleaned.append(True)


def fails():
    raise AssertionError("not within 120 s: healthy")


def test_measurement_that_hangs_is_ended_and_the_next_one_is_made(capsys):
    cleaned = []
    begun = time.monotonic()
    fell_short = harness.play([harness.Measurement("hangs", 0, "", lambda: cleans_up(cleaned)),
                               harness.Measurement("fails", 0, "", fails),
                               harness.Measurement("works", 0, "", lambda: harness.line("works", "1.0 times"))])
    assert time.monotonic() - begun < 20
    assert cleaned
    assert fell_short == ["hangs", "fails"]
    capsys.readouterr()
    harness.table()
    told = capsys.readouterr().out.splitlines()
    assert [each.split()[0] for each in told if "NOT MEASURED" in each] == ["hangs", "fails"]
    assert any(each.startswith("works") and "1.0 times" in each for each in told)


def test_only_those_with_the_word_are_made():
    assert harness.play([harness.Measurement("works", 0, "", lambda: harness.line("works", "")),
                         harness.Measurement("fails", 0, "", fails)], "work") == []
