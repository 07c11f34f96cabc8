"""The same sweep by one process, with nobody to disturb it: `python -m tests.drills.undisturbed` on a copy of the database."""

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402 - settings first

from bodies import outbox  # noqa: E402
from bodies.models import Announcement  # noqa: E402
from cases import escalation, tallies  # noqa: E402
from cases.models import Case  # noqa: E402


def main() -> int:
    Case.objects.exclude(next_attention_at=None).update(next_attention_at=timezone.now())
    parked = escalation.raise_overdue(timezone.now()).parked
    while outbox.tell_pending(timezone.now()).told:
        pass
    tallies.recount_noted(timezone.now())
    waiting = Announcement.objects.filter(announced_at=None).count()
    print(f"parked {parked}, waiting {waiting}")
    return 1 if parked or waiting else 0


if __name__ == "__main__":
    sys.exit(main())
