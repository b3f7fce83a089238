"""Every route, from the URL map: what changes something refuses all but the right person; what reads changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pprint import pformat
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import select, update
from werkzeug.routing import IntegerConverter, Rule

from app.accounts.actor import Role
from app.accounts.models import Account, SignInSession
from app.config import Mode, Settings
from app.core.clock import now
from app.core.db import db
from app.core.parts import part, put
from app.core.transaction import transaction
from tests.house.town import (
    MISSING_ID,
    MISSING_REF,
    PASSWORD,
    TITLE,
    Town,
    bytes_of,
    changed,
    csrf_token,
    rows,
)
from tests.statements import only_reads, statements

SIGN_IN = "is sent to sign in"
KEPT = "is sent to sign in, and what was typed is kept"
OPEN = "may do it too"
WORDS = {"source": "I rang the depot, they have it."}


@dataclass(frozen=True)
class Change:
    """What one route that changes something needs.

    `path` has {} where the `thing` of the town stands. `right` may do it. `visitor` says what happens to one.
    It is there in `community` mode alone, or in the other.
    For each person and thing in `shut` it reads as if it were missing; those in `refused` are told why not.
    """

    path: str
    thing: str | None = None
    form: dict[str, str] = field(default_factory=dict)
    right: str = "alice"
    visitor: str = SIGN_IN
    shut: tuple[tuple[str, str], ...] = ()
    refused: tuple[str, ...] = ()
    writes: bool = True
    community: bool = False
    needs_token: bool = True


HIDDEN_POSTS = tuple(
    ("charlie", thing)
    for thing in ("hidden_answer", "answer_in_hidden_thread", "hidden_opening", "deleted_opening")
)
HIDDEN_THREADS = (("charlie", "hidden_thread"), ("charlie", "deleted_thread"), ("alice", "deleted_thread"))
MODERATED = tuple((name, "review") for name in ("alice", "bob", "agnes"))
TAGS = tuple((name, "tag") for name in ("alice", "bob", "agnes"))
SPACES = tuple((name, "space") for name in ("alice", "mona", "agnes"))
NOT_ALICES = tuple((name, "ref") for name in ("bob", "mona", "nia"))
NOT_MODERATORS = tuple((name, "plain_thread") for name in ("alice", "bob", "tess", "agnes"))
NOT_KEEPERS = tuple((name, "word") for name in ("alice", "tess", "agnes"))
NOT_AN_AGENT = (("alice", "ref"), *NOT_ALICES)
NOT_AN_ADMIN = tuple((name, "channel") for name in ("alice", "mona", "agnes"))
REGISTER = {"name": "emma", "email": "emma@example.org", "password": PASSWORD}
ASK = {"title": TITLE, "looked": "1", "space_id": "1", "tags": "coats", **WORDS}
HELP = {"subject": "Payout is missing", "looked": "0", "topic": "payment", **WORDS}
SUSPENDED = {
    "until": (now() + timedelta(days=30)).date().isoformat(),
    "because": "Three warnings about links.",
}
PROFILE = {"display_name": "Alice B.", "bio": "Coats, mostly.", "tz": "Europe/Berlin"}
NO_MODERATORS = tuple((name, "name") for name in ("alice", "charlie", "nia", "agnes"))
CHANGED_PASSWORD = {"current": PASSWORD, "password": "four odd socks now"}

# fmt: off
CHANGES = {
    "accounts.register": Change("/register", form=REGISTER, right="visitor", visitor=OPEN),
    "accounts.confirm": Change("/confirm/{}", "confirm", right="visitor", visitor=OPEN),
    "accounts.sign_in": Change("/sign-in", form={"email": "bob@example.org", "password": PASSWORD}, right="visitor", visitor=OPEN),
    "accounts.reset": Change("/reset", form={"email": "bob@example.org"}, right="visitor", visitor=OPEN),
    "accounts.new_password": Change("/reset/{}", "reset", form={"password": "four odd socks now"}, right="visitor", visitor=OPEN),
    "accounts.profile": Change("/me/profile", form=PROFILE),
    "accounts.name": Change("/me/name", form={"name": "alicia"}),
    "accounts.email": Change("/me/email", form={"email": "bob@example.net", "current": PASSWORD}, right="bob"),
    "accounts.stay": Change("/me/email/stay", right="bob"),
    "accounts.move": Change("/email/{}", "move", right="visitor", visitor=OPEN),
    "accounts.take_back": Change("/email/{}/undo", "take_back", right="visitor", visitor=OPEN),
    "accounts.revoke": Change("/me/security/sessions/{}/revoke", "session", shut=(("bob", "session"), ("adam", "session"))),
    "accounts.change_password": Change("/me/security", form=CHANGED_PASSWORD, right="nia"),
    "accounts.sign_out": Change("/sign-out", right="nia", visitor=OPEN),
    "contact.add": Change("/admin/channels", form={"kind": "mail", "value": "help@shop.example", "marketplace": "Shop"}, right="adam"),
    "contact.check": Change("/contact", form={"pasted": "help@shop.example"}, right="visitor", visitor=OPEN, writes=False),
    "contact.confirm": Change("/admin/channels/{}/check", "channel", right="adam", shut=NOT_AN_ADMIN),
    "contact.remove": Change("/admin/channels/{}/remove", "channel", right="adam", shut=NOT_AN_ADMIN),
    "desk.forget": Change("/help/forget", visitor=OPEN),
    "desk.file": Change("/help", form=HELP, visitor=KEPT),
    "desk.opened": Change("/help/opened", form={"thread": "{thread}"}, visitor=OPEN),
    "desk.suggest": Change("/help/suggest", form={"subject": TITLE}, visitor=OPEN),
    "desk.reply": Change("/tickets/{}/reply", "ref", form=WORDS, visitor=KEPT, shut=NOT_ALICES),
    "desk.escalate": Change("/questions/{}/support", "unsent_thread", form={"topic": "payment", "seen": "?"}, shut=(("bob", "unsent_thread"), ("agnes", "unsent_thread"), *HIDDEN_THREADS)),
    "desk.note_sent": Change("/questions/{}/support/sent", "solved_thread", community=True, shut=(("bob", "solved_thread"), ("mona", "solved_thread"))),
    "desk.outcome": Change("/questions/{}/outcome", "taken_thread", form={"outcome": "solved", "note": "They paid."}, shut=(("bob", "taken_thread"), ("mona", "taken_thread"))),
    "desk.publish": Change("/desk/tickets/{}/publish", "escalated_ref", form={**WORDS, "seen": "{words}"}, right="agnes", shut=tuple((name, "escalated_ref") for name in ("alice", "bob", "mona"))),
    "desk.take": Change("/desk/tickets/{}/take", "ref", right="agnes", shut=NOT_AN_AGENT),
    "desk.answer": Change("/desk/tickets/{}/reply", "ref", form=WORDS, right="agnes", visitor=KEPT, shut=NOT_ALICES),
    "desk.note": Change("/desk/tickets/{}/note", "ref", form={"note": "Seen."}, right="agnes", visitor=KEPT, shut=NOT_AN_AGENT),
    "desk.status": Change("/desk/tickets/{}/status", "ref", form={"status": "solved", "version": "?"}, right="agnes", shut=NOT_AN_AGENT),
    "forum.change_photos": Change("/photos", form={"album": "ask", "photo-{own_photo}": "The left cuff"}),
    "forum.photos": Change("/p/{}/photos", "opening", form={"photo": "remove:{posted_photo}"}, shut=(("bob", "opening"), ("tess", "opening"), *HIDDEN_POSTS)),
    "forum.edit": Change("/p/{}/edit", "opening", form={**ASK, "version": "1"}, visitor=KEPT, shut=(("bob", "opening"), ("tess", "opening"), *HIDDEN_POSTS)),
    "forum.propose": Change("/p/{}/propose", "answer", form={**WORDS, "version": "1", "reason": "Clearer."}, right="tess", visitor=KEPT, shut=(("alice", "answer"), ("bob", "answer"), ("mona", "answer"), *HIDDEN_POSTS)),
    "forum.review": Change("/review/edits/{}", "proposal", form={"decision": "approve"}, shut=(("charlie", "proposal"), ("nia", "proposal"), ("agnes", "proposal"))),
    "questions.delete": Change("/posts/{}/delete", "own_answer", right="bob", shut=(("alice", "own_answer"), ("mona", "own_answer"), *HIDDEN_POSTS)),
    "forum.save_draft": Change("/drafts", form={"draft": "ask", **WORDS}, visitor=OPEN),
    "forum.discard_draft": Change("/drafts/discard", form={"draft": "help"}, visitor=OPEN),
    "forum.add_alias": Change("/tags/{}/aliases", "tag", form={"alias": "overcoats"}, right="mona", shut=TAGS),
    "forum.remove_alias": Change("/tags/{}/aliases/remove", "tag", form={"alias": "mantles"}, right="mona", shut=TAGS),
    "forum.edit_tag": Change("/tags/{}/edit", "tag", form={"description": "Coats of every sort.", "seen": ""}, right="mona", shut=TAGS),
    "forum.merge_tag": Change("/tags/{}/merge", "tag", form={"into": "in-hiding"}, right="mona", shut=TAGS),
    "forum.keep_spaces": Change("/admin/spaces", form={"name": "Sewing", "description": ""}, right="adam"),
    "forum.edit_space": Change("/admin/spaces/{}", "space", form={"name": "Selling well", "description": "", "place": "2"}, right="adam", shut=SPACES),
    "forum.merge_space": Change("/admin/spaces/{}/merge", "old_space", form={"into": "{other_space}"}, right="adam", shut=tuple((name, "old_space") for name in ("alice", "mona"))),
    "insight.stop": Change("/mod/trials/{}/stop", "trial", right="adam", shut=tuple((name, "trial") for name in ("alice", "mona", "agnes"))),
    "insight.start": Change("/mod/trials", form={"begins_on": "{today}", "ends_on": "{today}", "share": "50", "rate": "50", "seen": "765"}, right="adam"),
    "moderation.flag": Change("/p/{}/flag", "answer", form={"reason": "spam", "note": ""}, visitor=KEPT, shut=HIDDEN_POSTS),
    "moderation.flag_thread": Change("/t/{}/flag", "thread", form={"reason": "spam", "note": ""}, visitor=KEPT, right="bob", shut=HIDDEN_THREADS),
    "moderation.flag_person": Change("/people/{}/flag", "name", form={"reason": "spam", "note": ""}, visitor=KEPT, right="alice", shut=(("alice", "ghost"), ("bob", "ghost"))),
    "moderation.appeal": Change("/appeals/{}", "decision", form={"source": "It was no advert."}, right="nia", shut=tuple((name, "decision") for name in ("alice", "bob", "agnes"))),
    "moderation.decide_appeal": Change("/mod/appeals/{}", "appeal", form={"outcome": "stand", "answer": "It was."}, right="adam", shut=tuple((name, "appeal") for name in ("alice", "nia", "agnes"))),
    "moderation.second": Change("/mod/proposals/{}", "proposal", form={"answer": "decline", "why": "Too long."}, right="adam", shut=tuple((name, "proposal") for name in ("alice", "bob", "agnes"))),
    "moderation.invite": Change("/mod/proposals/{}/invite", "proposal", right="adam", shut=tuple((name, "proposal") for name in ("alice", "mona", "agnes"))),
    "moderation.outside": Change("/second/{}", "second_link", form={"answer": "decline", "name": "Ola", "why": "Too long."}, right="visitor", visitor=OPEN),
    "moderation.report": Change("/report", form={"about": "/p/{answer}", "reason": "scam", "source": "It asks for gift cards.", "email": "rosa@example.com", "good_faith": "y"}, right="visitor", visitor=OPEN),
    "moderation.open_review": Change("/mod/reviews", form={"kind": "post", "id": "{hidden_answer}"}, right="mona"),
    "moderation.decide": Change("/mod/reviews/{}/decide", "review", form={"verb": "keep", "seen": "{review_seen}"}, right="mona", shut=MODERATED),
    "moderation.claim": Change("/mod/reviews/{}/claim", "review", right="mona", shut=MODERATED),
    "moderation.let_go": Change("/mod/reviews/{}/let-go", "review", right="mona", shut=MODERATED),
    "moderation.note": Change("/mod/reviews/{}/notes", "review", form={"note": "Seen before."}, right="mona", shut=MODERATED),
    "moderation.preview": Change("/mod/queue/preview", form={"verb": "hide", "chosen": "{review_seen}"}, right="mona", writes=False),
    "moderation.decide_many": Change("/mod/queue/decide", form={"verb": "hide", "reason": "spam", "chosen": "{held_seen}"}, right="mona"),
    "moderation.undo": Change("/mod/decisions/{}/undo", "last_decision", right="mona", shut=tuple((name, "last_decision") for name in ("alice", "bob", "agnes"))),
    "moderation.undo_batch": Change("/mod/batches/{}/undo", "batch", right="mona", shut=tuple((name, "batch") for name in ("alice", "bob", "agnes"))),
    "moderation.begin_shift": Change("/mod/shift/begin", right="adam"),
    "moderation.end_shift": Change("/mod/shift/end", form={"note": "Quiet."}, right="mona"),
    "moderation.keep_view": Change("/mod/views", form={"name": "Mine", "why": "held"}, right="mona"),
    "moderation.throw_view_away": Change("/mod/views/delete", form={"name": "Links"}, right="mona"),
    "moderation.merge": Change("/mod/people/{}/merge", "name", form={"other": "{double}", "typed": "{double}", "because": "One phone."}, right="mona", shut=NO_MODERATORS),
    "moderation.anonymise": Change("/mod/people/{}/anonymise", "leaver", form={"typed": "{leaver}"}, right="mona", shut=tuple((name, "leaver") for name in ("alice", "charlie", "nia", "agnes"))),
    "moderation.new_word": Change("/mod/words/new", form={"kind": "words", "pattern": "moneygram", "action": "flag", "rule": "1", "note": "", "step": "save", "seal": "{seal}"}, right="mona"),
    "moderation.edit_word": Change("/mod/words/{}", "word", form={"kind": "words", "pattern": "gift cards", "action": "flag", "rule": "1", "note": "Seen again.", "step": "save"}, right="mona", shut=NOT_KEEPERS),
    "moderation.switch_word": Change("/mod/words/{}/switch", "word", form={"on": "0"}, right="mona", shut=NOT_KEEPERS),
    "moderation.delete_word": Change("/mod/words/{}/delete", "word", right="mona", shut=NOT_KEEPERS),
    "forum.preview": Change("/preview", form=WORDS, visitor=OPEN, writes=False),
    "forum.mark": Change("/t/{}/marks", "thread", form={"wish": "follow"}, right="bob", shut=HIDDEN_THREADS),
    "forum.vote": Change("/posts/{}/vote", "answer", form={"value": "1"}, shut=HIDDEN_POSTS),
    "notifications.open_": Change("/me/notifications/{}/open", "told", shut=(("bob", "told"), ("adam", "told"))),
    "notifications.read": Change("/me/notifications/{}/read", "told_too", form={"newest": "1000"}, shut=(("bob", "told"), ("adam", "told"))),
    "notifications.save": Change("/me/notifications/{}/save", "told", form={"on": "1"}, shut=(("bob", "told"), ("adam", "told"))),
    "notifications.mute": Change("/me/notifications/{}/mute", "told", form={"on": "1"}, shut=(("bob", "told"), ("adam", "told"))),
    "notifications.read_all": Change("/me/notifications/read", form={"newest": "1000"}),
    "notifications.mail": Change("/me/notifications/mail", form={"answer": "weekly"}),
    "notifications.prove": Change("/me/notifications/mail/prove"),
    "notifications.proven": Change("/mail/proven/{}", "proof", right="visitor", visitor=OPEN),
    "notifications.unsubscribe": Change("/unsubscribe/{}", "unsubscribe", form={"List-Unsubscribe": "One-Click"}, right="visitor", visitor=OPEN, needs_token=False),
    "notifications.resubscribe": Change("/unsubscribe/{}/undo", "unsubscribe", right="visitor", visitor=OPEN),
    "questions.post": Change("/ask", form=ASK, visitor=KEPT),
    "questions.suggest": Change("/ask/suggest", form={"title": TITLE}, visitor=OPEN, writes=False),
    "questions.answer": Change("/questions/{}/answers", "thread", form=WORDS, right="bob", visitor=KEPT, shut=HIDDEN_THREADS),
    "questions.reply": Change("/posts/{}/replies", "answer", form=WORDS, visitor=KEPT, shut=HIDDEN_POSTS),
    "questions.too": Change("/questions/{}/too", "thread", right="bob", shut=HIDDEN_THREADS),
    "questions.accept": Change("/posts/{}/accept", "answer", shut=HIDDEN_POSTS, refused=("bob", "mona", "agnes")),
    "questions.confirm": Change("/questions/{}/still-right", "solved_thread", form={"post": "{accepted}", "right": "yes"}, right="bob", shut=HIDDEN_THREADS),
    "questions.duplicate": Change("/questions/{}/duplicate", "suggested_thread", form={"of": "/p/{accepted}"}, shut=(("bob", "suggested_thread"), ("agnes", "suggested_thread"), *HIDDEN_THREADS)),
    "questions.differs": Change("/questions/{}/differs", "pointing_thread", form={"differs": "Mine came, but broken."}, shut=(("bob", "pointing_thread"), ("mona", "pointing_thread"), *HIDDEN_THREADS)),
    "questions.unmark": Change("/questions/{}/unmark", "pointing_too_thread", shut=HIDDEN_THREADS),
    "questions.undelete": Change("/posts/{}/undelete", "withdrawn", right="bob", shut=(("alice", "withdrawn"), ("mona", "withdrawn"))),
    "questions.unaccept": Change("/questions/{}/unaccept", "solved_thread", form={"seen": "{accepted}"}, shut=HIDDEN_THREADS, refused=("bob", "mona", "agnes")),
}

READS = {
    "accounts.confirm": ["/confirm/{confirm}", "/confirm/nonsense"],
    "accounts.email": ["/me/email"],
    "accounts.move": ["/email/{move}", "/email/nonsense"],
    "accounts.name": ["/me/name"],
    "accounts.new_password": ["/reset/{reset}", "/reset/nonsense"],
    "accounts.profile": ["/me/profile"],
    "accounts.register": ["/register"],
    "accounts.registered": ["/register/sent"],
    "accounts.reset": ["/reset"],
    "accounts.reset_sent": ["/reset/sent"],
    "accounts.security": ["/me/security"],
    "accounts.sign_in": ["/sign-in", "/sign-in?next=/ask"],
    "accounts.take_back": ["/email/{take_back}/undo", "/email/nonsense/undo"],
    "community.accepted": ["/people/bob/accepted", "/people/bob/accepted?tag=coats"],
    "community.answers": ["/people/bob/answers", "/people/bob/answers?page=2"],
    "community.mine": ["/me"],
    "community.person": ["/people/bob", "/people/alice"],
    "community.questions": ["/people/alice/questions"],
    "community.reputation": ["/people/bob/reputation"],
    "contact.index": ["/contact"],
    "contact.manage": ["/admin/channels"],
    "desk.help": ["/help", "/help?thread={thread}"],
    "desk.escalate": ["/questions/{thread}/support"],
    "desk.outcome": ["/questions/{taken_thread}/outcome"],
    "desk.publish": ["/desk/tickets/{escalated_ref}/publish"],
    "desk.inbox": ["/desk", "/desk?show=solved"],
    "desk.mine": ["/me/tickets"],
    "desk.prepared": ["/help/message"],
    "desk.ready": ["/help/ready"],
    "desk.ticket": ["/tickets/{ref}"],
    "desk.work": ["/desk/tickets/{ref}"],
    "forum.complete": ["/people/complete?q=b", "/people/complete?q=b&thread={thread}"],
    "forum.drafts": ["/me/drafts"],
    "forum.edit": ["/p/{opening}/edit"],
    "forum.photo": ["/photos/{photo_name}.webp"],
    "forum.photos": ["/p/{opening}/photos"],
    "forum.small_photo": ["/photos/{photo_name}/small.webp"],
    "forum.proposals": ["/review/edits"],
    "forum.propose": ["/p/{answer}/propose"],
    "forum.review": ["/review/edits/{proposal}"],
    "forum.revisions": ["/p/{answer}/revisions", "/p/{opening}/revisions?page=2"],
    "forum.edit_space": ["/admin/spaces/{space}"],
    "forum.edit_tag": ["/tags/coats/edit"],
    "forum.keep_spaces": ["/admin/spaces"],
    "forum.old_address": ["/from/elsewhere/7"],
    "forum.post": ["/p/{answer}"],
    "forum.space": ["/spaces/selling", "/spaces/selling?page=9"],
    "forum.spaces": ["/spaces"],
    "forum.tag": ["/tags/coats", "/tags/in-hiding", "/tags/mantles"],
    "forum.tags": ["/tags", "/tags?q=co"],
    "forum.saved": ["/me/saved"],
    "forum.thread": ["/t/{thread}"],
    "home.alive": ["/healthz"],
    "home.latest": ["/", "/?page=2"],
    "home.ready": ["/readyz"],
    "insight.asking": ["/mod/dashboard/asking", "/mod/dashboard/asking?what=solved"],
    "insight.dashboard": ["/mod/dashboard"],
    "insight.download": ["/mod/dashboard/weeks.csv"],
    "insight.questions": ["/mod/dashboard/questions", "/mod/dashboard/questions?tag=coats&state=open"],
    "insight.searches": ["/mod/dashboard/searches?words=zeppelin"],
    "insight.sessions": ["/mod/dashboard/sessions", "/mod/dashboard/sessions?trial={trial}&arm=open&standing=counted"],
    "insight.rulings": ["/mod/dashboard/rulings?rule=5", "/mod/dashboard/rulings?rule=5&stood=reversed"],
    "insight.waits": ["/mod/dashboard/waits?day=2026-03-01", "/mod/dashboard/waits?day=2026-03-01&came=decided"],
    "insight.transparency": ["/transparency", "/transparency?page=9"],
    "insight.transparency_csv": ["/transparency.csv"],
    "insight.trials": ["/mod/trials", "/mod/trials?rate=10"],
    "mail.html": ["/dev/mail/{letter}/html"],
    "mail.index": ["/dev/mail"],
    "mail.show": ["/dev/mail/{letter}"],
    "moderation.flag": ["/p/{answer}/flag"],
    "moderation.report": ["/report", "/report?about=/p/{answer}"],
    "moderation.receipt": ["/report/{receipt}"],
    "moderation.rules": ["/rules"],
    "moderation.log": ["/mod/log", "/mod/log?by=mona&verb=hide&target=post&since=2026-01-01", "/mod/log?by=nobody"],
    "moderation.held": ["/mod/held"],
    "moderation.queue": ["/mod/queue", "/mod/queue?why=held&kind=post&flagged_for=spam&hand=free&sort=oldest&by={nia}", "/mod/queue?kind=x&page=9"],
    "moderation.review": ["/mod/reviews/{review}"],
    "moderation.case_json": ["/mod/reviews/{review}/case.json"],
    "moderation.case_pdf": ["/mod/reviews/{review}/case.pdf"],
    "moderation.decision": ["/decisions/{decision}"],
    "moderation.appeal": ["/appeals/{decision}"],
    "moderation.appeal_file": ["/appeals/files/{evidence}"],
    "moderation.appeals": ["/mod/appeals"],
    "moderation.decide_appeal": ["/mod/appeals/{appeal}"],
    "moderation.outside": ["/second/{second_link}"],
    "moderation.flag_thread": ["/t/{thread}/flag"],
    "moderation.flag_person": ["/people/{name}/flag"],
    "moderation.person": ["/mod/people/charlie", "/mod/people/nia?show=decisions&page=2"],
    "moderation.merging": ["/mod/people/charlie/merge", "/mod/people/charlie/merge?other={double}"],
    "moderation.anonymising": ["/mod/people/{leaver}/anonymise"],
    "moderation.words": ["/mod/words", "/mod/words?action=flag"],
    "moderation.new_word": ["/mod/words/new"],
    "moderation.edit_word": ["/mod/words/{word}"],
    "moderation.delete_word": ["/mod/words/{word}/delete"],
    "moderation.why": ["/p/{refused}/why"],
    "notifications.index": ["/me/notifications", "/me/notifications?show=all"],
    "notifications.mail": ["/me/notifications/mail"],
    "notifications.proven": ["/mail/proven/{proof}"],
    "notifications.unsubscribe": ["/unsubscribe/{unsubscribe}"],
    "questions.ask": ["/ask", "/ask?title=Where+is+my+coat"],
    "questions.delete": ["/posts/{opening}/delete", "/posts/{own_answer}/delete"],
    "questions.deleted": ["/me/deleted"],
    "questions.differs": ["/questions/{pointing_thread}/differs"],
    "questions.duplicate": ["/questions/{thread}/duplicate"],
    "questions.index": ["/questions"],
    "questions.related": ["/questions/{thread}/related"],
    "questions.replying": ["/posts/{answer}/replies", "/posts/{opening}/replies"],
    "questions.show": ["/questions/{solved_thread}/buyer-says-the-coat-never-came", "/questions/{thread}/buyer-says-the-coat-never-came"],
    "questions.unsolved": ["/unsolved"],
    "search.complete": ["/search/complete?q=never+ca"],
    "search.index": ["/search", "/search?q=coat", "/search?q=%22never+came%22+-bus", "/search?q=coat+-is:solved+by:nobody&sort=newest"],
}

THEIR_OWN = {
    "accounts.change_password", "accounts.email", "accounts.revoke", "accounts.sign_out", "accounts.stay",
    "desk.escalate", "desk.file", "desk.forget", "desk.note_sent", "desk.opened", "desk.reply", "desk.suggest",
    "forum.change_photos", "forum.discard_draft", "forum.mark", "forum.save_draft", "moderation.appeal",
    "notifications.mail", "notifications.mute", "notifications.open_", "notifications.prove", "notifications.read",
    "notifications.read_all", "notifications.save",
}
"""What somebody suspended still changes: what only they read, and what they write to Support."""

ODD_NUMBER = "7310731"
NOT_IN_FORMS = (
    "id", "author_id", "account_id", "by_id", "actor_id", "role", "trust", "trust_floor", "reputation", "score", "up_count",
    "down_count", "visibility", "state", "official", "accepted_post_id", "thread_id", "parent_id", "post_id", "kind",
    "html", "unmasked_html", "created_at", "suspended_until", "assignee_id", "requester_id", "internal", "held", "told",
)

HIDDEN = [
    ("/questions/{}", ["visitor", "charlie", "nia", "agnes"], "hidden_thread"),
    ("/questions/{}/buyer-says-the-coat-never-came", ["visitor", "charlie", "bob"], "hidden_thread"),
    ("/questions/{}", ["visitor", "alice"], "deleted_thread"),
    ("/t/{}", ["visitor", "charlie"], "hidden_thread"),
    ("/p/{}", ["visitor", "charlie", "alice"], "hidden_answer"),
    ("/p/{}", ["visitor", "charlie", "bob"], "answer_in_hidden_thread"),
    ("/p/{}", ["visitor", "alice", "bob"], "deleted_opening"),
    ("/photos/{}.webp", ["visitor", "bob", "mona", "agnes"], "private_photo"),
    ("/photos/{}/small.webp", ["visitor", "bob", "mona", "agnes"], "private_photo"),
    ("/appeals/files/{}", ["visitor", "alice", "bob", "agnes"], "evidence"),
    ("/p/{}/photos", ["bob", "tess", "agnes"], "opening"),
    ("/p/{}/photos", ["alice", "charlie"], "hidden_answer"),
    ("/questions/{}/support", ["bob", "nia", "agnes"], "thread"),
    ("/questions/{}/support", ["bob", "charlie", "agnes"], "hidden_thread"),
    ("/questions/{}/outcome", ["bob", "mona", "agnes"], "taken_thread"),
    ("/desk/tickets/{}/publish", ["alice", "bob", "mona"], "escalated_ref"),
    ("/p/{}/edit", ["bob", "tess", "agnes"], "opening"),
    ("/p/{}/flag", ["visitor", "alice", "charlie"], "hidden_answer"),
    ("/p/{}/flag", ["visitor", "alice"], "withdrawn"),
    ("/mod/people/{}", ["alice", "charlie", "nia", "agnes"], "name"),
    ("/mod/people/{}/merge", ["alice", "tess", "agnes"], "name"),
    ("/mod/people/{}/anonymise", ["alice", "tess", "agnes"], "leaver"),
    ("/mod/people/{}", ["mona"], "unconfirmed"),
    ("/p/{}/why", ["alice", "charlie", "agnes"], "held"),
    ("/p/{}/propose", ["tess"], "hidden_answer"),
    ("/p/{}/revisions", ["visitor", "alice", "agnes"], "held"),
    ("/p/{}/revisions", ["visitor", "alice", "agnes"], "refused"),
    ("/p/{}/revisions", ["visitor", "charlie", "bob"], "answer_in_hidden_thread"),
    ("/posts/{}/delete", ["alice", "charlie"], "hidden_answer"),
    ("/posts/{}/replies", ["charlie", "bob"], "answer_in_hidden_thread"),
    ("/questions/{}/duplicate", ["bob", "charlie", "tess"], "hidden_thread"),
    ("/questions/{}/differs", ["bob", "charlie"], "hidden_thread"),
    ("/tags/{}/edit", ["tess"], "hidden_tag"),
    ("/people/{}/questions", ["visitor", "alice"], "unconfirmed"),
    ("/people/{}/answers", ["visitor", "alice"], "unconfirmed"),
    ("/people/{}/accepted", ["visitor", "alice"], "unconfirmed"),
    ("/people/{}/reputation", ["visitor", "alice"], "unconfirmed"),
    ("/p/{}/edit", ["alice", "charlie", "mona"], "hidden_answer"),
    ("/p/{}/revisions", ["visitor", "charlie", "alice"], "hidden_answer"),
    ("/p/{}/propose", ["alice", "bob", "mona"], "answer"),
    ("/review/edits/{}", ["charlie", "nia", "bob"], "proposal"),
    ("/posts/{}/delete", ["alice", "mona", "tess"], "own_answer"),
    ("/questions/{}/differs", ["bob", "mona", "tess"], "pointing_thread"),
    ("/questions/{}/duplicate", ["bob", "nia", "agnes"], "thread"),
    ("/people/complete?thread={}", ["bob", "charlie"], "hidden_thread"),
    ("/posts/{}/replies", ["charlie", "alice"], "hidden_answer"),
    ("/questions/{}/related", ["visitor", "charlie", "bob"], "hidden_thread"),
    ("/from/elsewhere/{}", ["visitor", "charlie", "alice"], "hidden_old_address"),
    ("/tags/{}", ["visitor", "bob", "nia", "agnes"], "hidden_tag"),
    ("/tags/{}", ["visitor", "bob", "nia", "agnes"], "hidden_alias"),
    ("/tags/{}/edit", ["alice", "bob", "agnes"], "tag"),
    ("/admin/spaces/{}", ["alice", "mona", "agnes"], "space"),
    ("/p/{}", ["visitor", "alice", "agnes"], "held"),
    ("/p/{}/flag", ["visitor", "alice", "agnes"], "held"),
    ("/p/{}/why", ["alice", "charlie", "agnes"], "refused"),
    ("/people/{}", ["visitor", "alice", "mona"], "unconfirmed"),
    ("/tickets/{}", ["bob", "mona", "nia"], "ref"),
    ("/desk/tickets/{}", ["alice", "bob", "mona", "nia"], "ref"),
]
# fmt: on

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SAFE = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture
def guarded(app: Flask, town: Town) -> Town:
    """The town with tokens demanded, as in life."""
    app.config["WTF_CSRF_ENABLED"] = True
    return town


def _rules(app: Flask) -> Iterator[tuple[Rule, set[str]]]:
    return ((rule, rule.methods or set()) for rule in app.url_map.iter_rules())


def _form(way: Change, town: Town) -> dict[str, str]:
    form = {name.format(**town.things): value.format(**town.things) for name, value in way.form.items()}
    if form.get("seen") == "?":
        form["seen"] = _field("seen", town.cast.alice, town.address(way.path, way.thing))
    if form.get("version") == "?":
        form["version"] = str(_version_of(town))
    return {**form, **({"space_id": str(town.things["space"])} if "space_id" in form else {})}


def _version_of(town: Town) -> str:
    return _field("version", town.cast.agnes, f"/desk/tickets/{town.things['ref']}")


def _field(name: str, who: Any, address: str) -> str:
    """What a hidden field holds on the page at `address`."""
    page: str = who.client.get(address).text
    return page.split(f'name="{name}"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def test_every_route_that_changes_something_is_in_the_table(app: Flask) -> None:
    assert {rule.endpoint for rule, methods in _rules(app) if methods - SAFE} == set(CHANGES)
    assert {method for _rule, methods in _rules(app) for method in methods - SAFE} == {"POST"}


def test_every_route_that_reads_is_in_the_table(app: Flask) -> None:
    assert {rule.endpoint for rule, methods in _rules(app) if "GET" in methods} == set(READS)


def test_the_right_person_gets_through_and_it_changes_something(app: Flask, guarded: Town) -> None:
    """Without this, refusing everything would pass every other test here."""
    found: dict[str, Any] = {}
    for endpoint, way in CHANGES.items():
        browser = guarded.browser(way.right, app.test_client())
        form = {**_form(way, guarded), "csrf_token": csrf_token(browser)}
        before = rows()
        settings = part(Settings)
        put(app, Settings, replace(settings, mode=Mode.COMMUNITY if way.community else settings.mode))
        answer = browser.post(guarded.address(way.path, way.thing), data=form)
        put(app, Settings, settings)
        touched = changed(before)
        if answer.status_code not in {200, 204, 303} or bool(touched) != way.writes:
            found[endpoint] = (answer.status_code, touched)
        if way.right == "nia":
            found |= _back_in(app, guarded)
    assert found == {}, pformat(found)


def _back_in(app: Flask, town: Town) -> dict[str, Any]:
    """nia's browser was signed in anew, or out: she comes back."""
    town.cast.nia.client = browser = app.test_client()
    for password in (CHANGED_PASSWORD["password"], PASSWORD):
        form = {"email": "nia@example.org", "password": password, "csrf_token": csrf_token(browser)}
        if browser.post("/sign-in", data=form).status_code == 303:
            return {}
    return {"nia": "cannot come back"}


@ON_SQLITE
def test_without_a_token_nothing_happens(app: Flask, guarded: Town) -> None:
    before = rows()
    found = {}
    for endpoint, way in CHANGES.items():
        if not way.needs_token:
            continue
        browser = guarded.browser(way.right, app.test_client())
        csrf_token(browser)
        for wrong in ({}, {"csrf_token": "nonsense"}, {"csrf_token": csrf_token(app.test_client())}):
            data = {**_form(way, guarded), **wrong}
            answer = browser.post(guarded.address(way.path, way.thing), data=data)
            if answer.status_code != 400 or "That page was open too long" not in answer.text:
                found[endpoint] = answer.status_code
    assert found == {}, pformat(found)
    assert changed(before) == set()


def test_only_what_carries_its_own_signature_needs_no_token(app: Flask, guarded: Town) -> None:
    exempt = {endpoint for endpoint, way in CHANGES.items() if not way.needs_token}
    assert exempt == {"notifications.unsubscribe"}
    before = rows()
    assert (
        app.test_client().post("/unsubscribe/nonsense", data={"List-Unsubscribe": "One-Click"}).status_code
        == 404
    )
    assert changed(before) == set()


def test_visitors(app: Flask, guarded: Town) -> None:
    found: dict[str, Any] = {}
    for endpoint, way in CHANGES.items():
        form = _form(way, guarded)
        browser = app.test_client()
        form["csrf_token"] = csrf_token(browser)
        before = rows()
        answer = browser.post(guarded.address(way.path, way.thing), data=form)
        to_sign_in = answer.status_code == 303 and answer.location.startswith("/sign-in?next=/")
        touched = changed(before)
        expected: Any = {SIGN_IN: set(), KEPT: {"draft"}}.get(way.visitor, touched)
        if to_sign_in != (way.visitor is not OPEN) or touched != expected:
            found[endpoint] = (answer.status_code, answer.location, touched)
    assert found == {}, pformat(found)


def test_to_the_wrong_person_it_is_not_there(app: Flask, guarded: Town) -> None:
    before = rows()
    found: dict[str, Any] = {}
    for endpoint, way in CHANGES.items():
        form = _form(way, guarded)
        for who, thing in way.shut:
            browser = guarded.browser(who, app.test_client())
            form["csrf_token"] = csrf_token(browser)
            theirs = browser.post(guarded.address(way.path, thing), data=form)
            missing = browser.post(guarded.missing(way.path), data=form)
            if theirs.status_code != 404 or bytes_of(theirs) != bytes_of(missing):
                found[f"{endpoint}, {who}, {thing}"] = (theirs.status_code, missing.status_code)
    assert found == {}, pformat(found)
    assert changed(before) == set()


def test_who_sees_it_but_may_not_is_told_and_nothing_changes(app: Flask, guarded: Town) -> None:
    before = rows()
    found: dict[str, Any] = {}
    for endpoint, way in CHANGES.items():
        for who in way.refused:
            browser = guarded.browser(who, app.test_client())
            form = {**_form(way, guarded), "csrf_token": csrf_token(browser)}
            answer = browser.post(guarded.address(way.path, way.thing), data=form, follow_redirects=True)
            if "Only the person who asked can accept an answer." not in answer.text:
                found[f"{endpoint}, {who}"] = answer.status_code
    assert found == {}, pformat(found)
    assert changed(before) == set()


def test_who_is_suspended_changes_only_what_nobody_else_reads(app: Flask, guarded: Town) -> None:
    """Staff who are suspended have none of their powers; an admin nobody suspends."""
    forms = {endpoint: _form(way, guarded) for endpoint, way in CHANGES.items()}
    with transaction() as session:
        told = {"suspended_until": now() + timedelta(days=1), "suspended_because": "Adverts."}
        session.execute(update(Account).where(Account.role != Role.ADMIN).values(told))
    found: dict[str, Any] = {}
    for endpoint, way in CHANGES.items():
        if endpoint in THEIR_OWN or way.right in {"visitor", "adam"}:
            continue
        browser = guarded.browser(way.right, app.test_client())
        before = rows()
        data = {**forms[endpoint], "csrf_token": csrf_token(browser)}
        browser.post(guarded.address(way.path, way.thing), data=data)
        if touched := changed(before):
            found[endpoint] = touched
    assert found == {}, pformat(found)


def test_fields_that_no_form_has_change_nothing(app: Flask, guarded: Town) -> None:
    def standing() -> Any:
        return db.session.execute(select(Account.id, Account.role, Account.trust, Account.reputation)).all()

    before = standing()
    for endpoint, way in CHANGES.items():
        if endpoint == "accounts.sign_out":
            continue
        browser = guarded.browser(way.right, app.test_client())
        data = {**dict.fromkeys(NOT_IN_FORMS, ODD_NUMBER), "role": "admin", **_form(way, guarded)}
        browser.post(guarded.address(way.path, way.thing), data={**data, "csrf_token": csrf_token(browser)})
        if way.right == "nia":
            _back_in(app, guarded)
    db.session.rollback()
    written = [table for table, lines in rows().items() if any(ODD_NUMBER in line for line in lines)]
    assert written == []
    assert sum(row.role is Role.ADMIN for row in standing()) == sum(row.role is Role.ADMIN for row in before)
    roles = {row.id: (row.role, row.trust) for row in before}
    assert {row.id: (row.role, row.trust) for row in standing() if row.id in roles} == roles


def test_every_changing_route_about_a_thing_says_who_is_shut_out() -> None:
    """A signed link is its own authority; all else that names a thing has somebody it is not for."""
    signed = {"confirm", "second_link", "proof", "reset", "unsubscribe", "move", "take_back"}
    unsaid = {name for name, way in CHANGES.items() if way.thing and way.thing not in signed and not way.shut}
    assert unsaid == set()


@ON_SQLITE
def test_the_wrong_verb_is_answered_with_our_page(app: Flask, town: Town) -> None:
    paths = {path for rule, _methods in _rules(app) for path in _paths(app, rule)}
    assert len(paths) > 40
    before = rows()
    found = {}
    for path in paths:
        methods = set(app.url_map.bind("localhost").allowed_methods(path))
        for verb in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            answer = town.cast.alice.client.open(path, method=verb)
            said = {part.strip() for part in answer.headers.get("Allow", "").split(",")}
            ours = "That cannot be done from here" in answer.text
            if answer.status_code != 405 or not ours or said != methods:
                found[f"{verb} {path}"] = (answer.status_code, said)
    assert found == {}, pformat(found)
    assert changed(before) == set()


def _paths(app: Flask, rule: Rule) -> Iterator[str]:
    """An address of this rule's: numbers are 1, words are x."""
    numbers = {
        name for name, converter in rule._converters.items() if isinstance(converter, IntegerConverter)
    }
    with app.test_request_context():
        yield url_for(rule.endpoint, **{name: 1 if name in numbers else "x" for name in rule.arguments})


def test_reading_changes_nothing(app: Flask, town: Town, work: Any, mailbox: Any) -> None:
    _be_seen_long_ago()
    app.test_client().post("/reset", data={"email": "bob@example.org"})
    work()
    town.things["letter"] = mailbox()[0].name
    before = rows()
    found: dict[str, Any] = {}
    for path in (path for paths in READS.values() for path in paths):
        url = path.format(**town.things)
        codes = set()
        for who in ("visitor", "alice", "agnes", "adam"):
            with statements() as sent:
                codes.add(town.browser(who, app.test_client()).get(url).status_code)
            # To read every row hundreds of times would take longest.
            if all(map(only_reads, sent)):
                continue
            if touched := changed(before):
                found[f"{url}, {who}"] = touched
                before = rows()
        if not codes & {200, 301, 302, 303, 410}:
            found[url] = codes
    assert found == {}, pformat(found)
    assert changed(before) == set()


def _be_seen_long_ago() -> None:
    """So that whatever notes a visit would note one now."""
    with transaction() as session:
        session.execute(update(SignInSession).values(last_seen_at=now() - timedelta(hours=2)))


def test_hidden_and_missing_read_the_same(app: Flask, town: Town) -> None:
    found = {}
    for path, people, thing in HIDDEN:
        for who in people:
            browser = town.browser(who, app.test_client())
            hidden = browser.get(town.address(path, thing))
            missing = browser.get(town.missing(path))
            if hidden.status_code != 404 or bytes_of(hidden) != bytes_of(missing):
                found[f"{path}, {who}, {thing}"] = (hidden.status_code, missing.status_code)
    assert found == {}, pformat(found)


def test_what_is_hidden_is_there_for_those_who_may_see_it(app: Flask, town: Town) -> None:
    """Without this, things that are not there at all would pass the test above."""
    for path, who, thing in (
        ("/t/{}", "alice", "hidden_thread"),
        ("/t/{}", "mona", "deleted_thread"),
        ("/p/{}", "bob", "hidden_answer"),
        ("/from/elsewhere/{}", "bob", "hidden_old_address"),
        ("/tags/{}", "alice", "hidden_tag"),
        ("/tags/{}", "alice", "hidden_alias"),
        ("/tags/{}/edit", "mona", "tag"),
        ("/admin/spaces/{}", "adam", "space"),
        ("/p/{}", "nia", "held"),
        ("/p/{}/flag", "mona", "held"),
        ("/p/{}/why", "nia", "refused"),
        ("/p/{}", "mona", "answer_in_hidden_thread"),
        ("/photos/{}.webp", "alice", "private_photo"),
        ("/appeals/files/{}", "nia", "evidence"),
        ("/appeals/files/{}", "mona", "evidence"),
        ("/tickets/{}", "alice", "ref"),
        ("/desk/tickets/{}", "agnes", "ref"),
    ):
        answer = town.browser(who, app.test_client()).get(town.address(path, thing))
        assert answer.status_code in {200, 301, 302}, (path, who, thing)
    assert town.missing("/t/{}").endswith(str(MISSING_ID))
    assert town.missing("/tickets/{}").endswith(MISSING_REF)


def test_what_is_no_id_is_not_there(app: Flask, town: Town) -> None:
    for number in ("0", "-1", "1.5", "99999999999999999999", "%00", "1e3"):
        for path in ("/t/{}", "/p/{}", "/questions/{}", "/p/{}/edit"):
            assert town.cast.alice.client.get(path.replace("{}", number)).status_code == 404, (path, number)
