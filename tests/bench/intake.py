"""intake - durable 202s a second with 64 connections, all for different jobs"""

import pathlib
import subprocess

from harness import Measurement, line, main, running

SCRIPT = pathlib.Path(__file__).with_name("intake.lua")


def wrk(url, *options):
    """{word: number} of what wrk tells."""
    answer = subprocess.run(["wrk", "-t1", "-c64", "-d5s", "--latency", *options, url], capture_output=True, text=True, check=True)
    return answer.stdout.splitlines()


def told(lines, *words):
    return [entry.strip() for entry in lines if any(word in entry for word in words)]


def rate(lines):
    return float(told(lines, "Requests/sec")[0].split()[1])


def intake():
    with running(SLIDEMILL_LIMIT_JOBS_OPEN=1000000) as service:
        idle, lines = rate(wrk(service.url + "/livez")), wrk(service.url + "/process", "-s", SCRIPT)
        line("intake, 64 connections", ", ".join(told(lines, "Requests/sec", "99%", "50%", "Non-2xx"))
             + f"; {rate(lines) / idle:.3f} of what /livez answers ({idle:.0f}/s)")


MEASUREMENTS = [Measurement("intake", 20, "202s a second, each synced, beside answers that need no disk", intake)]

if __name__ == "__main__":
    main(MEASUREMENTS)
