"""What follows from events: letters, as jobs."""

from app.accounts.events import EmailChanged, MoveRequested, PasswordChanged, Registered, ResetRequested
from app.jobs.operations import enqueue
from app.jobs.ports import Payload

CONFIRM = "accounts.confirm"
RESET = "accounts.reset"
MOVE = "accounts.move"
MOVED = "accounts.moved"
PASSWORD_CHANGED = "accounts.password_changed"  # noqa: S105 - the name of a job


def registered(event: Registered) -> None:
    payload: Payload = {"account_id": event.account_id, "next_url": event.next_url}
    enqueue(CONFIRM, payload, key=f"{CONFIRM}:{event.account_id}")


def reset_requested(event: ResetRequested) -> None:
    """Also written when nobody has the address, so that asking costs the same; no letter comes of it then."""
    payload: Payload = {"account_id": event.account_id, "nonce": event.nonce}
    enqueue(RESET, payload, key=f"{RESET}:{event.nonce}")


def password_changed(event: PasswordChanged) -> None:
    payload: Payload = {"account_id": event.account_id, "nonce": event.nonce}
    enqueue(PASSWORD_CHANGED, payload, key=f"{PASSWORD_CHANGED}:{event.nonce}")


def move_requested(event: MoveRequested) -> None:
    """Also written when the new address is somebody's, so that asking costs the same; the letter differs then."""
    payload: Payload = {"account_id": event.account_id, "nonce": event.nonce}
    enqueue(MOVE, payload, key=f"{MOVE}:{event.nonce}")


def email_changed(event: EmailChanged) -> None:
    payload: Payload = {"account_id": event.account_id, "former_id": event.former_id}
    enqueue(MOVED, payload, key=f"{MOVED}:{event.former_id}")
