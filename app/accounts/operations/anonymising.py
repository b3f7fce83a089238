"""Letting an account be nobody's, while what it wrote stays. Moderators' room calls this inside its own transaction."""

from flask_babel import gettext as _
from sqlalchemy import delete

from app.accounts.events import AccountAnonymised
from app.accounts.models import Account, FormerEmail, FormerName, SignInAddress, SignInSession
from app.accounts.operations.merging import close
from app.audit.operations import erase
from app.core.db import db
from app.core.events import emit

NOBODY = "_deleted_{}"
"""What an account is called that is nobody's any more; nobody can choose such a name."""


def anonymise(account: Account) -> None:
    """Forget who somebody was, in the open transaction that has locked the row; other rooms hear of it.

    Names, address, words about themselves, sessions and where they signed in from are gone, also from the log. What
    they posted stays under 'deleted person' and the account's number.
    """
    session = db.session()
    for table in (SignInSession, SignInAddress, FormerName, FormerEmail):
        session.execute(delete(table).where(table.account_id == account.id))
    close(account, NOBODY.format(account.id))
    account.display_name = _("deleted person %(number)d", number=account.id)
    account.bio = ""
    account.suspended_because = account.silenced_because = account.held_because = ""
    erase("account", account.id, verbs=("rename",))
    session.flush()
    emit(AccountAnonymised(account.id))
