"""The same Idempotency-Key and body give the first answer again; another body with the same key is refused."""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from bodies.models import Submission
from bodies.refusals import Unprocessable

KEPT = timedelta(days=30)


def fingerprint(*parts: bytes) -> bytes:
    """A keyed hash of what was asked: it tells equal from different and nothing else."""
    return hmac.new(settings.INDEX_KEY, b"submission\0" + b"\0".join(parts), "sha256").digest()


@transaction.atomic(savepoint=False)
def once(
    caller: str, key: UUID | None, print_: bytes, make: Callable[[], str], *, at: datetime, subject: str = ""
) -> tuple[str, bool]:
    """The subject that this key made, and whether it was made now. `make` runs in this transaction.

    Where the subject is known before it is made it is written with the key, which saves a statement.

    Of any number of calls with one key at once, one makes; the others wait for it and are told what it made. Raises
    Unprocessable for a key that was used with another body.
    """
    if key is None:
        return make(), True
    with connection.cursor() as cursor:
        # Waits for another transaction with this key, if there is one.
        cursor.execute(
            "INSERT INTO bodies_submission (caller, key, fingerprint, subject, at) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (caller, key) DO NOTHING RETURNING id",
            [caller, key, print_, subject, at],
        )
        row = cursor.fetchone()
    if row is None:
        known = Submission.objects.get(caller=caller, key=key)
        if bytes(known.fingerprint) != print_:
            raise Unprocessable(_("This Idempotency-Key was used with another body."))
        return known.subject, False
    made = make()
    if made != subject:
        Submission.objects.filter(pk=row[0]).update(subject=made)
    return made, True


def prune(now: datetime) -> int:
    """Forget keys older than they need to be."""
    return Submission.objects.filter(at__lt=now - KEPT).delete()[0]
