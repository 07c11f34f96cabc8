"""Print the diagram of the arrow table; --write puts it into the README between its marks."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from cases import diagram

BEGIN, END = "<!-- workflow: made by `manage.py workflow_diagram --write` -->", "<!-- /workflow -->"


class Command(BaseCommand):
    help = "The workflow of a case as a Mermaid diagram, from the arrow table."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="Write it into README.md.")

    def handle(self, **options: Any) -> None:
        drawn = diagram.workflow()
        if not options["write"]:
            self.stdout.write(drawn)
            return
        readme = Path(settings.BASE_DIR) / "README.md"
        head, _mark, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
        _old, _mark, tail = rest.partition(END)
        readme.write_text(f"{head}{BEGIN}\n```mermaid\n{drawn}\n```\n{END}{tail}", encoding="utf-8")
