"""The targets of a province: Bắc Kạn's plan over its 108 communes for a year, against the same counts in SQL by hand.

The plan, and a year of dialogues, reception days, meetings and sessions in every commune, are written in a transaction that
is rolled back; the cases are those of the bench.
"""

import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

from bench.measuring import Bench, Figure, Timing

PLAN, YEAR = "backan_2023_2025", 2025
_COMMUNES = """
bodies AS MATERIALIZED (
    SELECT b.id, b.kind, b.area_id FROM bodies_body b JOIN bodies_area a ON a.id = b.area_id
    WHERE a.path LIKE %(path)s AND b.level = 'commune'
)"""
_STATEMENTS = [
    # BK-4, BK-O04: dialogues that a head chaired, by commune
    f"""WITH {_COMMUNES} SELECT b.area_id, count(DISTINCT d.id) FROM dialogues_dialogue d JOIN bodies b ON b.id = d.host_id
    WHERE d.chair = 'head' AND d.stage IN ('held', 'minutes_drafted', 'open_for_comments', 'signed', 'published')
      AND d.held_on BETWEEN %(first)s AND %(last)s AND b.kind IN ('dang_uy_xa', 'ubnd', 'khoi_dan_van') GROUP BY 1""",
    # BK-6: briefings that the party committee chaired, by quarter and in the year
    f"""WITH {_COMMUNES} SELECT b.id, date_trunc('quarter', m.day), count(*) FROM dialogues_meeting m
    JOIN bodies b ON b.id = m.chaired_by_id WHERE m.kind = 'briefing' AND m.struck_at IS NULL AND b.kind = 'dang_uy_xa'
      AND m.day BETWEEN %(first)s AND %(last)s GROUP BY ROLLUP (1, 2)""",
    # BK-O02, BK-O03: briefings of committee and bloc, by month, quarter and in the year
    f"""WITH {_COMMUNES}, held AS (
        SELECT m.id, m.day, m.chaired_by_id AS body FROM dialogues_meeting m WHERE kind = 'briefing' AND struck_at IS NULL
        UNION SELECT m.id, m.day, m.host_id FROM dialogues_meeting m WHERE kind = 'briefing' AND struck_at IS NULL)
    SELECT b.id, date_trunc('month', h.day), date_trunc('quarter', h.day), count(*) FROM held h JOIN bodies b ON b.id = h.body
    WHERE h.day BETWEEN %(first)s AND %(last)s AND b.kind IN ('dang_uy_xa', 'khoi_dan_van')
    GROUP BY GROUPING SETS ((1, 2), (1, 3), (1))""",
    # BK-O05, BK-O06: sessions as chair or partner, by kind
    f"""WITH {_COMMUNES}, held AS (
        SELECT id, chair_id AS body FROM dialogues_supervision WHERE struck_at IS NULL AND day BETWEEN %(first)s AND %(last)s
        UNION SELECT s.id, p.body_id FROM dialogues_supervision s JOIN dialogues_supervision_partners p ON p.supervision_id = s.id
        WHERE s.struck_at IS NULL AND s.day BETWEEN %(first)s AND %(last)s)
    SELECT b.id, count(*) FILTER (WHERE s.kind = 'supervision'), count(*) FILTER (WHERE s.kind <> 'supervision')
    FROM held h JOIN bodies b ON b.id = h.body JOIN dialogues_supervision s ON s.id = h.id
    WHERE b.kind IN ('mttq', 'doan_the') GROUP BY 1""",
    # BK-O07: recommendations and feedback answered on time, of those judged or late
    f"""WITH {_COMMUNES} SELECT b.id, count(*) FILTER (WHERE f.what = 'closed' AND f.on_time),
        count(*) FILTER (WHERE f.what = 'closed'), count(*) FILTER (WHERE f.what = 'late')
    FROM cases_casefact f JOIN bodies b ON b.id = f.body_id
    WHERE f.kind IN ('recommendation', 'feedback') AND NOT f.is_imported AND b.kind IN ('ubnd', 'dang_uy_xa') AND (
        (f.what = 'closed' AND f.on_time IS NOT NULL AND f.day BETWEEN %(first)s AND %(last)s
            AND (f.until IS NULL OR f.until > %(today)s))
        OR (f.what = 'late' AND f.day <= %(last)s AND (f.until IS NULL OR f.until > %(last)s))) GROUP BY 1""",
    # BK-O08: hot spots and group cases open at the end
    f"""WITH {_COMMUNES} SELECT b.id, count(*) FILTER (WHERE c.flags @> '{{hot_spot}}'), count(*) FILTER (WHERE c.flags @> '{{group}}')
    FROM cases_casefact f JOIN bodies b ON b.id = f.body_id JOIN cases_case c ON c.id = f.case_id
    WHERE f.what = 'open' AND NOT f.is_imported AND f.day <= %(last)s AND (f.until IS NULL OR f.until > %(last)s)
      AND f.kind IN ('complaint', 'denunciation', 'recommendation', 'feedback', 'opinion') AND b.kind IN ('ubnd', 'dang_uy_xa')
      AND c.flags && '{{hot_spot,group}}' GROUP BY 1""",
]


def measure(bench: Bench) -> Iterable[Figure]:
    """All targets of a province for a year; their trend; a whole recount with its writing; what one act makes to be recounted."""
    from django.db import connection, transaction
    from django.utils import timezone

    from plans import loading, recounts
    from plans.management.commands.load_plan import DATA
    from plans.measuring import measure as count
    from plans.models import Plan, Target
    from plans.terms import terms_of_year

    now = timezone.now()
    found: list[Figure] = []
    with transaction.atomic():
        loading.load_plans([("plan", (DATA / "bac-kan-2023-2025.yaml").read_text(encoding="utf-8"))])
        plan = Plan.objects.select_related("issuer__area").get(key=PLAN)
        _fill(plan)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE dialogues_dialogue, dialogues_meeting, dialogues_supervision")
        targets = list(Target.objects.counted().in_force().filter(plan=plan).select_related("plan"))
        wanted = [(target, term) for target in targets for term in terms_of_year(plan, target, YEAR)]
        asked = {
            "path": f"{plan.issuer.area.path}%",
            "first": date(YEAR, 1, 1),
            "last": date(YEAR, 12, 31),
            "today": timezone.localdate(now),
        }

        def product() -> object:
            return count(plan, wanted, as_of=asked["today"])

        def by_hand() -> object:
            with connection.cursor() as cursor:
                return [cursor.execute(each, asked) and cursor.fetchall() for each in _STATEMENTS]

        taken = bench.side_by_side({"product": product, "yardstick": by_hand})
        found.append(
            Figure.ratio("targets.province", taken["product"], taken["yardstick"], must=3, stretch=2)
        )
        trend = _timed(bench, lambda: [count(plan, wanted, as_of=day) for day in _month_ends()])
        found.append(_plain("targets.trend", trend, must=10, unit="s"))
        whole = _timed(bench, lambda: recounts.recount(plan, at=now, years=[YEAR]))
        found.append(_plain("targets.recount", whole, must=10, unit="s"))
        found += _one_act(bench, now)
        transaction.set_rollback(True)
    yield from found


def _one_act(bench: Bench, now: Any) -> list[Figure]:
    """A case of a commune moved on: the recount of what it touched."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cases.models import Case
    from plans import recounts
    from plans.models import Touched

    case = (
        Case.objects.filter(body__area__path__startswith=_path(), body__kind="ubnd").order_by("-pk").first()
    )
    if case is None:
        raise AssertionError("The bench holds no case in this province.")

    def act() -> object:
        recounts.note(
            [Touched(source="auto:case", subject="x", body_id=case.body_id, since=case.received_on)]
        )
        return recounts.recount_touched(now)

    with CaptureQueriesContext(connection) as queries:
        act()
    taken = _timed(bench, act)
    return [
        _plain("targets.one_act", taken, must=0.1, unit="s"),
        Figure.plain("targets.one_act_statements", len(queries), unit="statements"),
    ]


def _month_ends() -> list[date]:
    """The past days of a year's trend."""
    return [date(YEAR, month + 1, 1) - timedelta(days=1) for month in range(1, 12)] + [date(YEAR, 12, 31)]


def _path() -> str:
    from plans.models import Plan

    return Plan.objects.select_related("issuer__area").get(key=PLAN).issuer.area.path


def _timed(bench: Bench, act: Any) -> Timing:
    act()
    spent = []
    for _run in range(bench.runs):
        began = time.perf_counter()
        act()
        spent.append(time.perf_counter() - began)
    return Timing(tuple(spent))


def _plain(name: str, taken: Timing, **bounds: Any) -> Figure:
    return Figure(name=name, value=taken.median, low=min(taken.runs), high=max(taken.runs), **bounds)


def _fill(plan: Any) -> None:
    """A year in every commune: four dialogues and two receptions a month for each head, monthly briefings, two sessions."""
    from bodies.models import User
    from dialogues.models import Dialogue, Meeting, Supervision
    from feedback.models import Reception
    from plans.scopes import tree_of

    user = User.objects.order_by("pk").first()
    bodies = list(tree_of(plan).filter(level="commune").select_related("area"))
    heads = [body for body in bodies if body.kind in {"dang_uy_xa", "ubnd"}]
    committees = [body for body in bodies if body.kind in {"dang_uy_xa", "khoi_dan_van"}]
    fronts = [body for body in bodies if body.kind in {"mttq", "doan_the"}]
    days = [date(YEAR, 1, 8) + timedelta(days=30 * month) for month in range(12)]
    at = _instant(days[0])
    Dialogue.objects.bulk_create(
        Dialogue(
            code=f"{YEAR}-{body.code}-b-{number:03}", host=body, year=YEAR, number=900 + number, title="Đối thoại",
            kind="periodic", participants="residents", area=body.area, stage="held", held_on=days[3 * number - 1],
            chair="head", chaired_by=user, present_count=50, created_by=user, created_at=at,
        )
        for body in heads
        for number in range(1, 5)
    )  # fmt: skip
    Reception.objects.bulk_create(
        Reception(host=body, day=day, kind="periodic", received_by=user) for body in heads for day in days * 2
    )
    Meeting.objects.bulk_create(
        Meeting(
            host=body, chaired_by=body, kind="briefing", rhythm="monthly", day=day, title="Giao ban", recorded_by=user,
            recorded_at=at,
        )
        for body in committees
        for day in days
    )  # fmt: skip
    Supervision.objects.bulk_create(
        Supervision(
            kind=kind,
            form="visit",
            chair=body,
            day=days[5],
            title="Giám sát",
            recorded_by=user,
            recorded_at=at,
        )
        for body in fronts
        for kind in ("supervision", "criticism")
    )


def _instant(day: date) -> Any:
    from django.utils import timezone

    return timezone.make_aware(datetime.combine(day, clock(9)))
