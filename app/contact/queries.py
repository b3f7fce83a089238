"""Which channels there are, and whether something pasted is one of them. Everybody may see them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.contact import matching
from app.contact.models import Channel, Kind
from app.core.db import db
from app.core.problems import NotFound

# More than any marketplace has; the page is one page.
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ChannelRow:
    id: int
    marketplace: str
    kind: Kind
    value: str
    place: str
    checked_on: date

    @property
    def url(self) -> str | None:
        """Where pressing it leads; a handle leads nowhere."""
        if self.kind in {Kind.PAGE, Kind.APP}:
            return self.value
        schemes = {Kind.MAIL: "mailto:", Kind.PHONE: "tel:"}
        return schemes[self.kind] + self.value.replace(" ", "") if self.kind in schemes else None


def channels() -> list[ChannelRow]:
    """All of them: by marketplace, then the kind that is asked for most."""
    rows = [_row(channel) for channel in db.session.scalars(select(Channel).limit(MOST_SHOWN))]
    order = list(Kind)
    return sorted(rows, key=lambda row: (row.marketplace, order.index(row.kind), row.value))


def matching_channels(pasted: str) -> Sequence[ChannelRow]:
    """The channels that `pasted` is, exactly; none for what is none."""
    numbers = db.session.scalars(select(Channel.value).where(Channel.kind == Kind.PHONE).limit(MOST_SHOWN))
    keys = matching.keys(pasted, matching.regions(numbers))
    found = db.session.scalars(select(Channel).where(Channel.matched.in_(keys)).order_by(Channel.id))
    return [_row(channel) for channel in found]


def channel(channel_id: int) -> ChannelRow:
    """Raises NotFound."""
    found = db.session.get(Channel, channel_id)
    if found is None:
        raise NotFound
    return _row(found)


def _row(channel: Channel) -> ChannelRow:
    return ChannelRow(
        channel.id, channel.marketplace, channel.kind, channel.value, channel.place, channel.checked_on
    )
