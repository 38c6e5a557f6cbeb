"""Cards in a real browser: what a headless Chromium shows of them, with MathJax set up as Anki sets it up.

One run shows many decks, each in a frame as wide as a phone or a desk, in the light or in the dark; each frame measures its
cards and tells the page.  Nothing comes from the network.
"""

import html
import json
import os
import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SLIDEMILL_BUILD", ROOT / "build"))
MATHJAX = BUILD / "node/node_modules/mathjax/es5/tex-chtml.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

# what Anki's reviewer adds to a card's own style
REVIEWER = """body { margin: 20px; overflow-wrap: break-word; } body.nightMode { background: #2c2c2c; color: #fcfcfc; }
img { max-width: 100%; max-height: 95vh; } hr { background: #888; } section { margin: 1em 0 3em; }"""

# noerrors would hide what MathJax cannot read; everything else as in Anki's mathjax.ts
MATHJAX_SETUP = r"""MathJax = {tex: {displayMath: [['\\[', '\\]']], processEscapes: false, processEnvironments: false,
processRefs: false, packages: {'[+]': ['mathtools', 'mhchem']}}, loader: {load: ['[tex]/mathtools', '[tex]/mhchem']},
options: {renderActions: {addMenu: []}}, startup: {typeset: false}};"""

MEASURE = """
const all = (e, what) => [...e.querySelectorAll(what)], style = e => getComputedStyle(e);
function measure(side) {
  const image = side.querySelector('img'), details = side.querySelector('details');
  const found = {
    errors: all(side, 'mjx-merror').map(e => e.textContent + (e.dataset.mjxError || '')),
    formulas: all(side, 'mjx-container').length, overflow: side.scrollWidth - side.clientWidth, text: side.innerText,
    smallest: Math.min(...all(side, '*').filter(e => e.innerText && !e.closest('mjx-container')).map(e => parseFloat(style(e).fontSize))),
    direction: all(side, '.sm-front, .sm-back, .sm-text').map(e => e.firstElementChild && style(e.firstElementChild).direction),
    folded: image && !image.checkVisibility()};
  if (details) { details.open = true; found.opened = image.checkVisibility() && image.naturalWidth > 0; details.open = false; }
  return found;
}
addEventListener('load', () => MathJax.startup.promise.then(() => MathJax.typesetPromise()).then(() =>
  parent.postMessage(JSON.stringify([NAME, {cards: all(document, 'section').map(measure), background: style(document.body).backgroundColor,
    colour: style(document.body).color, overflow: document.documentElement.scrollWidth - innerWidth}]), '*')));
"""

PAGE = """<!doctype html><meta charset="utf-8"><style>body { margin: 0; background: #999; } iframe { border: 0; margin: 4px;
vertical-align: top; }</style>%s<script>
const all = {}; addEventListener('message', e => { const [name, found] = JSON.parse(e.data); all[name] = found;
document.body.dataset.found = JSON.stringify(all); });</script>"""


class Deck:
    """Sides of cards as Anki renders them, their style, and the folder of their pictures."""

    def __init__(self, name, sides, css, media, width, night=False):
        self.name, self.sides, self.css, self.media, self.width, self.night = name, sides, css, pathlib.Path(media), width, night

    def page(self):
        sides = "".join(f"<section>{side}</section>" for side in self.sides)
        sides = re.sub('src="([^"/]+)"', lambda m: f'src="{(self.media / m[1]).as_uri()}"', sides)
        return (f'<!doctype html><html class="{"night-mode" if self.night else ""}"><meta charset="utf-8"><style>{REVIEWER}</style>'
                f'<style>{self.css}</style><script>{MATHJAX_SETUP}</script><script src="{MATHJAX.as_uri()}"></script>'
                f'<script>const NAME = {json.dumps(self.name)};{MEASURE}</script>'
                f'<body class="card card1{" nightMode" if self.night else ""}">{sides}')


def show(folder, decks, height=2200):
    """Name of a deck -> what was measured. SHOTS names a folder for a picture of each, to be looked at."""
    frames = ""
    for number, deck in enumerate(decks):
        (folder / f"deck-{number}.html").write_text(deck.page())
        frames += f'<iframe src="deck-{number}.html" width="{deck.width}" height="{height}"></iframe>'
        if "SHOTS" in os.environ:
            chromium(folder, f"deck-{number}.html", f"--window-size={deck.width},{height}", f"--screenshot={os.environ['SHOTS']}/{deck.name}.png")
    (folder / "decks.html").write_text(PAGE % frames)
    dump = chromium(folder, "decks.html", "--window-size=2000,2000", "--dump-dom")
    found = json.loads(html.unescape(re.search(r'<body[^>]* data-found="([^"]*)"', dump)[1]))
    assert set(found) == {deck.name for deck in decks}
    return found


def chromium(folder, page, *options):
    return subprocess.run(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
         "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder}/profile", "--virtual-time-budget=30000", *options,
         (folder / page).as_uri()], check=True, capture_output=True, text=True, timeout=240).stdout
