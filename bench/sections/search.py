"""Two words looked for with accents folded, as the work list asks, against the raw full-text query for the same rows."""

from collections.abc import Iterable

from bench.measuring import Bench, Figure

TYPED = "Đèn chiếu sáng"
_RAW = """
SELECT id FROM cases_case WHERE search @@ plainto_tsquery('simple', 'den chieu sang')
ORDER BY received_at DESC, id DESC LIMIT 51
"""


def measure(bench: Bench) -> Iterable[Figure]:
    """The product's own query in this process, the page's lines included, against the same words in SQL."""
    from cases import search
    from cases.models import Case

    def ours() -> list[int]:
        rows = Case.objects.filter(search=search.query(TYPED)).order_by("-received_at", "-id")
        return list(rows.values_list("pk", flat=True)[:51])

    with bench.full.connect() as connection:

        def raw() -> list[int]:
            return [pk for (pk,) in connection.execute(_RAW)]

        if ours() != raw():
            raise AssertionError("The two searches find different cases.")
        taken = bench.side_by_side({"ours": ours, "raw": raw}, each=10)
    yield Figure.ratio("search.two_words", taken["ours"], taken["raw"], must=1.5, stretch=1.2)
