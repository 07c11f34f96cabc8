"""Seal every identity again that is under an old key, after a new key was put first in IDENTITY_KEYS."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from bodies import key_rotation
from bodies.sealing import UnknownKey

MOST_NAMED = 20


def _size(value: str) -> int:
    if not value.isdigit() or not 1 <= int(value) <= 10_000:
        raise ArgumentTypeError("a whole number from 1 to 10000")
    return int(value)


class Command(BaseCommand):
    help = (
        "Seal identities again with the first key of IDENTITY_KEYS. It may be stopped at any time and run again; "
        "old keys stay in IDENTITY_KEYS until it says that none is left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--batch-size", type=_size, default=500, metavar="ROWS", help="rows per transaction"
        )
        parser.add_argument("--json", action="store_true", help="the result as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        keys = settings.IDENTITY_KEYS
        done, shut = 0, []
        try:
            waiting = sum(key_rotation.under_old_keys(keys).values())
            with tqdm(total=waiting, unit="", file=sys.stderr, disable=options["json"] or None) as bar:
                for rotated in key_rotation.rotate(keys, batch=options["batch_size"]):
                    done += rotated.done
                    shut += rotated.shut
                    bar.update(rotated.done + len(rotated.shut))
        except UnknownKey as unknown:
            raise CommandError(
                _(
                    "%(why)s Rows are sealed with it: put the key back into IDENTITY_KEYS. Nothing was changed."
                )
                % {"why": unknown}
            ) from None
        left = key_rotation.under_old_keys(keys)
        if options["json"]:
            self.stdout.write(
                json.dumps({"sealed": done, "left": left, "shut": [str(token) for token in shut]})
            )
        else:
            self._say(done, left)
        if shut:
            named = ", ".join(str(token) for token in shut[:MOST_NAMED])
            raise CommandError(
                _("Boxes that do not open, left as they are: %(count)d (%(tokens)s)")
                % {"count": len(shut), "tokens": named}
            )

    def _say(self, done: int, left: dict[str, int]) -> None:
        self.stdout.write(_("%(count)d sealed again with the first key.") % {"count": done})
        if left:
            keys = ", ".join(f"{key_id}: {count}" for key_id, count in left.items())
            self.stdout.write(_("Left under old keys: %(keys)s") % {"keys": keys})
        else:
            self.stdout.write(
                _("Nothing is left under an old key: the old keys may go, once no backup needs them.")
            )
