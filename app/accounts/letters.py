"""Letters about accounts, written by jobs from ids. No letter holds a name that a stranger may
have chosen.
"""

from sqlalchemy import select

from app.accounts import tokens
from app.accounts.models import Account, AccountState, FormerEmail
from app.core.db import db
from app.jobs.ports import Payload
from app.mail.operations import post


def confirm(payload: Payload) -> None:
    """To a claimed address: the link that proves it; when it is somebody's already, that somebody tried."""
    account = _active(payload)
    if account and account.pending_email and account.email is None:
        _ask_to_confirm(account, str(payload["next_url"]), key=f"confirm:{account.id}")


def reset(payload: Payload) -> None:
    """To an owner: the link to a new password. To one who only claims it: the link that proves it."""
    account = _active(payload)
    if account is None:
        return
    key = f"reset:{payload['nonce']}"
    if account.email:
        _offer_reset("reset", account, key=key)
    elif account.pending_email:
        _ask_to_confirm(account, "/", key=key)


def password_changed(payload: Payload) -> None:
    """To an owner: that the password was changed, and what to do if that was somebody else."""
    account = _active(payload)
    if account and account.email:
        post(
            "password_changed",
            to=account.email,
            locale=account.locale,
            context={"url": tokens.link("accounts.reset")},
            key=f"password_changed:{payload['nonce']}",
        )


def move(payload: Payload) -> None:
    """To the address that shall be theirs: the link that proves it, or that it is somebody's already. To the one that
    is theirs: that somebody asked, and what to do if that was somebody else.
    """
    account = _active(payload)
    if account is None or account.email is None or account.pending_email is None:
        return
    key = f"move:{payload['nonce']}"
    if db.session.scalar(select(Account.id).where(Account.email == account.pending_email)):
        post("move_known", to=account.pending_email, locale=account.locale, context={}, key=f"{key}:new")
    else:
        url = tokens.link("accounts.move", token=tokens.make(tokens.Purpose.MOVE, account))
        post("move", to=account.pending_email, locale=account.locale, context={"url": url}, key=f"{key}:new")
    url = tokens.link("accounts.reset")
    post("move_asked", to=account.email, locale=account.locale, context={"url": url}, key=f"{key}:old")


def moved(payload: Payload) -> None:
    """To both addresses: that the account moved. The one before gets the link that takes it back."""
    account, former = _active(payload), db.session.get(FormerEmail, payload["former_id"])
    if account is None or former is None or former.taken_back_at is not None:
        return
    key = f"moved:{former.id}"
    url = tokens.link("accounts.take_back", token=tokens.make_for_former(former))
    post("moved_from", to=former.email, locale=account.locale, context={"url": url}, key=f"{key}:old")
    if account.email:
        url = tokens.link("accounts.security")
        post("moved_to", to=account.email, locale=account.locale, context={"url": url}, key=f"{key}:new")


def invited(payload: Payload) -> None:
    """To somebody an operator added: what this place is, and the link to a password."""
    account = _active(payload)
    if account and account.email and not account.password_hash:
        url = tokens.link("accounts.new_password", token=tokens.make(tokens.Purpose.WELCOME, account))
        key = f"invited:{payload['nonce']}"
        context = {"url": url, "name": account.name}
        post("invited", to=account.email, locale=account.locale, context=context, key=key)


def _ask_to_confirm(account: Account, next_url: str, *, key: str) -> None:
    address = str(account.pending_email)
    owner = db.session.scalars(select(Account).where(Account.email == address)).first()
    if owner is not None:
        if owner.state is AccountState.ACTIVE:
            _offer_reset("known_address", owner, key=key)
        return
    beyond = {} if next_url == "/" else {"next": next_url}
    url = tokens.link("accounts.confirm", token=tokens.make(tokens.Purpose.CONFIRM, account), **beyond)
    post("confirm", to=address, locale=account.locale, context={"url": url}, key=key)


def _offer_reset(kind: str, account: Account, *, key: str) -> None:
    url = tokens.link("accounts.new_password", token=tokens.make(tokens.Purpose.RESET, account))
    post(kind, to=str(account.email), locale=account.locale, context={"url": url}, key=key)


def _active(payload: Payload) -> Account | None:
    account = db.session.get(Account, payload["account_id"])
    return account if account and account.state is AccountState.ACTIVE else None
