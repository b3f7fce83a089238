"""What a look at a page finds wrong."""

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

MODULES = Path(__file__).parents[2] / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
VNU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROWEST = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
# It runs for seconds: too short for the better of two compilers to pay, or for collecting beside it.
_JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m")
LEAST_SHIFT = 0.001
"""As a layout shift score: less is a fraction of a pixel, when a typeface arrives late."""
LOOKS = ("1280 light", "1280 dark", "360 light", "360 dark")

_RUN_AXE = """
async tags => {
  const {violations} = await axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return violations.flatMap(({id, nodes}) => nodes.map(({target, failureSummary}) =>
    `${id}: ${target.join(' ')}: ${failureSummary.replace(/\\s+/g, ' ')}`));
}
"""
_SHIFTS = """
least => new Promise(done => document.fonts.ready.then(() => {
  const found = [];
  const observer = new PerformanceObserver(list => found.push(...list.getEntries()));
  observer.observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => setTimeout(() => {
    found.push(...observer.takeRecords());
    done(found.filter(shift => !shift.hadRecentInput && shift.value > least).map(shift => `moved by ${shift.value.toFixed(4)}: `
      + shift.sources.map(({node}) => node?.outerHTML?.slice(0, 80) ?? node?.nodeName).join(' | ')));
  }, 60));
}))
"""
_SIDEWAYS = """
() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')]
    .filter(element => element.getBoundingClientRect().right > room + 1)
    .slice(-3).map(element => `${document.documentElement.scrollWidth} in ${room}: ${element.outerHTML.slice(0, 120)}`);
}
"""


def dress(page: Page, look: str) -> None:
    """Show the page as it stands in another width or scheme, without loading it again."""
    width, scheme = look.split()
    page.set_viewport_size(WIDE if width == "1280" else NARROW)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")


def inaccessible(page: Page) -> list[str]:
    """What axe-core finds; run from outside the page, so that the page's policy stays on."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe())
    return list(page.evaluate(_RUN_AXE, list(TAGS)))


def shifted(page: Page) -> list[str]:
    """What moved since the page was loaded and that nobody's hand moved; by more than LEAST_SHIFT."""
    return list(page.evaluate(_SHIFTS, LEAST_SHIFT))


def sideways(page: Page) -> Iterator[str]:
    """What would have to be scrolled sideways for, at 320 px and with letters twice as large."""
    page.set_viewport_size(NARROWEST)
    yield from (f"320 px: {found}" for found in page.evaluate(_SIDEWAYS))
    page.set_viewport_size(WIDE)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    yield from (f"200 %: {found}" for found in page.evaluate(_SIDEWAYS))
    page.evaluate("document.documentElement.style.fontSize = ''")


def invalid(pages: Mapping[str, bytes], scratch: Path) -> list[str]:
    """What vnu, the checker of the HTML standard, calls an error in pages as they were sent."""
    for name, html in pages.items():
        (scratch / f"{name}.html").write_bytes(html)
    command = [*_JAVA, "-jar", str(VNU), "--errors-only", "--format", "json", *_files(pages, scratch)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return [
        f"{Path(found['url']).stem} line {found['lastLine']}: {found['message']} {found.get('extract', '')!r}"
        for found in json.loads(result.stderr)["messages"]
    ]


def _files(names: Iterable[str], scratch: Path) -> list[str]:
    return [str(scratch / f"{name}.html") for name in names]


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
