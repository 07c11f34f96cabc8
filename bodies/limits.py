"""How often something may be asked: counted in PostgreSQL, so that limits hold with many processes and no broker."""

from datetime import datetime

from django.db import connection

from bodies.models import TryCount


def allow(name: str, *, most: int, per_seconds: int, now: datetime) -> int:
    """Count one try; 0 when it is within the limit, else the seconds until the window ends.

    `name` says what is limited and for whom; keep no address in clear in it. The count is one atomic statement: of any
    number of tries at once, `most` come through.
    """
    window = int(now.timestamp()) // per_seconds
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bodies_trycount (name, time_window, tries, ends_at) VALUES (%s, %s, 1, to_timestamp(%s)) "
            "ON CONFLICT (name, time_window) DO UPDATE SET tries = bodies_trycount.tries + 1 RETURNING tries",
            [name[:120], window, (window + 1) * per_seconds],
        )
        (tries,) = cursor.fetchone()
    return 0 if tries <= most else (window + 1) * per_seconds - int(now.timestamp())


def prune(now: datetime) -> int:
    """Forget windows that have ended."""
    return TryCount.objects.filter(ends_at__lt=now).delete()[0]


def give_back(name: str, *, per_seconds: int, now: datetime) -> None:
    """Take one counted try back: it turned out not to be one (the code was right). Never below none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bodies_trycount SET tries = greatest(tries - 1, 0) WHERE name = %s AND time_window = %s",
            [name[:120], int(now.timestamp()) // per_seconds],
        )
