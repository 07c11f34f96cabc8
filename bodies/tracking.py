"""The tracking code: what a citizen holds instead of an account. Pure, but for the key in the settings.

The code is a keyed function of the id of what was brought (a petition, a question), so it can be told again to whoever may
print the receipt; the database holds a keyed hash of it, which finds the row and gives no code away. 60 bits: with the limits on guesses
nobody hits one by trying. It stands in bodies of requests only, never in a URL or a log.
"""

import hmac
from uuid import UUID

from django.conf import settings

# Crockford's digits: no I, L, O, U, so that a code read aloud or from a bad print is still one code.
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_MEANT = str.maketrans("OIL", "011")
# What people put between the groups, besides what `split` takes as a space.
_FILLERS = str.maketrans("", "", "-‐‑‒–—−._/")


def code_of(brought_id: UUID) -> str:
    """The code of a petition or question, "XXXX-XXXX-XXXX": the same whenever it is asked for."""
    number = int.from_bytes(_keyed(b"code", brought_id.bytes)[:8], "big") >> 4
    return _grouped("".join(DIGITS[number >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5)))


def read(typed: str) -> str | None:
    """The code that was meant: o for 0, i or l for 1, any spaces and hyphens, small letters. None: it is no code."""
    digits = "".join(typed.split()).translate(_FILLERS).upper().translate(_MEANT)
    if len(digits) != LENGTH or any(sign not in DIGITS for sign in digits):
        return None
    return _grouped(digits)


def hash_of(typed: str) -> bytes:
    """What the table is asked for.

    What is no code at all gets a hash too, of nothing that was ever given out: a wrong code costs the same whatever is
    wrong with it, and the hash tells a guesser nothing of how near it was.
    """
    return _keyed(b"look-up", (read(typed) or "").encode())


def _grouped(digits: str) -> str:
    return "-".join(digits[start : start + 4] for start in range(0, LENGTH, 4))


def _keyed(purpose: bytes, value: bytes) -> bytes:
    return hmac.digest(settings.TRACKING_KEY, b"lang-nghe/tracking/1/" + purpose + b"\0" + value, "sha256")
