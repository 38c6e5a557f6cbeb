"""What is too much is refused or given up by name, and what could be mended is told."""

import io
import socket
import subprocess
import sys

import docx
import pytest
import requests

from service import BUILD, CORPUS, ROOT, wait_until
from test_pipeline import DECK

MAKE = ROOT / "tests" / "hostile" / "make.py"
MADE = ("pattern-tiny-step.pdf", "xref-wrong.pdf", "builds-5x4.pdf")
WIDE = (b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]>> endobj\n"
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R>> endobj\n"
        b"4 0 obj <</Length 20>> stream\n0 0 1 rg 9 9 9 9 re f\nendstream endobj\ntrailer <</Root 1 0 R>>\n")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    subprocess.run([sys.executable, MAKE, folder, *MADE], check=True, stdout=subprocess.DEVNULL)
    return folder


def test_pages_are_counted_before_they_are_drawn(services, made):
    service = services(SLIDEMILL_LIMIT_PAGES="19")
    assert service.upload("long", made / "builds-5x4.pdf").status_code == 202
    error = service.finish("long")["error"]
    assert error["code"] == "PDF_TOO_LARGE" and "limits.pages" in error["message"]
    assert service.upload("fits", CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf").status_code == 202
    assert service.finish("fits")["status"] == "completed"


def test_a_page_past_its_time_is_given_up_alone(services, made):
    """By the jail's own clock; or, if that is longer, with the lease three times over."""
    for code, good, setting in (("RENDER_TIMEOUT", "explained", {"SLIDEMILL_RASTERIZER_PAGE_MS": "300"}),
                                ("SLIDE_TIMEOUT", "cached", {"SLIDEMILL_RASTERIZER_DEADLINE_S": "1"})):
        service = services(**setting)
        assert service.upload(code, made / "pattern-tiny-step.pdf").status_code == 202
        state = service.finish(code)
        assert state["status"] == "completed" and state["reasons"] == {code: 1}, state
        assert [slide["outcome"] for slide in service.summary(state)["slides"]] == [good, "failed", good]
        service.close()


def test_a_page_past_its_memory_is_given_up(services, tmp_path):
    """Its picture alone takes 100 MB, and there is no text to go without it."""
    service = services(SLIDEMILL_RASTERIZER_MEMORY_MB="128", SLIDEMILL_RASTERIZER_SHORT_PX="4096", SLIDEMILL_RASTERIZER_LONG_PX="8192")
    (tmp_path / "wide.pdf").write_bytes(WIDE)
    assert service.upload("wide", tmp_path / "wide.pdf").status_code == 202
    state = service.finish("wide")
    assert state["slides"]["failed"] == 1 and state["reasons"] == {"RENDER_LIMIT": 1}, state


def test_a_repair_is_told_everywhere(services, made, tmp_path):
    service = services()
    assert service.upload("mended", made / "xref-wrong.pdf").status_code == 202
    state = service.finish("mended")
    assert state["repaired"] is True and service.summary(state)["repaired"] is True
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(service.output(state, "docx_url"))).paragraphs)
    assert "The PDF was damaged and has been repaired" in text
    run = subprocess.run([BUILD / "slidemill", "run", made / "xref-wrong.pdf", "-o", "out", "--outputs", "md,html"],
                         cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0 and "has been repaired" in run.stdout, run
    assert all("The PDF was damaged and has been repaired" in (tmp_path / "out" / f"lecture.{end}").read_text()
               for end in ("md", "html"))


def test_so_many_uploads_at_once_and_no_more(services):
    service = services(SLIDEMILL_HTTP_UPLOADS="2")
    head = (b"POST /process HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n"
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n%PDF')
    slow = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(2)]
    for client in slow:
        client.sendall(head)

    answers = []

    def refused():
        answers.append(service.upload("third", DECK))
        return answers[-1].status_code == 429
    wait_until("a third is refused", refused, 10)
    answer = answers[-1]
    assert answer.json()["code"] == "UPLOADS_FULL" and int(answer.headers["Retry-After"]) > 0
    assert requests.post(service.url + "/process", timeout=10, json={"jobId": "j", "s3Key": "k", "email": "", "language": "English"}
                         ).status_code == 202, "others are served"
    slow.pop().close()
    wait_until("there is room again", lambda: service.upload("fourth", DECK).status_code == 202, 10)
