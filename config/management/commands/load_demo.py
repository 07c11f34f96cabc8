"""Load the small seed of a demo and print its logins."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from config import demo_data


class Command(BaseCommand):
    help = "Load sample bodies, people and cases for a demo on this machine. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, **options: Any) -> None:
        logins = demo_data.load(now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps({"logins": logins}, ensure_ascii=False))
            return
        for login in logins:
            self.stdout.write(
                f"{login['role']:<16} {login['username']:<16} {login['password']}  {login['name']}"
            )
