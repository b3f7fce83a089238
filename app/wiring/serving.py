"""What stands in front of Flask: whose forwarded addresses count, and static files."""

import ipaddress
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from app.config import Settings
from app.core.web import headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FOREVER_SECONDS = 365 * 24 * 3600


class TrustedProxies:
    """Believe `X-Forwarded-*` only when the connection comes from one of our own proxies."""

    def __init__(self, inner: "WSGIApplication", settings: Settings) -> None:
        self._inner = inner
        self._behind = ProxyFix(inner, x_for=1, x_proto=1, x_host=1)
        self._trusted = settings.trusted_proxies

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        chosen: Callable[..., Iterable[bytes]] = self._behind if self._is_proxy(environ) else self._inner
        return chosen(environ, start_response)

    def _is_proxy(self, environ: "WSGIEnvironment") -> bool:
        try:
            address = ipaddress.ip_address(environ.get("REMOTE_ADDR", ""))
        except ValueError:
            return False
        return any(address in network for network in self._trusted)


def init_app(app: Flask, settings: Settings, static: Path) -> None:
    """Serve `static/dist` under its content-named addresses, with our headers, for ever."""
    fixed = headers.fixed(settings)

    def add_headers(response_headers: dict[str, str], _path: str, _url: str) -> None:
        for name, value in fixed.items():
            response_headers[name] = value  # noqa: PERF403 - WhiteNoise's headers have no update

    files = WhiteNoise(
        app.wsgi_app,
        root=str(static / "dist"),
        prefix="static/dist",
        allow_all_origins=False,
        add_headers_function=add_headers,
        immutable_file_test=lambda _path, _url: True,
        max_age=FOREVER_SECONDS,
    )
    app.wsgi_app = TrustedProxies(files, settings) if settings.trusted_proxies else files  # type: ignore[method-assign]
