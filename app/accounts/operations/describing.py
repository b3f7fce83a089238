"""What a person says of themself, and what they are called."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.accounts import names
from app.accounts.actor import STAFF, Actor
from app.accounts.models import Account, FormerName
from app.accounts.operations.registering import is_taken, taken
from app.audit.operations import record
from app.core.clock import now
from app.core.problems import Problem, TooSoon
from app.core.text import clean_text
from app.core.transaction import transaction

LONGEST_BIO = 500
RENAMED_AGAIN = timedelta(days=30)


def describe(actor: Actor, *, display_name: str, bio: str, tz: str, asks_welcome: bool) -> None:
    """Change what the actor's page says, their time zone, and whether waiting questions may be brought to them.

    Raises Problem beside `display_name`, also when it looks like another person's name, or `bio`, and for words that
    somebody suspended or silenced changes. `tz` is an IANA zone that the form has checked.
    """
    shown = names.checked_display(
        display_name, names.brands(), staff=actor.role in STAFF, region=names.country()
    )
    bio = clean_text(bio).strip()
    if len(bio) > LONGEST_BIO:
        raise Problem(_("Write at most %(most)d characters about yourself.", most=LONGEST_BIO), "bio")
    with transaction() as session:
        if session.scalar(
            select(Account.id).where(Account.skeleton == names.skeleton(shown), Account.id != actor.id)
        ):
            raise Problem(_("Somebody here has that name, or one that looks like it."), "display_name")
        account = session.get_one(Account, actor.id, with_for_update={"key_share": True})
        if (shown, bio) != (account.display_name, account.bio):
            _refuse_barred(actor)
        account.display_name, account.bio = shown, bio
        account.tz, account.asks_welcome = tz, asks_welcome


def rename(actor: Actor, *, name: str) -> str:
    """Give the actor another name, at most once in thirty days; the name as it is stored.

    The old one leads to them and stays theirs for a year; they may take it back. A display name that was the name is
    changed with it. Raises Problem beside `name`, TooSoon within thirty days of the last change. The name one has
    changes nothing.
    """
    wanted = names.checked(name, names.brands(), staff=actor.role in STAFF, region=names.country())
    try:
        with transaction() as session:
            account = session.get_one(Account, actor.id, with_for_update=True)
            old = account.name
            if wanted == old:
                return wanted
            last = session.scalar(
                select(func.max(FormerName.given_up_at)).where(FormerName.account_id == account.id)
            )
            _refuse_barred(actor)
            _refuse_haste(last)
            if is_taken(session, wanted, by=account.id):
                raise taken()
            session.execute(delete(FormerName).where(FormerName.name.in_([wanted, old])))
            session.add(
                FormerName(name=old, skeleton=account.skeleton, account_id=account.id, given_up_at=now())
            )
            if account.display_name.lower() == old:
                account.display_name = name.strip()
            account.name, account.skeleton = wanted, names.skeleton(wanted)
            session.flush()
            facts = {"from": old, "to": wanted}
            record("rename", actor_id=account.id, target="account", target_id=account.id, facts=facts)
    except IntegrityError:
        raise taken() from None
    return wanted


def _refuse_barred(actor: Actor) -> None:
    if actor.is_suspended:
        raise Problem(_("What others read of you stays as it is while you are suspended."))
    if actor.is_silenced:
        raise Problem(_("What others read of you stays as it is until you may post again."))


def _refuse_haste(last: datetime | None) -> None:
    if last is not None and now() - last < RENAMED_AGAIN:
        wait = last + RENAMED_AGAIN - now()
        raise TooSoon(
            _(
                "You changed your name in the last %(days)d days. Choose another one later.",
                days=RENAMED_AGAIN.days,
            ),
            int(wait.total_seconds()) + 1,
        )
