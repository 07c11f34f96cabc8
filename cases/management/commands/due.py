"""Ask when a time limit ends, and why: one question, or a file of them."""

import json
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from tqdm import tqdm

from cases.due_questions import (
    NO_RULE,
    Answer,
    Question,
    answer,
    read_day,
    read_line,
    read_question,
    reckon,
    refusal,
    rule_for,
)
from cases.law import current_law
from cases.time_limits import BadQuestion, Due, Rule, Unit, warn_on


class Command(BaseCommand):
    help = "When a time limit ends, and why. The rules are those of /api/v1/rules/, such as complaint.first.settle."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rule", nargs="?", metavar="RULE")
        parser.add_argument("--start", metavar="DAY", help="day 0, such as 2024-02-05")
        parser.add_argument("--situation", metavar="S", help="such as complex or remote+complex")
        parser.add_argument(
            "--pause",
            action="append",
            metavar="A..B",
            help="from A, up to but without B; A.. is still open; repeatable",
        )
        parser.add_argument("--extend", metavar="N", help="so many full extensions")
        parser.add_argument(
            "--batch", metavar="FILE.jsonl", help="one question per line, one answer per line; - reads stdin"
        )
        parser.add_argument("--json", action="store_true", help="the answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["batch"]:
            self._answer_all(options)
        elif options["rule"] and options["start"]:
            self._answer_one(options)
        else:
            raise CommandError(_("Give a rule and --start, or --batch with a file."))

    def _answer_all(self, options: dict[str, Any]) -> None:
        if any(options[name] for name in ("rule", "start", "situation", "pause", "extend")):
            raise CommandError(_("With --batch every question stands in the file."))
        with _lines(options["batch"]) as lines:
            for reply in _replies(lines):
                self.stdout.write(json.dumps(reply, ensure_ascii=False))

    def _answer_one(self, options: dict[str, Any]) -> None:
        law = current_law()
        try:
            question = _question(options)
            if options["json"]:
                self._write_json(answer(question, law))
                return
            rule = rule_for(question, law)
            if rule is None:
                raise CommandError(_("No time limit of this name is in force on this day (no rule)."))
            self._write_text(question, rule, reckon(question, rule, law))
        except BadQuestion as wrong:
            if options["json"]:
                self._write_json(refusal(wrong))
            raise CommandError(f"{wrong.field}: {wrong.message}") from None

    def _write_json(self, reply: Answer) -> None:
        self.stdout.write(json.dumps(reply, ensure_ascii=False))
        if reply is NO_RULE:
            sys.exit(1)

    def _write_text(self, question: Question, rule: Rule, reckoned: Due) -> None:
        # One number and one word for the unit: neither language needs a plural here
        words = {"amount": rule.amount, "unit": _unit(rule), "basis": rule.basis, "mark": rule.mark}
        self.stdout.write(f"{rule.code}: " + _("%(amount)s %(unit)s; %(basis)s [%(mark)s]") % words)
        self.stdout.write(_("Start (day 0): %(day)s") % {"day": _day(question.start)})
        on = _day(reckoned.on) if reckoned.on else _("not known while the pause is open")
        self.stdout.write(_("Due: %(day)s") % {"day": on})
        if reckoned.on != reckoned.original_on:
            words = {"day": _day(reckoned.original_on)}
            self.stdout.write(_("Originally due: %(day)s") % words)
        warned_on = warn_on(rule, question.start)
        if warned_on:
            words = {"day": _day(warned_on)}
            self.stdout.write(_("The sources disagree on the unit: warned from %(day)s on") % words)
        for stretch in reckoned.explanation:
            to = f"{stretch.to:%d/%m/%Y}" if stretch.to else "…"
            self.stdout.write(f"  {stretch.from_:%d/%m/%Y} – {to:<10}  {stretch.counted:>4}  {stretch.why}")


def _question(options: dict[str, Any]) -> Question:
    extend = options["extend"]
    if extend is not None and not re.fullmatch(r"-?[0-9]{1,9}", str(extend)):
        raise BadQuestion("extensions", _("This must be a whole number."))
    return read_question(
        {
            "rule": options["rule"],
            "start": options["start"],
            "situation": options["situation"],
            "pauses": [_pause(written) for written in options["pause"] or []],
            "extensions": None if extend is None else int(extend),
        }
    )


def _pause(written: str) -> list[str | None]:
    first, dots, end = written.partition("..")
    if not dots:
        raise BadQuestion(
            "pauses", _("A pause is written 2024-03-01..2024-03-05, or 2024-03-01.. while it is open.")
        )
    read_day("pauses", first)
    return [first, end or None]


def _replies(lines: Iterable[bytes]) -> Iterator[Answer]:
    """One answer for each line that is not blank; a line that cannot be answered does not stop the rest."""
    law = current_law()
    for line in tqdm(lines, unit=" " + _("lines"), disable=None):
        if not line.strip():
            continue
        try:
            yield answer(read_line(line), law)
        except BadQuestion as wrong:
            yield refusal(wrong)


@contextmanager
def _lines(path: str) -> Iterator[IO[bytes]]:
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed below
    except OSError as wrong:
        what = _("%(file)s cannot be read: %(reason)s") % {"file": path, "reason": wrong.strerror}
        raise CommandError(what) from None
    with file:
        yield file


def _unit(rule: Rule) -> str:
    return {
        Unit.CALENDAR_DAY: _("calendar days"),
        Unit.WORKING_DAY: _("working days"),
        Unit.CALENDAR_DAY_BEFORE: _("calendar days before the event"),
    }[rule.unit]


def _day(day: date) -> str:
    return f"{date_format(day, 'l')}, {day:%d/%m/%Y}"
