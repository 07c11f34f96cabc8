"""What a person types to find a case, as a query of the same folded words that the index holds."""

import re

from django.contrib.postgres.search import SearchQuery

from bodies.text import fold


def terms(typed: str) -> str:
    """Folded words; `15/PC-BTCD`, `15 pc btcd` and `15pcbtcd` find the same papers. The twin of SQL's case_search."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(typed)))


def query(typed: str) -> SearchQuery | None:
    """All the words must be there, in any order; None when nothing was typed that can be looked for."""
    words = terms(typed)
    return SearchQuery(words, config="simple", search_type="plain") if words else None
