"""Headers of every answer, errors too."""

from flask import Flask, Response

from app.config import Settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        *(
            f"{kind} 'self'"
            for kind in ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action")
        ),
        *(f"{kind} 'none'" for kind in ("frame-ancestors", "base-uri", "object-src")),
    )
)
HSTS = "max-age=31536000; includeSubDomains"


def fixed(settings: Settings) -> dict[str, str]:
    """The headers that files and pages have in common."""
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if settings.https:
        headers["Strict-Transport-Security"] = HSTS
    return headers


def init_app(app: Flask, settings: Settings) -> None:
    """Put them on every answer; a view that set one of its own (the mail preview) keeps it."""
    headers = {**fixed(settings), "Cache-Control": "private, no-cache"}

    @app.after_request
    def _add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response
