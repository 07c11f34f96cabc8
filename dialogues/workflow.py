"""The only door through which a dialogue changes: planned, moved step by step, each step with its line of history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.models import Body, User
from bodies.refusals import BadInput, Refused
from bodies.scopes import Standing, standing_of
from bodies.text import tidy
from cases.steps import Document, local_day
from cases.writing import LOCK_WAIT, Busy
from dialogues import history
from dialogues.effects import EFFECTS
from dialogues.entries import NewDialogue, check
from dialogues.minutes import MINUTES_EFFECTS
from dialogues.models import Dialogue, DialogueEvent, JointHost
from dialogues.moves import MOVES, Move
from dialogues.permissions import hosts_for, parts_of
from dialogues.stages import LOCKED, Stage
from dialogues.steps import Step, refuse_if

# What a move may change of a dialogue; of a signed one only the rest.
_MOVED = [
    "title", "kind", "participants", "subject", "area", "planned_year", "planned_quarter", "starts_at", "place",
    "online_at", "announcement", "how_to_attend", "chair", "chaired_by", "delegate_reason", "invited_count",
    "present_count", "party_invited", "government_invited", "stage", "version", "announced_on", "held_on",
    "signed_on", "published_on", "cancelled_on", "announced_in_time", "published_in_time", "results", "duties",
    *history.CHAINED,
]  # fmt: skip


@transaction.atomic
def plan(new: NewDialogue, *, by: User, recorded_at: datetime) -> Dialogue:
    """Write a dialogue into the plan of its host; with a day, name it at once. Raises BadInput, Refused."""
    check(new)
    today = local_day(recorded_at)
    refuse_if(
        new.host.pk not in hosts_for(standing_of(by, today)),
        _("You plan no dialogues for %(body)s.") % {"body": new.host.name},
        field="host",
    )
    for body in (new.host, *new.joint_hosts):
        refuse_if(
            not body.is_open_on(today),
            _("%(body)s is closed on that day.") % {"body": body.name},
            field="host",
        )
    dialogue = _insert(new, by, recorded_at)
    JointHost.objects.bulk_create(JointHost(dialogue=dialogue, body=body) for body in new.joint_hosts)
    first = DialogueEvent(
        move="plan",
        to_stage=Stage.PLANNED,
        by=by,
        at=recorded_at,
        recorded_at=recorded_at,
        details={
            "host": new.host.code,
            "kind": new.kind,
            "year": new.year,
            "quarter": new.quarter,
            "joint_hosts": [body.code for body in new.joint_hosts],
        },
    )
    history.add(dialogue, first, {})
    dialogue.save(update_fields=history.CHAINED)
    if new.starts_at is not None:
        facts = {"starts_at": new.starts_at, "place": new.place, "online_at": new.online_at}
        move(dialogue, "schedule", by=by, recorded_at=recorded_at, facts=facts)
        dialogue.refresh_from_db()
    return dialogue


def _insert(new: NewDialogue, by: User, recorded_at: datetime) -> Dialogue:
    """The next number of the host's year. The host's row stays locked until the caller commits: no gap, no double."""
    Body.objects.select_for_update(no_key=True).get(pk=new.host.pk)
    year = new.year or timezone.localdate(new.starts_at or recorded_at).year
    known = Dialogue.objects.filter(host=new.host, year=year).aggregate(last=Max("number"))
    number = (known["last"] or 0) + 1
    return Dialogue.objects.create(
        code=f"{year}-{new.host.code}-dt-{number:03d}",
        host=new.host,
        year=year,
        number=number,
        title=tidy(new.title),
        kind=new.kind,
        participants=new.participants,
        subject=new.subject,
        area=new.area,
        planned_year=new.year,
        planned_quarter=new.quarter,
        place=tidy(new.place),
        online_at=new.online_at,
        created_by=by,
        created_at=recorded_at,
    )


@transaction.atomic
def move(
    dialogue: Dialogue,
    name: str,
    *,
    by: User,
    recorded_at: datetime,
    reason: str = "",
    version: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> DialogueEvent:
    """Move a dialogue one step, and write down who moved it, when and why.

    Raises Refused (409) when the dialogue, its version or the caller's part does not allow it, BadInput (400) when the
    fields are wrong. Locks the dialogue, then the case of its duties.
    """
    if name not in MOVES:
        raise BadInput.of("move", _("Unknown move: %(move)s.") % {"move": name})
    row, facts = MOVES[name], facts or {}
    dialogue = lock(dialogue)
    _check_arrow(row, dialogue, standing_of(by, local_day(recorded_at)), version)
    _check_fields(row, facts, reason)
    step = Step(
        dialogue=dialogue,
        move=row,
        by=by,
        recorded_at=recorded_at,
        facts=facts,
        reason=reason.strip(),
        from_stage=Stage(dialogue.stage),
        day=facts.get("day") or local_day(recorded_at),
    )
    (EFFECTS.get(name) or MINUTES_EFFECTS[name])(step)
    return _write(step)


def lock(dialogue: Dialogue) -> Dialogue:
    """The row as it stands, locked. Two clerks wait for each other a moment, not for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_WAIT])
    rows = Dialogue.objects.select_related("host__area", "duties", "subject", "area")
    try:
        with transaction.atomic():
            return rows.select_for_update(of=("self",)).get(pk=dialogue.pk)
    except OperationalError:
        raise Busy(_("Somebody else is just moving this dialogue; look again in a moment.")) from None


def moves_open_to(standing: Standing, dialogue: Dialogue) -> list[Move]:
    """The moves this person could make now: what the API offers and a page shows as buttons."""
    parts = parts_of(standing, dialogue)
    return [row for row in MOVES.values() if dialogue.stage in row.sources and not row.by.isdisjoint(parts)]


def _check_arrow(row: Move, dialogue: Dialogue, standing: Standing, version: int | None) -> None:
    parts = parts_of(standing, dialogue)
    named = {"move": str(row.label), "stage": dialogue.get_stage_display()}
    refuse_if(not parts, _("This dialogue is not yours to move."))
    if dialogue.stage in LOCKED and dialogue.stage not in row.sources:
        raise Refused(_("The minutes are signed and locked: %(move)s is not possible any more.") % named)
    refuse_if(
        dialogue.stage not in row.sources,
        _("A dialogue at the stage “%(stage)s” cannot do this: %(move)s.") % named,
    )
    refuse_if(row.by.isdisjoint(parts), _("This is not yours to do: %(move)s.") % named)
    refuse_if(
        version is not None and version != dialogue.version,
        _("The dialogue was changed meanwhile. Look at it again."),
        field="version",
    )


def _check_fields(row: Move, facts: Mapping[str, Any], reason: str) -> None:
    missing = [name for name in sorted(row.needs) if facts.get(name) in (None, "", [], {})]
    if row.needs_reason and not reason.strip():
        missing.append("reason")
    stray = sorted(
        name for name, value in facts.items() if name not in row.fields and value not in (None, "", [], {})
    )
    errors = {name: [_("This is needed.")] for name in missing}
    errors |= {name: [_("This move does not take the field.")] for name in stray}
    document = facts.get("document")
    if document is not None and not isinstance(document, Document):
        errors["document"] = [_("Give number, date and signer.")]
    if errors:
        raise BadInput(errors)


def _write(step: Step) -> DialogueEvent:
    dialogue = step.dialogue
    if step.move.target is not None:
        dialogue.stage = step.move.target
    dialogue.version += 1
    event = DialogueEvent(
        move=step.move.name,
        from_stage=step.from_stage,
        to_stage=dialogue.stage,
        by=step.by,
        at=step.recorded_at,
        recorded_at=step.recorded_at,
        reason=step.reason,
        details=step.details,
    )
    history.add(dialogue, event, {"from_stage": step.from_stage, **step.told})
    dialogue.save(update_fields=_MOVED)
    return event
