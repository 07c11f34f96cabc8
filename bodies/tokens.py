"""Who calls with a token: token, person and how they stand in one statement, with which every call begins.

As knox does it, but for two things: other tokens of the same person are not looked at (those that ended go when somebody
signs in anew), and the places of the person come along, so that nobody asks for them again in this call.
"""

from datetime import date, datetime
from hmac import compare_digest
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from knox import auth
from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed

from bodies import scopes
from bodies.models import User

_TOKEN = [field for field in AuthToken._meta.concrete_fields if field.name != "user"]
_USER = list(User._meta.concrete_fields)
_TOKEN_NAMES, _USER_NAMES = ([field.attname for field in fields] for fields in (_TOKEN, _USER))
# Names of our own columns only; every value is a parameter.
_ASKED = f"""
SELECT {", ".join(f't."{field.column}"' for field in _TOKEN)}, {", ".join(f'u."{field.column}"' for field in _USER)},
    (SELECT coalesce(jsonb_agg(jsonb_build_array(m.role, m.body_id, b.kind, b.path, a.path)), '[]')::text
     FROM bodies_membership m JOIN bodies_body b ON b.id = m.body_id JOIN bodies_area a ON a.id = b.area_id
     WHERE m.user_id = u.id AND (m.valid_from IS NULL OR m.valid_from <= %s) AND (m.valid_to IS NULL OR m.valid_to >= %s))
FROM knox_authtoken t JOIN bodies_user u ON u.id = t.user_id WHERE t.token_key = %s
"""  # noqa: S608


class TokenAuthentication(auth.TokenAuthentication):
    """The header `Authorization: Token ...`."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        """Raises AuthenticationFailed for a token that is not known or has ended; one that has ended is deleted."""
        now = timezone.now()
        try:
            typed = token.decode("ascii")
            digest = hash_token(typed)
        except (ValueError, TypeError):
            raise AuthenticationFailed(_("Invalid token.")) from None
        for row in _holders(typed[: CONSTANTS.TOKEN_KEY_LENGTH], now):
            if not compare_digest(digest, row.digest):
                continue
            if row.expiry is not None and row.expiry < now:
                row.delete()
                break
            return self.validate_user(row)
        raise AuthenticationFailed(_("Invalid token."))


def forget_ended(user: User, now: datetime) -> None:
    """Delete this person's tokens that have ended."""
    AuthToken.objects.filter(user=user, expiry__lt=now).delete()


def _holders(key: str, now: datetime) -> list[AuthToken]:
    today = timezone.localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [today, today, key])
        return [_holder(row, today) for row in cursor.fetchall()]


def _holder(row: tuple[Any, ...], today: date) -> AuthToken:
    told, columns, places = row[: len(_TOKEN)], row[len(_TOKEN) : -1], row[-1]
    user = User.from_db(DEFAULT_DB_ALIAS, _USER_NAMES, columns)
    token = AuthToken.from_db(DEFAULT_DB_ALIAS, _TOKEN_NAMES, told)
    token.user = user
    scopes.tell_places(user, today, orjson.loads(places))
    return token
