"""What a person types to find a case, as a query of the same folded words that the index holds."""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery

# Neither a letter of ours nor a mark on one: it parts two words.
_BETWEEN = re.compile("[^\x00-\x7f\u0300-\u036f]")
_WORDS = re.compile("[a-z0-9]+")


def terms(typed: str) -> str:
    """Folded words; `15/PC-BTCD`, `15 pc btcd` and `15pcbtcd` find the same papers. The twin of SQL's case_search."""
    # As bodies.text.fold, and quicker: marks go as what is no ASCII, all at once.
    parts = unicodedata.normalize("NFD", typed.lower()).replace("đ", "d")
    return " ".join(_WORDS.findall(_BETWEEN.sub(" ", parts).encode("ascii", "ignore").decode()))


def query(typed: str) -> SearchQuery | None:
    """All the words must be there, in any order; None when nothing was typed that can be looked for."""
    words = terms(typed)
    return SearchQuery(words, config="simple", search_type="plain") if words else None
