"""Starting this machine's Chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NO_OTHER_HOST = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


@contextmanager
def chromium_here() -> Iterator[Browser]:
    """A headless Chromium that reaches no other host. `BARTACK_CHROMIUM` names it; raises LookupError without one."""
    executable = (
        os.environ.get("BARTACK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if executable is None:
        raise LookupError(
            "Chromium is not here; install the package chromium or set BARTACK_CHROMIUM to its path"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", NO_OTHER_HOST],
        )
        yield browser
        browser.close()
