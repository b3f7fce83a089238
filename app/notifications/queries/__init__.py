"""What a person has been told, always through what they may see now; and what they want by mail."""

from app.notifications.queries.choices import mail_choices, mail_hours
from app.notifications.queries.groups import Group, View, groups, told_anything, unread
from app.notifications.queries.notices import Notice, notice, of_letter

__all__ = [
    "Group",
    "Notice",
    "View",
    "groups",
    "mail_choices",
    "mail_hours",
    "notice",
    "of_letter",
    "told_anything",
    "unread",
]
