"""Full disks: slidemill run leaves all new results or all old ones, and one line names the folder."""

import os
import subprocess

import pytest

import slides
from service import BUILD, CORPUS

STORAGE_FULL = 73  # proto/exits.h
LECTURE = CORPUS / "lectures" / "gp-bayes-beamer.pdf"
RESULTS = ("summary.json", "lecture.docx", "lecture.apkg")


def run(path, out, **env):
    given = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "SLIDEMILL_", "TMPDIR"))}
    return subprocess.run([BUILD / "slidemill", "run", path, "-o", out], env=given | env, capture_output=True, text=True,
                          timeout=120)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def short(tmp_path):
    path = tmp_path / "short.pdf"
    path.write_bytes(slides.pdf(["Cells", "A cell is the smallest unit of life."]))
    return path


def test_results_that_do_not_fit_leave_the_old_ones(disks, short):
    disk = disks("800k")
    out = disk / "out"
    assert run(short, out).returncode == 0
    old = contents(out)
    assert sorted(old) == sorted(RESULTS)
    answer = run(LECTURE, out)
    assert answer.returncode == STORAGE_FULL, answer
    assert "STORAGE_FULL" in answer.stderr and str(out) in answer.stderr and "-o" in answer.stderr
    assert contents(out) == old
    assert run(short, out).returncode == 0, "and it works again"


def test_a_folder_in_the_way_leaves_the_old_results(tmp_path, short):
    out = tmp_path / "out"
    assert run(short, out).returncode == 0
    old = contents(out)
    (out / "lecture.apkg").unlink()
    (out / "lecture.apkg").mkdir()
    answer = run(LECTURE, out)
    assert answer.returncode == 71 and "lecture.apkg" in answer.stderr, answer
    assert {name: (out / name).read_bytes() for name in RESULTS[:2]} == {name: old[name] for name in RESULTS[:2]}
    assert sorted(path.name for path in out.iterdir()) == sorted(RESULTS)


@pytest.mark.parametrize("size", ["16k", "64k", "256k", "40m", "66m"])  # from no room at all to too little for the pages
def test_no_room_for_the_work_names_its_folder(disks, tmp_path, size):
    disk = disks(size)
    answer = run(LECTURE, tmp_path / "out", TMPDIR=str(disk))
    assert answer.returncode == STORAGE_FULL, answer
    assert "STORAGE_FULL" in answer.stderr and str(disk) in answer.stderr and "TMPDIR" in answer.stderr
    assert not (tmp_path / "out").exists()
    assert not list(disk.iterdir())


def test_a_full_disk_of_the_state_folder_is_no_question_of_rights(disks):
    disk = disks("1m")
    with open(disk / "filler", "wb", buffering=0) as filler, pytest.raises(OSError):
        while filler.write(bytes(4096)):
            pass
    answer = subprocess.run([BUILD / "slidemill", "serve"], capture_output=True, text=True, timeout=120,
                            env={"PATH": os.environ["PATH"], "PORT": "0", "SLIDEMILL_STATE_DIR": str(disk)})
    assert answer.returncode == 71 and "free space on the disk" in answer.stderr, answer


def test_a_name_that_reads_as_options(tmp_path, short):
    (tmp_path / "-name.pdf").write_bytes(short.read_bytes())
    for arguments, code in ((["-name.pdf"], 64), (["-o.pdf"], 64), (["--", "-name.pdf"], 0)):
        answer = subprocess.run([BUILD / "slidemill", "run", *arguments], cwd=tmp_path, capture_output=True, text=True,
                                timeout=120)
        assert answer.returncode == code, answer
        assert code == 0 or f"run -- {arguments[0]}" in answer.stderr
    assert sorted(path.name for path in (tmp_path / "-name").iterdir()) == sorted(RESULTS)
