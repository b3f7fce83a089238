"""Attack strings in a real browser: what the site makes of them runs nothing; as they are, most do.

Run means a call of one of the functions that payloads call, or an error in a script of theirs. Every handler
an element carries gets its event and every link a click, so that what waits for a hand runs too.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product

import pytest
from markupsafe import escape
from playwright.sync_api import Browser, Page, Request

from app.core.text import clean_line, excerpt, highlighted, plain, render, trusted
from app.core.web.headers import CONTENT_SECURITY_POLICY
from tests.core.text.attacks import everywhere, strings, xss
from tests.core.text.tags import ATTRIBUTES

pytestmark = pytest.mark.browser

PAYLOADS_A_PAGE = 60
OF_THE_PAGE = {"article", "h2", "p title", "mark"}

WATCH = """
window.ran = [];
window.refused = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'evil', 'hax', 'xss', 'XSS'])
  window[name] = (...values) => { window.ran.push(`${name}(${values})`); };
window.addEventListener('error', event => {
  if (event instanceof ErrorEvent) window.ran.push(event.message);
});
document.addEventListener('securitypolicyviolation', event => window.refused.push(event.violatedDirective));
document.addEventListener('submit', event => event.preventDefault(), true);
document.addEventListener('click', event => {
  const link = event.target.closest('a, area');
  if (link && link.protocol !== 'javascript:') event.preventDefault();
}, true);
"""

TOUCH = """
async () => {
  const elements = [...document.body.querySelectorAll('*')];
  const seen = new Set();
  for (const element of elements) {
    seen.add(element.localName);
    for (const {name} of element.attributes) {
      seen.add(`${element.localName} ${name}`);
      if (name.startsWith('on')) element.dispatchEvent(new Event(name.slice(2)));
    }
  }
  for (const link of document.body.querySelectorAll('[href], [*|href], button, input'))
    if (link.click) link.click();
  await new Promise(done => setTimeout(done, 5));
  return {ran: window.ran, refused: window.refused, seen: [...seen]};
}
"""


@dataclass
class Outcome:
    """What a page ran, had refused by the policy, consists of and asked the network for."""

    ran: list[str]
    refused: list[str]
    seen: set[str]
    fetched: list[str]


@dataclass
class Site:
    """Bodies of pages by path on a local address, with or without the site's policy header."""

    address: str = ""
    bodies: dict[str, str] = field(default_factory=dict)
    policy: bool = False


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.bodies.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if site.policy:
                self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
            self.end_headers()
            page = f"<!doctype html><html lang=en><title>Payloads</title><body>{body}</body></html>"
            self.wfile.write(page.encode("utf-8", "replace"))

        def log_message(self, *_: object) -> None:
            """Keeps the test's output readable."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def outcome(page: Page, site: Site, path: str) -> Outcome:
    fetched: list[str] = []

    def note(request: Request) -> None:
        if request.url not in {site.address + path, f"{site.address}/favicon.ico"}:
            fetched.append(request.url)

    page.on("request", note)
    page.goto(site.address + path)
    found = page.evaluate(TOUCH)
    page.remove_listener("request", note)
    return Outcome(found["ran"], found["refused"], set(found["seen"]), fetched)


def as_shown(payload: str) -> str:
    """A payload as a post, and as the title, name, tooltip and passage beside it."""
    post = render(payload)
    line = clean_line(payload)
    passage = highlighted(excerpt(plain(post.html)), bool)
    return (
        f'<article><h2>{escape(line)}</h2><p title="{escape(line)}">{highlighted(line, bool)} {passage}</p>'
        f"{trusted(post.html)}{trusted(render(everywhere(payload)).html)}</article>"
    )


@pytest.fixture
def sanitised(site: Site) -> list[str]:
    payloads = xss() + strings("naughty_strings")
    paths = []
    for start in range(0, len(payloads), PAYLOADS_A_PAGE):
        paths.append(f"/sanitised/{start}")
        site.bodies[paths[-1]] = "".join(map(as_shown, payloads[start : start + PAYLOADS_A_PAGE]))
    return paths


def test_what_the_site_makes_of_them_runs_nothing_with_and_without_the_policy(
    site: Site, sanitised: list[str], page: Page
) -> None:
    listed = (
        {f"{tag} {name}" for tag, names in ATTRIBUTES.items() for name in names}
        | set(ATTRIBUTES)
        | OF_THE_PAGE
    )
    for site.policy, path in product((False, True), sanitised):
        result = outcome(page, site, path)
        assert (result.ran, result.refused, result.fetched) == ([], [], []), path
        assert result.seen <= listed, path
        assert "article" in result.seen, path


def executable(page: Page) -> list[str]:
    """Strings that can run in this Chromium when nobody sanitises them.

    Of the public files: those with a script element around something, or an error or load handler on an
    element that loads something. The last is every event handler this Chromium knows an element to have, each on
    an element of its own.
    """
    loaders = ("<img ", "<svg ", "<body ", "<iframe ", "<video ", "<object ", "<input ")
    public = [
        text
        for text, small in ((text, text.lower()) for text in xss())
        if ("<script>" in small and "</script>" in small)
        or (any(tag in small for tag in loaders) and ("onerror=" in small or "onload=" in small))
    ]
    known = "names => names.filter(name => name in document.createElement('p'))"
    handlers = page.evaluate(known, strings("html_event_attributes"))
    return [*public, "".join(f'<p {name}="alert(1)">x</p>' for name in handlers)]


def test_unsanitised_they_run_and_the_policy_alone_stops_them(site: Site, page: Page) -> None:
    paths = []
    for number, payload in enumerate(executable(page)):
        paths.append(f"/raw/{number}")
        site.bodies[paths[-1]] = payload
    site.policy = False
    ran = {path: outcome(page, site, path).ran for path in paths}
    run = [path for path in paths if ran[path]]
    assert len(paths) > 60
    assert len(run) >= len(paths) / 2
    assert len(ran[paths[-1]]) > 60
    site.policy = True
    assert [path for path in run if outcome(page, site, path).ran] == []
