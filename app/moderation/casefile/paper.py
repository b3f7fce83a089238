"""A case file to be read on paper."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import LazyString, get_locale
from flask_babel import gettext as _

from app.moderation.acts import ACTS, Verb
from app.moderation.casefile.proving import Facts
from app.moderation.casefile.sheets import Sheets
from app.moderation.log import VERBS
from app.moderation.models import AppealState, Side
from app.moderation.rules import RULES
from app.moderation.words import FINDINGS, Reason


def as_pdf(case: Facts) -> bytes:
    """What `case_of` found, in its order. Characters that cannot be drawn stand as their code, and a note says so."""
    sheets = Sheets()
    title = _("Case %(number)s", number=case["review"]["number"])
    sheets.title(f"{title}, {case['site']['name']}")
    sheets.paragraph(
        _(
            "Made on %(time)s. Personal data is masked, and everybody but the person whose case it is stands here by a"
            " number. Times are UTC.",
            time=_time(case["made_at"]),
        )
    )
    _about(sheets, case)
    _said(sheets, case)
    _flags(sheets, case["flags"])
    _reports(sheets, case["reports"])
    _decisions(sheets, case["decisions"])
    _notices(sheets, case["notices"])
    _appeals(sheets, case["appeals"])
    _log(sheets, case["log"])
    if sheets.undrawn:
        sheets.heading(_("What could not be drawn"))
        sheets.paragraph(
            _(
                "Latin, Greek and Cyrillic letters are drawn. Every other character stands as its Unicode number in"
                " brackets; the JSON of this case holds it as it was written."
            )
        )
    foot = _("%(title)s, %(day)s, page {page} of {pages}", title=title, day=f"{case['made_at']:%Y-%m-%d}")
    return sheets.pdf(
        title=f"{title}, {case['site']['name']}",
        author=case["site"]["name"],
        foot=foot,
        language=str(get_locale() or "en"),
    )


def _about(sheets: Sheets, case: Facts) -> None:
    review, subject = case["review"], case["subject"]
    kinds = {"post": _("Post %(number)s", number=review["target"])}
    kinds |= {"thread": _("Thread %(number)s", number=review["target"]), "person": _("Person")}
    sheets.heading(_("What it is about"))
    sheets.pair(_("About"), kinds[review["kind"]])
    if review["address"]:
        sheets.pair(_("Address"), case["site"]["address"] + review["address"])
    sheets.pair(_("Whose"), f"{subject['display_name']} ({subject['name']})")
    if review["waiting_since"]:
        sheets.pair(_("Waiting since"), _time(review["waiting_since"]))
    if review["held"]:
        sheets.pair(_("Held"), _("Others do not see it until a moderator has looked."))
    if review["hidden_by_itself_at"]:
        sheets.pair(_("Hidden by itself"), _time(review["hidden_by_itself_at"]))
    sheets.heading(_("Clocks"))
    words = {
        "flagged_at": _("First flag"),
        "reported_at": _("First report without an account"),
        "first_decision_at": _("First decision"),
        "first_decision_by_a_moderator_at": _("First by a moderator"),
        "told_at": _("First told"),
        "appeal_until": _("Appeal until"),
        "appealed_at": _("First appeal"),
        "appeal_decided_at": _("Last appeal decided"),
    }
    for name, label in words.items():
        sheets.pair(label, _time(case["clocks"][name]))


def _said(sheets: Sheets, case: Facts) -> None:
    words = case["words"]
    sheets.heading(_("Its words now"))
    if "about_themselves" in words:
        sheets.paragraph(words["about_themselves"] or _("Nothing."))
    else:
        sheets.pair(_("Title"), words["title"])
        sheets.pair(_("Version"), str(words["version"]))
        sheets.pair(_("Who sees it"), words["visibility"])
        sheets.pair(_("Written"), _time(words["written_at"]))
        sheets.pair(_("Edited"), _time(words["edited_at"]))
        sheets.paragraph(words["source"])
    for revision in case["revisions"]:
        sheets.item(_("Version %(number)s, as it was before", number=revision["version"]))
        sheets.pair(_("Replaced"), _time(revision["replaced_at"]))
        sheets.pair(_("By"), revision["by"])
        if revision["why"]:
            sheets.pair(_("Why"), revision["why"])
        if revision["title"]:
            sheets.pair(_("Title"), revision["title"])
        sheets.paragraph(revision["source"])


def _flags(sheets: Sheets, flags: Sequence[Facts]) -> None:
    sheets.heading(_("Flags"))
    if not flags:
        sheets.paragraph(_("Nobody flagged it."))
    for flag in flags:
        sheets.item(f"{_time(flag['at'])}, {flag['by']}")
        sheets.pair(_("Reason"), _finding(flag["reason"]))
        if flag["note"]:
            sheets.pair(_("Note"), flag["note"])
        if flag["passage"]:
            sheets.pair(_("Passage"), flag["passage"])
        sheets.pair(_("Weight"), str(flag["weight"]))
        sheets.pair(_("Counted towards hiding"), _("yes") if flag["counted_towards_hiding"] else _("no"))
        sheets.pair(_("Answered by"), _answer(flag))


def _reports(sheets: Sheets, reports: Sequence[Facts]) -> None:
    sheets.heading(_("Reports without an account"))
    if not reports:
        sheets.paragraph(_("Nobody without an account reported it."))
    for report in reports:
        sheets.item(f"{_time(report['at'])}, {report['by']}")
        sheets.pair(_("Reason"), _finding(report["reason"]))
        sheets.pair(_("What they say"), report["source"])
        sheets.pair(_("Weight"), str(report["weight"]))
        sheets.pair(_("Answered by"), _answer(report))
        if report["told_of"]:
            sheets.pair(_("Told of"), report["told_of"])
        if report["appeal_until"]:
            sheets.pair(_("Appeal until"), _time(report["appeal_until"]))


def _decisions(sheets: Sheets, decisions: Sequence[Facts]) -> None:
    sheets.heading(_("Decisions"))
    if not decisions:
        sheets.paragraph(_("Nothing was decided."))
    titles = {rule.number: rule.title for rule in RULES}
    for decision in decisions:
        sheets.item(f"{_time(decision['made_at'])}: {ACTS[Verb(decision['act'])].label}")
        sheets.pair(_("Number"), decision["ref"])
        sheets.pair(_("By"), decision["by"] or _("a rule, without anybody looking"))
        if decision["second"]:
            sheets.pair(_("Agreed with by"), decision["second"])
        sheets.pair(_("Effect"), decision["effect"])
        if decision["reason"]:
            sheets.pair(_("Reason"), _finding(decision["reason"]))
        if decision["rule"]:
            sheets.pair(_("Rule"), f"{decision['rule']}. {titles[decision['rule']]}")
        if decision["said"]:
            sheets.pair(_("What was said"), decision["said"])
        if decision["waited_seconds"] is not None:
            sheets.pair(
                _("Had waited"), _("%(number)s hours", number=f"{decision['waited_seconds'] / 3_600:.1f}")
            )
        if decision["moderator_had_written_in_the_thread"]:
            sheets.pair(_("Note"), _("The moderator had written in the thread."))
        if decision["undone_at"]:
            sheets.pair(_("Taken back"), _time(decision["undone_at"]))
        if decision["reversed_at"]:
            sheets.pair(_("Reversed on appeal"), _time(decision["reversed_at"]))


def _notices(sheets: Sheets, notices: Sequence[Facts]) -> None:
    sheets.heading(_("Who was told"))
    if not notices:
        sheets.paragraph(_("Nobody yet."))
    for notice in notices:
        sheets.item(f"{_time(notice['told_at'])}, {notice['to']} ({_side(notice['as'])})")
        sheets.pair(_("Of decision"), notice["decision"])
        sheets.pair(_("Appeal until"), _time(notice["appeal_until"]))


def _appeals(sheets: Sheets, appeals: Sequence[Facts]) -> None:
    sheets.heading(_("Appeals"))
    if not appeals:
        sheets.paragraph(_("Nobody appealed."))
    outcomes = {
        AppealState.WAITING: _("waits"),
        AppealState.STANDS: _("the decision stands"),
        AppealState.REVERSED: _("the decision was reversed"),
    }
    for appeal in appeals:
        sheets.item(f"{_time(appeal['at'])}, {appeal['by']} ({_side(appeal['as'])})")
        sheets.pair(_("Of decision"), appeal["decision"])
        sheets.pair(_("What they say"), appeal["source"])
        sheets.pair(_("Outcome"), str(outcomes[AppealState(appeal["state"])]))
        if appeal["decided_at"]:
            sheets.pair(_("Decided"), f"{_time(appeal['decided_at'])}, {appeal['decided_by']}")
            sheets.pair(_("Answer"), appeal["answer"])
        if appeal["same_moderator"]:
            sheets.pair(_("Note"), _("By the moderator who had made the decision: nobody else could."))


def _log(sheets: Sheets, log: Facts) -> None:
    sheets.heading(_("What the log holds"))
    if not log["entries"]:
        sheets.paragraph(_("Nothing was written into the log about it."))
        return
    if log["holds"] is None:
        checked = _(
            "Too much was written since to check it here; the operator does with ‘flask audit verify’."
        )
    elif log["holds"]:
        span = {"first": log["checked_from"], "last": log["checked_to"]}
        checked = _("The chain holds from entry %(first)s to entry %(last)s, the newest.", **span)
    else:
        checked = _(
            "The chain does not hold: entry %(number)s was changed, or the one before it.",
            number=log["first_broken"],
        )
    sheets.paragraph(checked)
    sheets.pair(_("Seal of the newest"), "")
    sheets.seal(log["head"])
    for entry in log["entries"]:
        sheets.item(
            f"{_('Entry %(number)s', number=entry['number'])}, {_time(entry['at'])}: {VERBS.get(entry['verb'], entry['verb'])}"
        )
        for label, name in ((_("facts"), "digest"), (_("before"), "previous"), (_("seal"), "hash")):
            sheets.seal(f"{entry[name]}  {label}")


def _time(moment: datetime | None) -> str:
    return str(_("never")) if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


def _answer(said: Facts) -> str:
    """Of a flag or a report."""
    answers = {True: _("agreed with"), False: _("not agreed with"), None: _("neither")}
    answered = said["answered_by"]
    return f"{answered}, {answers[said['upheld']]}" if answered else str(_("nothing yet"))


def _finding(reason: str) -> str:
    said: LazyString = FINDINGS[Reason(reason)]
    return str(said)


def _side(side: str) -> str:
    return str(_("author") if side == Side.AUTHOR else _("reporter"))
