"""A random walk over the whole arrow table, for tests and drills: mostly what the table allows, sometimes anything."""

import random
from collections.abc import Iterator
from datetime import timedelta

from bodies.models import Membership
from bodies.refusals import BadInput, Refused
from cases import workflow
from cases.codes import Kind, results_of
from cases.models import Case
from cases.moves import MOVES
from cases.steps import CITIZEN, CLOCK, Actor, local_day
from cases.time_limits import BadQuestion
from tests.cases.making import (
    at,
    make_body,
    make_case,
    make_file,
    make_standing_member,
    make_user,
    paper,
)


def facts_for(name, case, draw, world, today):
    """Fields such as a person would fill in, sometimes foolishly."""
    flags = draw.sample(
        ["complex", "especially_complex", "remote", "several_places", "group", "ineligible", "anonymous"],
        draw.randint(0, 2),
    )
    document = paper(str(today - timedelta(days=draw.choice([0, 0, 0, 3]))))
    choices = {
        "kind": draw.choice([kind for kind in Kind if kind not in {"report", "dialogue"}]),
        "body": draw.choice(world["bodies"]),
        "person": draw.choice(world["people"]),
        "ground": "lý do",
        "right_address": "Nơi khác",
        "address": draw.choice(["", "Ngoài hệ thống"]),
        "what": "giấy tờ",
        "text": "văn bản",
        "draft": "dự thảo",
        "day": today - timedelta(days=draw.choice([0, 0, 1, 40])),
        "files": [make_file(case)] if name == "answer" else [],
        "result": draw.choice([*sorted(results_of(case.kind, case.instance)), "right"]),
        "document": document,
        "situation": [flag for flag in flags if flag in {"complex", "especially_complex", "remote"}],
        "days": draw.choice([None, 1, 15, 30, 400]),
        "flags": flags,
        "whole": draw.choice([True, False]),
        "part": "một phần",
        "into": draw.choice(world["cases"]),
        "standing_member": world["member"],
        "fields": {"title": f"Tiêu đề {draw.random()}", "kind": draw.choice(["complaint", "feedback"])},
        "duty": draw.choice(
            ["written_notice", "acted", "suspension_sent", "delay_complained", "report_asked", "reported"]
        ),
        "level": draw.randint(1, 4),
        "competent": draw.choice([True, False]),
    }
    move = MOVES[name]
    wanted = set(move.needs) | {field for field in move.takes if draw.random() < 0.5}
    return {field: choices[field] for field in wanted if field in choices}


# A walk that tries everything alike soon has nothing left but ends.
ENDS = frozenset(
    {"void", "withdraw", "terminate", "join", "refuse", "archive", "guide", "transfer", "return_to_sender"}
)


def walk(
    seed: int, steps: int, *, seldom: frozenset[str] = frozenset()
) -> Iterator[tuple[Case, object, bool]]:
    """Takes so many steps in a world of three bodies; yields the case, the instant, and whether the move was made.

    What is `seldom` done is done a tenth as often.
    """
    draw = random.Random(seed)
    bodies = [make_body() for _ in range(3)]
    heads = [make_user(("head", body), ("handler", body), ("receptionist", body)) for body in bodies]
    world = {
        "bodies": bodies,
        "people": heads,
        "member": make_standing_member(make_body(kind="huyen_uy")),
        "cases": [
            make_case(bodies[0], kind=kind, received="2026-07-01")
            for kind in ("complaint", "feedback", "denunciation", "recommendation")
        ],
    }
    now = at("2026-07-02")
    for _ in range(steps):
        if draw.random() < 0.05:
            world["cases"].append(
                make_case(draw.choice(bodies), kind=draw.choice(list(Kind)[:7]), received=str(local_day(now)))
            )
        now += timedelta(hours=draw.choice([1, 5, 30, 100]))
        case = Case.objects.get(pk=draw.choice(world["cases"]).pk)
        before = (case.version, case.events_count)
        lawful = [
            name for name, move in MOVES.items() if move.is_lawful(case.stage, case.kind) and name != "import"
        ]
        name = draw.choice(lawful if lawful and draw.random() < 0.9 else sorted(MOVES))
        if name in seldom and draw.random() < 0.9:
            name = draw.choice([other for other in lawful if other not in seldom] or lawful or sorted(MOVES))
        head = Membership.objects.get(body=case.body, role="head").user
        actor = CLOCK if name == "escalate" else draw.choice([Actor.staff(head)] * 8 + [CITIZEN])
        try:
            workflow.move(
                case,
                name,
                by=actor,
                recorded_at=now,
                reason="vì cần",
                facts=facts_for(name, case, draw, world, local_day(now)),
            )
            made = True
        except (Refused, BadInput, BadQuestion):
            made = False
            assert Case.objects.values_list("version", "events_count").get(pk=case.pk) == before
        yield Case.objects.get(pk=case.pk), now, made
