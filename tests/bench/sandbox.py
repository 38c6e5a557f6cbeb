"""sandbox - CPU per page with and without the jail, and the other programs' cages (sandbox.level), round by round in turn"""

import subprocess

from harness import BUILD, LECTURES, Measurement, cpu_of, finished, line, main, running

CAGED = ("howtosurvey-ja.pdf", "gp-bayes-beamer.pdf", "survey-handout.pdf")
ROUNDS = 5


def jail():
    for name in CAGED:
        told = subprocess.run([BUILD / "tests" / "bench_sandbox", LECTURES / name], capture_output=True, text=True, check=True)
        line("jail, " + name, told.stdout.strip())


def level():
    for name in CAGED:
        used = {"off": [], "require": []}
        for _ in range(ROUNDS):
            for setting, told in used.items():
                told.append(caged(LECTURES / name, setting))
        off, on = (sorted(told)[ROUNDS // 2] for told in used.values())
        line("sandbox.level, " + name, f"off {off:.2f} ms CPU/page, require {on:.2f}, ratio {on / off:.3f}")


def caged(lecture, setting):
    """CPU ms a page of the whole tree, for one lecture without a model."""
    with running(SLIDEMILL_SANDBOX_LEVEL=setting) as service:
        before = sum(cpu_of(service).values())
        assert service.upload("lecture", lecture).status_code == 202
        finished(service, ["lecture"])
        used = sum(cpu_of(service).values()) - before
        return 1000 * used / service.events("job_completed")[0]["slides"]


MEASUREMENTS = [Measurement("cage, jail", 20, "the jail of each document, beside the same work without it", jail),
                Measurement("cage, level", 60, "sandbox.level require, beside off", level)]

if __name__ == "__main__":
    main(MEASUREMENTS)
