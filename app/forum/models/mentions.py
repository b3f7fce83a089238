"""Who is named in what others write."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Mention(Model):
    """A post names somebody who is not its author.

    `told` says that they have heard of it: such a row stays when an edit takes the name out, so that nobody hears
    twice of one post.
    """

    __tablename__ = "mention"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    told: Mapped[bool] = mapped_column(default=False)
