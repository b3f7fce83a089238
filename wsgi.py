"""What gunicorn serves and what `flask` finds."""

from app import cli
from app.wiring import create_app

app = create_app()
cli.init_app(app)
