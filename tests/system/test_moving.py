"""docs/moving-from-the-python-worker.md: its jq line gives the old names, and what it says of statuses and paths holds."""

import json
import re
import subprocess

from service import BUILD, CORPUS, ROOT

PAGE = (ROOT / "docs" / "moving-from-the-python-worker.md").read_text()
OLD_SLIDE = {"slide_number", "titulo", "explicacion_didactica", "puntos_clave", "conexiones", "resumen_corto"}


def test_the_jq_line_gives_the_old_names(tmp_path):
    subprocess.run([BUILD / "slidemill", "run", CORPUS / "lectures" / "howtosurvey-ja.pdf", "-o", tmp_path],
                   env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(tmp_path)}, check=True, capture_output=True)
    line = re.search(r"```sh\n(jq '.*?)\n```", PAGE, re.S)[1]
    old = json.loads(subprocess.run(["bash", "-c", line], cwd=tmp_path, check=True, capture_output=True).stdout)
    new = json.loads((tmp_path / "summary.json").read_text())
    assert set(old) == {"slides", "total_slides", "anki_cards"} and old["total_slides"] == new["total_slides"]
    told = [slide for slide in new["slides"] if slide["outcome"] == "explained"]
    assert told and [slide["slide_number"] for slide in old["slides"]] == [slide["slide_number"] for slide in told]
    for then, now in zip(old["slides"], told):
        assert set(then) == OLD_SLIDE and then["titulo"] == now["title"] and then["explicacion_didactica"] == now["explanation"]
    assert old["anki_cards"] and all(set(card) == {"slide_number", "front", "back"} and card["front"] and card["back"] for card in old["anki_cards"])


def test_the_page_names_what_exists():
    reference = subprocess.run([BUILD / "slidemill", "config", "reference"], check=True, capture_output=True, text=True).stdout
    names = set(re.findall(r"\b((?:SLIDEMILL|AWS|OPENAI|WORKER|S3)_[A-Z_]*[A-Z])\b", PAGE))
    codes = set(re.findall(r"^CODE\((\w+),", (ROOT / "proto" / "codes.def").read_text(), re.M))
    assert names - codes - {"WORKER_URL"} <= set(re.findall(r"`([A-Z0-9_]+)`", reference))
    for path in re.findall(r"\]\((\.\./)?([\w./-]+)(?:#[\w-]+)?\)", PAGE):
        assert ((ROOT if path[0] else ROOT / "docs") / path[1]).exists(), path
