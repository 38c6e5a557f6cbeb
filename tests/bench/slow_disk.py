"""slow_disk - eight uploads of 200 MB and a lecture beside them, on a disk whose syncs take a second"""

import functools
import pathlib
import subprocess
import tempfile
import time

from harness import BUILD, LECTURES, Measurement, line, main, running, wait_until, watching

UPLOADS, UPLOAD_BYTES = 8, 200 << 20


def make_uploads(folder, deck):
    """A deck that is blown up with comments: the same pages, and no two files alike."""
    tail = deck[deck.rindex(b"startxref"):]
    for n in range(UPLOADS):
        (folder / f"{n}.pdf").write_bytes(deck + b"\n%" + f"{n:8}".encode() * ((UPLOAD_BYTES - 2 * len(deck)) // 8) + b"\n" + tail)


def sent(service, folder):
    return [subprocess.Popen(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{time_total}", "-F", f"jobId=large-{n}", "-F",
                              "email=", "-F", "language=English", "-F", f"file=@{folder}/{n}.pdf", service.url + "/process"],
                             stdout=subprocess.PIPE, text=True) for n in range(UPLOADS)]


def beside(service, job):
    begun = time.monotonic()
    assert service.process_key(job, "uploads/beside.pdf", job).status_code == 202
    wait_until("the lecture beside them", lambda: service.events("job_completed", jobId=job), 300)
    return time.monotonic() - begun


def slow_disk(where):
    """where: the files whose syncs are slow."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, log = pathlib.Path(name), pathlib.Path(name) / "syncs"
        deck = (LECTURES / "t-diagram-mixed-sizes.pdf").read_bytes()
        make_uploads(folder, deck)
        log.touch()
        with running(LD_PRELOAD=BUILD / "libpreload.so", SYNC_MS=1000, SYNC_PATH=where, SYNC_LOG=log,
                     SLIDEMILL_LIMIT_PDF_BYTES=1 << 30) as service:
            objects = service.folder / "state" / "objects" / "uploads"
            objects.mkdir(parents=True)
            (objects / "beside.pdf").write_bytes(deck)
            with watching(service, "health") as (idle,):
                alone = beside(service, "Alone")
            before = log.stat().st_size
            with watching(service, "health", "readyz") as watches:
                curls = sent(service, folder)
                took = beside(service, "Beside")
                answers = [curl.communicate()[0].split() for curl in curls]
            codes = sorted({code for code, _ in answers})
            line("slow-disk, " + where, f"{UPLOADS} uploads of 200 MB: {', '.join(codes)} after "
                 f"{', '.join(f'{float(each):.1f}' for _, each in answers)} s, {log.stat().st_size - before} syncs; a lecture beside "
                 f"them {took:.1f} s, {took / alone:.1f} times as long as alone; {'; '.join(each.told() for each in watches)}; before "
                 f"them {idle.told()}")


MEASUREMENTS = [Measurement("slow-disk, blobs", 60, "uploads on a disk whose syncs of blobs take a second", functools.partial(slow_disk, "/blobs/")),
                Measurement("slow-disk, state", 60, "the same with syncs of all files", functools.partial(slow_disk, "/state/"))]

if __name__ == "__main__":
    main(MEASUREMENTS)
