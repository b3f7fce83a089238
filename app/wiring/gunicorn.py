"""How gunicorn serves Bartack (`gunicorn --config python:app.wiring.gunicorn wsgi:app`)."""

from app.config import load, port

_settings = load()

bind = f"127.0.0.1:{port()}"
workers = _settings.web_workers
worker_class = "gthread"
threads = 4
preload_app = True
control_socket_disable = True
timeout = 30
graceful_timeout = 20
# Requests above this many let a worker begin anew, a few at a time, so that no leak lasts.
max_requests = 20_000
max_requests_jitter = 2_000
