"""What tags are called: descriptions, aliases, merging."""

from sqlalchemy import delete, exists, func, select, update

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core.db import db, insert_ignoring
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import policy
from app.forum.masking import public
from app.forum.models import LONGEST_DESCRIPTION, MovedThread, Tag, TagAlias, Thread, ThreadTag, Visibility
from app.forum.operations.moving import follow_up
from app.forum.operations.tagging import keep_names


def describe_tag(actor: Actor, *, name: str, description: str, seen: str) -> None:
    """Say what a tag is for, for everybody: personal data is masked. Raises NotFound, and Problem when it no longer said
    `seen` or `actor` is suspended.
    """
    description = public(description)[:LONGEST_DESCRIPTION]
    with transaction() as session:
        if policy.describe_tags(actor):
            raise NotFound
        if reason := policy.write(actor):
            raise Problem(reason, field="description")
        tag = session.scalar(select(Tag).where(Tag.name == name).with_for_update(key_share=True))
        if tag is None:
            raise NotFound
        if tag.description == description:
            return
        if tag.description != seen:
            raise Problem(policy.DESCRIBED_MEANWHILE, field="description")
        facts = {"name": name, "before": tag.description, "after": description}
        tag.description = description
        record("describe_tag", actor_id=actor.id, target="tag", target_id=tag.id, facts=facts)


def add_alias(actor: Actor, *, name: str, alias: str) -> None:
    """Let `alias` mean the tag `name` from now on. Adding what is there already changes nothing.

    Raises NotFound, and Problem when `alias` is a tag or means another one.
    """
    with transaction() as session:
        tag = _tag_to_keep(actor, name)
        if session.scalar(select(exists().where(Tag.name == alias))):
            raise Problem(policy.alias_is_a_tag(alias), field="alias")
        row = insert_ignoring(TagAlias).values(name=alias, tag_id=tag.id)
        if session.connection().execute(row.returning(TagAlias.name)).scalar():
            facts = {"name": name, "alias": alias}
            record("add_tag_alias", actor_id=actor.id, target="tag", target_id=tag.id, facts=facts)
        elif (means := _means(alias)) and means.id != tag.id:
            raise Problem(policy.alias_means_another(alias, means.name), field="alias")


def remove_alias(actor: Actor, *, name: str, alias: str) -> None:
    """Let `alias` mean the tag `name` no more. Removing what is not there changes nothing. Raises NotFound."""
    with transaction() as session:
        tag = _tag_to_keep(actor, name)
        gone = delete(TagAlias).where(TagAlias.name == alias, TagAlias.tag_id == tag.id)
        if session.connection().execute(gone).rowcount:
            facts = {"name": name, "alias": alias}
            record("remove_tag_alias", actor_id=actor.id, target="tag", target_id=tag.id, facts=facts)


def merge_tags(actor: Actor, *, name: str, into: str) -> str:
    """Let every thread tagged `name` carry the tag `into` instead, of which `name` is an alias from then on.

    The name of the tag that stays; `into` may be an alias of it. However many threads there are, it is done in a
    few statements; search and whatever else keeps copies follows piece by piece. Merged already, nothing changes.
    Raises NotFound, and Problem when there is no such tag or it is this very one.
    """
    with transaction() as session:
        if policy.keep_tags(actor):
            raise NotFound
        keep_names(alone=True)
        target = session.scalar(select(Tag).where(Tag.name == into)) or _means(into)
        tag = session.scalar(select(Tag).where(Tag.name == name))
        merged = _means(name) if tag is None else None
        if tag is None and merged is None:
            raise NotFound
        if target is None:
            raise Problem(policy.NO_SUCH_TAG, field="into")
        if merged is not None and merged.id == target.id:
            return target.name
        if tag is None:
            raise NotFound
        if tag.id == target.id:
            raise Problem(policy.SAME_TAG, field="into")
        moved = _move(tag.id, target.id)
        if not target.description:
            target.description = tag.description
        kept = target.name
        # Counted, not added: threads that carried both are one.
        target.thread_count = _public_threads(target.id)
        session.delete(tag)
        session.flush()
        session.add(TagAlias(name=name, tag_id=target.id))
        facts = {"name": name, "into": kept, "threads": moved}
        record("merge_tags", actor_id=actor.id, target="tag", target_id=target.id, facts=facts)
        follow_up()
        return kept


def _move(tag_id: int, into_id: int) -> int:
    """Hand threads and aliases of one tag to another; how many threads that were."""
    run = db.session().connection().execute
    # In one order, as everybody notes them: who notes a thread waits for who has just noted the same.
    carriers = select(ThreadTag.thread_id).where(ThreadTag.tag_id == tag_id).order_by(ThreadTag.thread_id)
    run(insert_ignoring(MovedThread).from_select(["thread_id"], carriers))
    carry_both = select(ThreadTag.thread_id).where(ThreadTag.tag_id == into_id)
    both = run(delete(ThreadTag).where(ThreadTag.tag_id == tag_id, ThreadTag.thread_id.in_(carry_both)))
    # Changed, not written anew: a new row would wait for whoever holds its thread.
    rest = run(update(ThreadTag).where(ThreadTag.tag_id == tag_id).values(tag_id=into_id))
    run(update(TagAlias).where(TagAlias.tag_id == tag_id).values(tag_id=into_id))
    return both.rowcount + rest.rowcount


def _public_threads(tag_id: int) -> int:
    carriers = (
        select(func.count())
        .select_from(ThreadTag)
        .join(Thread, Thread.id == ThreadTag.thread_id)
        .where(ThreadTag.tag_id == tag_id, Thread.visibility == Visibility.PUBLIC)
    )
    return db.session.scalar(carriers) or 0


def _tag_to_keep(actor: Actor, name: str) -> Tag:
    """The tag, for a moderator who changes what it is called."""
    if policy.keep_tags(actor):
        raise NotFound
    keep_names(alone=True)
    tag = db.session.scalar(select(Tag).where(Tag.name == name))
    if tag is None:
        raise NotFound
    return tag


def _means(alias: str) -> Tag | None:
    return db.session.scalar(select(Tag).join(TagAlias).where(TagAlias.name == alias))
