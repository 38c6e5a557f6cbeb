"""fairness - what a short lecture waits for behind long ones, as a multiple of its time alone"""

import pathlib
import subprocess
import tempfile
import time

from harness import LECTURES, Measurement, cut, doubled, line, main, running, wait_until, watching


def decks(folder):
    """Three pages, and three hundred."""
    big = folder / "big.pdf"
    subprocess.run(["mutool", "merge", "-o", big, LECTURES / "survey-overlays.pdf", "1-150", LECTURES / "shell-150-pages.pdf",
                    "1-150"], check=True, stderr=subprocess.DEVNULL)
    return cut("uebersetzer-de.pdf", 2, 4, folder / "small.pdf"), big


def seconds(service, job, deck):
    begun = time.monotonic()
    assert service.upload(job, deck, job).status_code == 202  # a language of its own: no answer is there yet
    assert service.finish(job)["status"] == "completed"
    return time.monotonic() - begun


def behind(service, told, folder):
    """Three pages behind ten times 300: while those are drawn, and while their documents are written."""
    small, big = decks(folder)
    seconds(service, "Warm", small)
    alone = sorted(seconds(service, f"Alone{i}", small) for i in "abc")[1]
    for i in range(10):
        assert service.upload(f"long-{i}", big, f"Long{i}").status_code == 202
    wait_until("all at work", lambda: service.job("long-9")["slides"]["done"] > 0)
    with watching(service, "livez", "readyz", "health") as watches:
        took = [seconds(service, f"Behind{i}", small) for i in "abc"]
        wait_until("documents written", lambda: service.job("long-0")["status"] not in ("working", "inspecting"), 300)
        took.append(seconds(service, "BehindDocuments", small))
    line("3 pages behind 10 x 300", f"{told}: alone {alone:.2f} s, behind {', '.join(f'{each / alone:.1f}' for each in took)} "
         "times that, the last while documents are written; p99 " + ", ".join(f"{each.what} {each.p99():.1f} ms" for each in watches))
    service.kill_all()  # what is still open would be finished first


def with_model():
    with tempfile.TemporaryDirectory() as folder, doubled("--latency", 0.2) as model, running(model) as service:
        behind(service, "model 0.2 s", pathlib.Path(folder))


def offline():
    with tempfile.TemporaryDirectory() as folder, running() as service:
        behind(service, "offline", pathlib.Path(folder))


MEASUREMENTS = [Measurement("fairness, model", 120, "3 pages behind ten lectures of 300, beside their time alone", with_model),
                Measurement("fairness, offline", 90, "the same without a model", offline)]

if __name__ == "__main__":
    main(MEASUREMENTS)
