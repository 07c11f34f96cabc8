"""Phone numbers: as people type them, as they are stored (E.164), as they are shown and masked. Pure.

Vietnamese numbers only need their own rules; a number of another country is taken with its + and country code.
"""

import re
import unicodedata

_FILLERS = re.compile(r"[\s().\-\u00ad\u200b-\u200f\u2010-\u2015]+")
# After the country code: mobile 3, 5, 7, 8, 9 and eight digits more; landline 2 and nine digits more.
_VIETNAMESE = re.compile(r"(?:\+84|84|0)0?([35789][0-9]{8}|2[0-9]{9})")
_FOREIGN = re.compile(r"\+(?!84|0)[0-9]{8,15}")
# Ha Noi and Ho Chi Minh City have area codes of two digits, all other provinces of three.
_SHORT_AREA_CODES = ("24", "28")


def e164(typed: str) -> str | None:
    """The number as it is stored: "0912.345.678" gives "+84912345678". None: this is no phone number."""
    number = _FILLERS.sub("", unicodedata.normalize("NFKC", typed))
    if number.startswith("00"):
        number = "+" + number[2:]
    vietnamese = _VIETNAMESE.fullmatch(number)
    if vietnamese:
        return "+84" + vietnamese[1]
    return number if _FOREIGN.fullmatch(number) else None


def shown(stored: str) -> str:
    """The number as people here write it: "+84912345678" gives "0912 345 678"."""
    if not stored.startswith("+84"):
        return stored
    number = "0" + stored[3:]
    first = 3 if stored[3:5] in _SHORT_AREA_CODES else 4
    last = len(number) - (3 if len(number) == 10 else 4)
    return f"{number[:first]} {number[first:last]} {number[last:]}"


def masked(stored: str) -> str:
    """Enough to recognise a number one already has: "0912•••678"."""
    if not stored.startswith("+84"):
        return f"+•••{stored[-3:]}" if stored else ""
    return f"0{stored[3:6]}•••{stored[-3:]}"
