"""Starting this machine's Chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# Without a window to draw it takes four fifths of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
NO_OTHER_HOST = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


@contextmanager
def chromium_here() -> Iterator[Browser]:
    """A headless Chromium that reaches no other host. `BARTACK_CHROMIUM` names it; raises LookupError without one."""
    executable = os.environ.get("BARTACK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        raise LookupError(
            f"Chromium is not here; install the package {NAMES[0]} or set BARTACK_CHROMIUM to its path"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", NO_OTHER_HOST],
        )
        yield browser
        browser.close()
