"""Vietnamese text: one form to store, one form to search, and old encodings that are refused or read.

Pure. Names and texts come from keyboards, Macs (NFD) and Word files of the nineties (TCVN3).
"""

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]")
# The categories Cc and Cs of Unicode, but for the tab and the end of a line.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# One space as it should be is passed by.
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
# Letters that TCVN3 (ABC) puts on Vietnamese vowels: a pair of them inside a word is no Vietnamese in Unicode.
_TCVN3 = dict(
    zip(
        "¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉË®ÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô­øõö÷ùýúûüþ¡¢§£¤¥¦",
        "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
# Signs of TCVN3 that never stand inside a word of Unicode Vietnamese.
_TCVN3_ONLY = re.compile(
    r"[A-Za-z][¸µ¶·¹¨¾»¼½Æ©ÇËÎÏÑªÖ×ØÜÞßäåæç«¬­®ëîïñøö÷ûüþ¡¢§£¤¥¦]|[§®¦][A-Za-z¸µ¶·¹¨©ª«¬\u00ad]"
)
# Letters among them that other languages write as well
_WRITTEN_ELSEWHERE = frozenset("ßäåæçëîïñöøûüþ")


def tidy(value: str) -> str:
    """The form in which text is stored: NFC, single spaces, no spaces at the ends, no NUL or other control signs."""
    value = value.replace("\r\n", "\n")
    value = _CONTROL.sub("", value)
    # After the control signs went: text must not turn into TCVN3 by being tidied
    value = unicodedata.normalize("NFC", from_tcvn3(unicodedata.normalize("NFC", value)))
    return _SPACES.sub(" ", value).strip()


def fold(value: str) -> str:
    """Without case and marks, for search and for comparing names. The twin of the database's vi_fold."""
    return _MARKS.sub("", unicodedata.normalize("NFD", value.lower())).replace("đ", "d")


def looks_like_tcvn3(value: str) -> bool:
    """Whether the text was pasted from an old TCVN3 document ("§¬n khiÕu n¹i")."""
    pairs = _TCVN3_ONLY.findall(value)
    return len(pairs) >= 2 and any(_is_no_other_language(*pair) for pair in pairs)


def _is_no_other_language(before: str, sign: str) -> bool:
    """Not "ü" in "Jürgen Müller": a sign that no language writes inside a word, or a capital after a small letter."""
    return sign not in _WRITTEN_ELSEWHERE and (before.islower() or not sign.isupper())


def from_tcvn3(value: str) -> str:
    """The text in Unicode if it is TCVN3, else as it came."""
    if not looks_like_tcvn3(value):
        return value
    return "".join(_TCVN3.get(c, c) for c in value)


def slug(value: str) -> str:
    """A code for an address or a reference: folded, hyphens between words."""
    return re.sub(r"[^a-z0-9]+", "-", fold(value)).strip("-")
