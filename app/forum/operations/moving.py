"""What follows when many threads were moved at once, a bounded piece at a time."""

from sqlalchemy import delete, select, update

from app.core.events import emit
from app.core.transaction import transaction
from app.forum.events import ThreadMoved
from app.forum.models import MovedThread, Thread
from app.jobs.operations import enqueue
from app.jobs.ports import Payload

JOB = "forum.follow_moved"
PIECE = 200
PIECES_A_JOB = 25


def follow_up() -> None:
    """Have the threads noted in `moved_thread` followed up, once the open transaction has been committed."""
    enqueue(JOB, {})


def follow_moved(_payload: Payload) -> None:
    """Carry out JOB: 5,000 threads at most, 200 in a transaction; what is left is another job's."""
    for _piece in range(PIECES_A_JOB):
        if not _follow_piece():
            return
    with transaction():
        follow_up()


def _follow_piece() -> int:
    """Give some moved threads a new version and say so; how many there were."""
    with transaction() as session:
        # Whoever works beside us takes others.
        some = select(MovedThread.thread_id).order_by(MovedThread.thread_id).limit(PIECE)
        ids = list(session.scalars(some.with_for_update(skip_locked=True)))
        if ids:
            threads = select(Thread.id).where(Thread.id.in_(ids))
            session.execute(threads.order_by(Thread.id).with_for_update(key_share=True))
            newer = update(Thread).where(Thread.id.in_(ids)).values(version=Thread.version + 1)
            session.connection().execute(newer)
            session.execute(delete(MovedThread).where(MovedThread.thread_id.in_(ids)))
            for thread_id in ids:
                emit(ThreadMoved(thread_id))
        return len(ids)
