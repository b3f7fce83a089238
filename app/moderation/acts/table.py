"""Every act."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from app.moderation.acts import editing, locking, showing
from app.moderation.acts.act import ALL, Act, Upholds, Verb
from app.moderation.targets import TargetKind

ACTS: Mapping[Verb, Act] = {
    Verb.KEEP: Act(
        _("Keep"),
        _("Kept."),
        _("It stays as it is, and everybody can read it."),
        showing.keep,
        showing.show_as_before,
        "visibility",
        on=ALL,
        needs=frozenset(),
        upholds=Upholds.NO,
        tells=False,
    ),
    Verb.EDIT: Act(
        _("Edit"),
        _("Edited. Its author hears what was changed, and why."),
        _("Moderators changed its words; the earlier ones are kept."),
        editing.edit,
        editing.unedit,
        "words",
        unfit=editing.unfit,
        needs=frozenset({"reason", "words"}),
    ),
    Verb.HIDE: Act(
        _("Hide"),
        _("Hidden. Its author still sees it, and reads why."),
        _("Only its author and moderators see it."),
        showing.hide,
        showing.show_as_before,
        "visibility",
        unfit=showing.unfit_to_hide,
    ),
    Verb.RESTORE: Act(
        _("Restore"),
        _("Restored. Everybody sees it again."),
        _("Everybody can read it again."),
        showing.restore,
        showing.show_as_before,
        "visibility",
        unfit=showing.unfit_to_restore,
        needs=frozenset(),
        upholds=Upholds.NO,
    ),
    Verb.REMOVE: Act(
        _("Remove"),
        _("Removed. Nobody but moderators sees it."),
        _("Nobody but moderators sees it any more."),
        showing.remove,
        showing.show_as_before,
        "visibility",
        unfit=showing.unfit_to_remove,
    ),
    Verb.LOCK: Act(
        _("Lock the thread"),
        _("Locked. Nobody but staff can write in it."),
        _("The thread can be read, and takes nothing new."),
        locking.lock,
        locking.lock_as_before,
        "lock",
        on=frozenset({TargetKind.THREAD, TargetKind.POST}),
        unfit=locking.unfit_to_lock,
    ),
    Verb.UNLOCK: Act(
        _("Unlock the thread"),
        _("Unlocked. It takes answers again."),
        _("The thread takes answers again."),
        locking.unlock,
        locking.lock_as_before,
        "lock",
        unfit=locking.unfit_to_unlock,
        needs=frozenset(),
        upholds=Upholds.NEITHER,
        settles=False,
    ),
}
