"""The look for cases that say the same: of one place, in similar words. Pointed out, never decided."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, QuerySet

from bodies.models import Area, Body
from bodies.scopes import Standing
from cases.codes import PETITIONS, Kind
from cases.likeness import Text, pairs_to_look_for
from cases.models import Case

# A matter of longer ago is no repeat but another matter.
HORIZON = timedelta(days=365)
NEWEST = 300
# Read and compared word by word: the best by rank.
CANDIDATES = 20
# So much alike that it is taken for the same until somebody says that it is not.
THE_SAME = 0.6


def alike_in_words(
    title: str, content: str, seen: QuerySet[Case], *, area: Area | None, body: Body | None, today: date
) -> QuerySet[Case] | None:
    """Of the cases that may be seen, the newest of the place (else of the body) that share telling words.

    None: there is nothing to look by.
    """
    pairs = pairs_to_look_for(title, content)
    if not pairs or (area is None and body is None):
        return None
    query = SearchQuery(asked_for(pairs), config="simple", search_type="raw")
    where = {"area": area} if area is not None else {"body": body}
    # So many of the newest of the place, from an index: a place with a long history costs no more.
    newest = Case.objects.filter(received_on__gte=today - HORIZON, **where).order_by("-received_at", "-id")
    rows = seen.filter(pk__in=newest.values("pk")[:NEWEST], search=query)
    return rows.order_by(SearchRank(F("search"), query).desc(), "-pk")[:CANDIDATES]


def asked_for(pairs: Iterable[tuple[str, ...]]) -> str:
    """A text search for any of these. Folded words of letters and digits only: nothing in them is an operator."""
    return " | ".join("<->".join(pair) for pair in pairs)


def says_the_same(
    title: str, content: str, seen: QuerySet[Case], *, area: Area | None, body: Body | None, today: date
) -> list[Case]:
    """Those of them that are so much alike that they are taken for the same matter, the likeliest first."""
    rows = alike_in_words(title, content, seen, area=area, body=body, today=today)
    text = Text.of(title, content)
    scored = [(text.like(Text.of(case.title, case.content)), case) for case in rows or ()]
    likely = [(score, case) for score, case in scored if score >= THE_SAME]
    return [case for _score, case in sorted(likely, key=lambda pair: (-pair[0], -pair[1].pk))]


def open_same(
    title: str, content: str, standing: Standing, *, area: Area | None, body: Body | None, today: date
) -> Case | None:
    """The open petition, of those this person may know of, that says the same; the likeliest. Never a denunciation."""
    kinds = sorted(PETITIONS - {Kind.DENUNCIATION})
    seen = Case.objects.visible_to(standing).open().filter(kind__in=kinds)
    found = says_the_same(title, content, seen, area=area, body=body, today=today)
    return found[0] if found else None
