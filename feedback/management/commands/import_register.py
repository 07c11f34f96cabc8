"""Take an old reception book (Form 03) in. Run it again after a crash or a correction: no line comes in twice."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException
from tqdm import tqdm

from bodies.models import Body
from feedback import register, register_copy, register_reading
from feedback.register_reading import Fault


class Command(BaseCommand):
    help = "Import a reception book: each line once, what cannot be read is shown in a copy of the book."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.xlsx")
        parser.add_argument("--body", required=True, help="code of the body whose book it is")
        parser.add_argument("--dry-run", action="store_true", help="read and check, write nothing")
        parser.add_argument("--json", action="store_true", help="one object instead of sentences")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        now = timezone.now()
        body = Body.objects.select_related("area", "superior").filter(code=options["body"]).first()
        if body is None:
            raise CommandError(_("There is no body with the code %(code)s.") % {"code": options["body"]})
        book = register_reading.read(_open(path, values=True), today=timezone.localdate(now))
        with tqdm(total=len(book.lines), file=sys.stderr, unit="row") as bar:
            outcome = register.write(book, body, at=now, dry_run=options["dry_run"], tick=bar.update)
        if outcome.faults:
            _copy_with_faults(path, outcome.faults)
        told = {
            "imported": outcome.imported,
            "rejected": [asdict(fault) for fault in outcome.faults],
            "unchanged": outcome.unchanged,
            "changed": outcome.changed,
            "mapping": book.mapping,
        }
        self.stdout.write(json.dumps(told, ensure_ascii=False) if options["json"] else _in_words(told))


def _open(path: Path, *, values: bool) -> openpyxl.Workbook:
    try:
        return openpyxl.load_workbook(path, data_only=values)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError):
        raise CommandError(_("%(file)s is no readable .xlsx workbook.") % {"file": path}) from None


def _copy_with_faults(path: Path, faults: list[Fault]) -> None:
    copy = register_copy.with_faults(_open(path, values=False), faults)
    path.with_name(f"{path.stem}-loi.xlsx").write_bytes(copy)


def _in_words(told: dict[str, Any]) -> str:
    lines = [
        f"{sheet}: {name} = {heading}"
        for sheet, found in told["mapping"].items()
        for name, heading in found.items()
    ]
    lines += ["{sheet}!{column}{row}: {why}".format(**fault) for fault in told["rejected"]]
    counts = {
        "imported": told["imported"],
        "rejected": len(told["rejected"]),
        "unchanged": told["unchanged"],
        "changed": len(told["changed"]),
    }
    last = _("%(imported)d imported, %(rejected)d rejected, %(unchanged)d unchanged, %(changed)d changed")
    return "\n".join([*lines, last % counts])
