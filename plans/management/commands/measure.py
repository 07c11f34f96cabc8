"""Recount the targets of plans, and print a table: target, rule, value, kept or not."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.refusals import BadInput
from plans import recounts
from plans.models import Measure, Plan
from plans.telling import number, rule_in_words
from plans.terms import term_of
from plans.words import SHARES, ValueType


class Command(BaseCommand):
    help = "Recount the targets of plans and print them: target, rule in words, value, kept or not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", metavar="KEY", help="only this plan")
        parser.add_argument("--year", type=int, help="only the periods of this year")
        parser.add_argument("--json", action="store_true", help="the figures as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        plans = list(Plan.objects.select_related("issuer__area"))
        if options["plan"]:
            plans = [plan for plan in plans if plan.key == options["plan"]]
            if not plans:
                raise CommandError(_("There is no plan %(key)s.") % {"key": options["plan"]})
        year, now = options["year"], timezone.now()
        shown = []
        for plan in plans:
            if year is not None and not _covers(plan, year):
                if options["plan"]:
                    raise CommandError(_("This period lies outside the plan."))
                continue
            changed = recounts.recount(plan, at=now, years=None if year is None else [year])
            shown.append(self._plan(plan, year, changed))
        if options["json"]:
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
            return
        for plan_shown in shown:
            self._print(plan_shown)

    def _plan(self, plan: Plan, year: int | None, changed: int) -> dict[str, Any]:
        rows = Measure.objects.newest().filter(target__plan=plan, target__is_retired=False, body=None)
        if year is not None:
            rows = rows.filter(first_on__lte=f"{year}-12-31", last_on__gte=f"{year}-01-01")
        rows = rows.select_related("target").order_by(
            "target__is_duty", "target__position", "first_on", "-last_on"
        )
        return {
            "plan": plan.key,
            "title": plan.title,
            "changed": changed,
            "targets": [_row(plan, row) for row in rows],
        }

    def _print(self, plan: dict[str, Any]) -> None:
        self.stdout.write("")
        self.stdout.write(f"{plan['plan']}: {plan['title']}")
        words = {True: _("kept"), False: _("not kept"), None: "-"}
        for row in plan["targets"]:
            value = row["value"] if row["value"] is not None else "-"
            of = f" ({row['numerator']}/{row['denominator']})" if row["denominator"] is not None else ""
            self.stdout.write(
                f"  {row['target']:<8} {row['period']:<8} {value:>8}{of:<12} {words[row['passed']]:<9} {row['rule']}"
            )


def _covers(plan: Plan, year: int) -> bool:
    try:
        term_of(plan, str(year))
    except BadInput:
        return False
    return True


def _row(plan: Plan, row: Measure) -> dict[str, Any]:
    row.target.plan = plan
    value = number(row.value)
    is_percent = row.target.value_type in SHARES or (
        row.target.value_type == ValueType.COUNT_PER_BODY and row.denominator is not None
    )
    return {
        "target": row.target.code,
        "period": row.period,
        "rule": rule_in_words(row.target),
        "value": None if row.value is None else value + ("%" if is_percent else ""),
        "numerator": None if row.numerator is None else number(row.numerator),
        "denominator": None if row.denominator is None else number(row.denominator),
        "passed": row.passed,
        "measured_at": row.measured_at.isoformat(),
    }
