"""Fixtures of the whole-system tests: everything that is started is ended."""

import os
import subprocess

import pytest

from assembler import Assembler
from decks import collection_in
from service import BUILD, Double, Service


@pytest.fixture
def doubles():
    started = []

    def start(program, *options):
        started.append(Double(program, *options))
        return started[-1]

    yield start
    for double in started:
        double.close()


@pytest.fixture
def services(tmp_path):
    started = []

    def start(*arguments, **env):
        started.append(Service(tmp_path, **env))
        return started[-1].start(*arguments)

    yield start
    for service in started:
        service.close()


@pytest.fixture
def disks(tmp_path):
    """Small disks: disks("1m") is the folder of one that holds a megabyte."""
    mounted = []

    def make(size):
        if os.geteuid() != 0:
            pytest.skip("only root may mount a small disk")
        disk = tmp_path / f"disk{len(mounted)}"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], check=True)
        mounted.append(disk)
        return disk

    yield make
    for disk in mounted:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.fixture(scope="module")
def assembler():
    worker = Assembler(str(BUILD / "slidemill-assembler"))
    yield worker
    assert worker.retire() == 0


@pytest.fixture
def collection(tmp_path):
    """A student's Anki, whose own check finds nothing to mend at the end."""
    made = collection_in(tmp_path)
    yield made
    assert made.fix_integrity()[1]
    made.close()
