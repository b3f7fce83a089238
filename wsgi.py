"""What gunicorn serves and what `flask` finds."""

from app.wiring import create_app

app = create_app()
