"""What must follow a merger, found by state: what a closed host had still to hold is its successor's.

What was held stays the former host's, in whose year it counts; the successor's people sign and publish it
(dialogues.permissions). The case of the duties follows by itself (cases.upkeep).
"""

from datetime import date, datetime

from django.db import transaction

from bodies.models import Body
from cases.steps import local_day
from dialogues import history
from dialogues.models import Dialogue, DialogueEvent

BATCH = 200


@transaction.atomic
def follow_mergers(now: datetime) -> int:
    """Give dialogues that are still ahead to the successor of their host; how many. Twice is once."""
    today = local_day(now)
    rows = Dialogue.objects.left_behind(today).select_related("host__successor").order_by("pk")
    left = list(rows.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for dialogue in left:
        before, after = dialogue.host, _last_successor(dialogue.host, today)
        dialogue.host = after
        dialogue.joint_hosts.filter(body=after).delete()
        event = DialogueEvent(
            move="succeed",
            from_stage=dialogue.stage,
            to_stage=dialogue.stage,
            at=now,
            recorded_at=now,
            details={"from_body": before.code, "body": after.code},
        )
        history.add(dialogue, event, {"from_body": before.code})
        # Its code stays; among the successor's numbers it takes the next.
        dialogue.number = _next_number(after, dialogue.year)
        dialogue.save(update_fields=["host", "number", *history.CHAINED])
    return len(left)


def _last_successor(body: Body, today: date) -> Body:
    while body.successor is not None and not body.is_open_on(today):
        body = body.successor
    return body


def _next_number(host: Body, year: int) -> int:
    Body.objects.select_for_update(no_key=True).get(pk=host.pk)
    last = (
        Dialogue.objects.filter(host=host, year=year)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return (last or 0) + 1
