"""How the time limits change: by a file of the law, and by a body's own house rule. History is never rewritten.

A row that has come into force governs the clocks that were started under it. A file may therefore add rows and end rows;
of one in force it may mend the words (basis, mark) and fill in a basis for pauses that has a first day of its own.
Everything else needs a row with a new `valid_from`. Rows that the file does not name stay as they are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.models import Announcement, Body, CalendarState, User
from bodies.refusals import BadInput
from bodies.text import tidy
from bodies.yaml_lines import Fault, FileRefused
from cases.law import as_rule
from cases.models import Clock, TimeLimit
from cases.rule_files import MOST_DAYS, MOST_TIMES, Line, fault
from cases.time_limits import Rule, choose

Key = tuple[str, frozenset[str], date]
# What may change of a row in force
_MENDABLE = {"basis", "mark", "valid_to", "pause_basis", "pause_from"}


@transaction.atomic
def load_rules(lines: Iterable[Line], *, source: str, today: date) -> Counter[str]:
    """Take in the rows of a file, all or none. Doing it twice changes nothing.

    Raises FileRefused, naming lines and columns, for rows that overlap and for changes of what is already in force.
    """
    CalendarState.objects.select_for_update().get(pk=1)  # one change of the law at a time
    lines = list(lines)
    present = {_key(as_rule(limit)): limit for limit in TimeLimit.objects.filter(body=None)}
    faults = [
        *_repeated(lines),
        *_overlapping(lines, present),
        *(found for line in lines for found in _rewriting(line, present.get(_key(line.rule)), today)),
    ]
    if faults:
        raise FileRefused(source, faults)

    counts = Counter(created=0, changed=0, unchanged=0)
    new = []
    for line in lines:
        limit = present.get(_key(line.rule))
        if limit is None:
            new.append(_row(line.rule))
        elif _differences(as_rule(limit), line.rule):
            _write(limit, line.rule)
            counts["changed"] += 1
        else:
            counts["unchanged"] += 1
    counts["created"] = len(new)
    if new:
        TimeLimit.objects.bulk_create(new)
    return counts


def _key(rule: Rule) -> Key:
    return rule.code, rule.situation, rule.valid_from


def _repeated(lines: list[Line]) -> list[Fault]:
    first: dict[Key, int] = {}
    faults = []
    for line in lines:
        earlier = first.setdefault(_key(line.rule), line.number)
        if earlier != line.number:
            what = _("the same limit, situation and first day as in line %(line)s") % {"line": earlier}
            faults.append(fault(line.number, "valid_from", what))
    return faults


def _overlapping(lines: list[Line], present: dict[Key, TimeLimit]) -> list[Fault]:
    """Rows of one limit and situation that would be in force on the same day, once the file is in."""
    lines_of = {_key(line.rule): line.number for line in lines}
    after = {key: as_rule(limit) for key, limit in present.items()} | {
        _key(line.rule): line.rule for line in lines
    }
    by_limit: dict[tuple[str, frozenset[str]], list[Rule]] = defaultdict(list)
    for rule in sorted(after.values(), key=lambda rule: rule.valid_from):
        by_limit[rule.code, rule.situation].append(rule)
    faults = []
    for rules in by_limit.values():
        for earlier, later in pairwise(rules):
            if earlier.in_force_on(later.valid_from):
                # The later row is new more often; a file that does not name it can only have reopened the earlier one
                number = lines_of.get(_key(later)) or lines_of.get(_key(earlier), 1)
                days = {"from": earlier.valid_from, "to": later.valid_from - timedelta(days=1)}
                what = (
                    _("the row from %(from)s is still in force on this day; it would have to end on %(to)s")
                    % days
                )
                faults.append(fault(number, "valid_from", what))
    return faults


def _rewriting(line: Line, limit: TimeLimit | None, today: date) -> list[Fault]:
    """What a line would change of a row that is already in force."""
    if limit is None or limit.valid_from > today:
        return []
    old, new = as_rule(limit), line.rule
    refused = _("in force since %(day)s: a change needs a row of its own with a new valid_from") % {
        "day": limit.valid_from
    }
    changed = _differences(old, new)
    faults = [fault(line.number, name, refused) for name in changed if name not in _MENDABLE]
    if changed & {"pause_basis", "pause_from"} and (old.pause_basis or not new.pause_from):
        faults.append(fault(line.number, "pause_basis", refused))
    if "valid_to" in changed and new.valid_to and _governs_clocks_after(limit, new.valid_to):
        what = _("clocks were started under this row after %(day)s") % {"day": new.valid_to}
        faults.append(fault(line.number, "valid_to", what))
    return faults


def _governs_clocks_after(limit: TimeLimit, day: date) -> bool:
    return Clock.objects.filter(limit=limit, started_on__gt=day).exists()


def _differences(old: Rule, new: Rule) -> set[str]:
    return {field.name for field in fields(Rule) if getattr(old, field.name) != getattr(new, field.name)}


# --- House rules of a body -----------------------------------------------------------------------------------------


@transaction.atomic
def set_house_rule(
    body: Body,
    code: str,
    *,
    situation: frozenset[str] = frozenset(),
    amount: int,
    extendable_times: int = 0,
    extension_amount: int | None = None,
    basis: str,
    valid_from: date,
    by: User | None,
    at: datetime,
) -> TimeLimit:
    """Give a body a house rule of its own, from a day of its own choosing, never backwards. Raises BadInput.

    Only where the law is silent: the rule of all must be a house rule itself. The unit stays. Rows of the body that have
    begun are ended, rows that have not are replaced.
    """
    CalendarState.objects.select_for_update().get(pk=1)
    general = _house_rule_of_all(code, situation, valid_from)
    _check_house_rule(amount, extendable_times, extension_amount, tidy(basis))
    today = timezone.localdate(at)
    own = TimeLimit.objects.filter(body=body, code=code, situation=sorted(situation))
    if valid_from < today or own.filter(valid_from__lte=today, valid_from__gte=valid_from).exists():
        raise BadInput.of(
            "valid_from", _("A house rule can be changed from today on, once a day, never backwards.")
        )

    own.filter(valid_from__gt=today).delete()
    begun = own.order_by("-valid_from").first()
    if begun:
        begun.valid_to = valid_from - timedelta(days=1)
        begun.save(update_fields=["valid_to"])
    rule = replace(
        general,
        body=body.pk,
        amount=amount,
        extendable_times=extendable_times,
        extension_amount=extension_amount,
        basis=tidy(basis),
        valid_from=valid_from,
        valid_to=None,
    )
    limit = _row(rule)
    limit.save()
    facts = {"situation": sorted(situation), "amount": amount, "valid_from": valid_from.isoformat()}
    Announcement.objects.create(
        topic="time_limit.changed",
        subject=code,
        body=body,
        day=today,
        facts={**facts, "by": by.pk if by else None},
        at=at,
    )
    return limit


def _house_rule_of_all(code: str, situation: frozenset[str], on: date) -> Rule:
    rules = [as_rule(limit) for limit in TimeLimit.objects.filter(code=code, body=None)]
    general = choose(rules, code, on, situation)
    if general is None or general.situation != situation:
        raise BadInput.of("code", _("There is no such time limit on this day."))
    if not general.is_house:
        raise BadInput.of("code", _("This limit is the law's: a body cannot change it."))
    return general


def _check_house_rule(amount: int, extendable_times: int, extension_amount: int | None, basis: str) -> None:
    errors = {}
    if not 1 <= amount <= MOST_DAYS:
        errors["amount"] = [
            _("must be a whole number from %(least)s to %(most)s") % {"least": 1, "most": MOST_DAYS}
        ]
    if not 0 <= extendable_times <= MOST_TIMES:
        most = {"least": 0, "most": MOST_TIMES}
        errors["extendable_times"] = [_("must be a whole number from %(least)s to %(most)s") % most]
    elif bool(extendable_times) != bool(extension_amount) or not 0 <= (extension_amount or 0) <= MOST_DAYS:
        errors["extension_amount"] = [_("has a number of days exactly where the limit can be extended")]
    if not basis or len(basis) > 300:
        errors["basis"] = [_("Say which decision this rests on, in 300 characters at most.")]
    if errors:
        raise BadInput(errors)


def _row(rule: Rule) -> TimeLimit:
    limit = TimeLimit(body_id=rule.body)
    _take_over(limit, rule)
    return limit


def _take_over(limit: TimeLimit, rule: Rule) -> None:
    for field in fields(Rule):
        if field.name not in {"body", "situation"}:
            setattr(limit, field.name, getattr(rule, field.name))
    limit.situation = sorted(rule.situation)


def _write(limit: TimeLimit, rule: Rule) -> None:
    _take_over(limit, rule)
    limit.save()
