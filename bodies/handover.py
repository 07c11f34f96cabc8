"""Move people from bodies that end to the body that takes over: posts and memberships, from a day on."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Q

from bodies.models import Body, Membership, Post
from bodies.models.body import Duty

_Key = TypeVar("_Key", bound=Hashable)


def hand_over_posts(
    closing: Sequence[Body], moving: Collection[Body], into: Body | None, *, on: date
) -> dict[str, int]:
    """End the posts of closing bodies; carry on those of the bodies that move. Says what was ended and moved.

    A head goes along only where one person headed all the moving bodies and the seat is empty: else people decide.
    """
    posts = list(Post.objects.select_for_update().filter(_lasting(on), body__in=closing).order_by("pk"))
    seats = Post.objects.filter(_lasting(on), body=into)
    seated = {(post.duty, post.holder_id) for post in seats}
    heads = {post.holder_id for post in posts if post.duty == Duty.HEAD and post.body in moving}
    vacant = bool(moving) and not any(duty == Duty.HEAD for duty, _holder in seated)
    going = [post for post in posts if post.body in moving and (post.duty, post.holder_id) not in seated]
    if not vacant or len(heads) > 1:
        going = [post for post in going if post.duty != Duty.HEAD]
    spans = _spans((((post.duty, post.title, post.holder_id), post) for post in going), on=on)
    _end(posts, on=on)
    Post.objects.bulk_create(
        Post(body=into, duty=duty, title=title, holder_id=holder, valid_from=start, valid_to=end)
        for (duty, title, holder), (start, end) in spans.items()
        if into
    )
    return {
        "posts_ended": len(posts),
        "posts_moved": len(spans),
        "heads_to_name": int(vacant and len(heads) != 1),
    }


def hand_over_memberships(
    closing: Sequence[Body], moving: Collection[Body], into: Body | None, *, on: date
) -> dict[str, int]:
    """End the memberships of closing bodies; carry on those of the bodies that move, each person's role once."""
    rows = list(Membership.objects.select_for_update().filter(_lasting(on), body__in=closing).order_by("pk"))
    here = set(Membership.objects.filter(body=into, valid_to=None).values_list("user", "role"))
    going = [row for row in rows if row.body in moving and (row.user_id, row.role) not in here]
    spans = _spans((((row.user_id, row.role), row) for row in going), on=on)
    _end(rows, on=on)
    Membership.objects.bulk_create(
        Membership(body=into, user_id=user, role=role, valid_from=start, valid_to=end)
        for (user, role), (start, end) in spans.items()
        if into
    )
    return {"memberships_ended": len(rows), "memberships_moved": len(spans)}


def _lasting(on: date) -> Q:
    return Q(valid_to=None) | Q(valid_to__gte=on)


def _spans(
    rows: Iterable[tuple[_Key, Membership | Post]], *, on: date
) -> dict[_Key, tuple[date, date | None]]:
    """One span for each key, from the earliest start (not before `on`) to the latest end; no end is the latest of all."""
    spans: dict[_Key, tuple[date, date | None]] = {}
    for key, row in rows:
        start, end = max(row.valid_from, on), row.valid_to
        if key in spans:
            other_start, other_end = spans[key]
            start = min(start, other_start)
            end = max(end, other_end) if end and other_end else None
        spans[key] = (start, end)
    return spans


def _end(rows: Iterable[Membership | Post], *, on: date) -> None:
    for row in rows:
        if row.valid_from >= on:
            # It never began in a body that was no more
            row.delete()
        else:
            row.valid_to = on - timedelta(days=1)
            row.save(update_fields=["valid_to"])
