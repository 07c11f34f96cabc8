"""A past day is counted anew, from rows that know their days: it comes to what was counted on its evening."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine

from bodies.refusals import BadInput, Refused
from cases import tallies
from cases.models import Case
from dialogues import workflow
from dialogues.entries import NewDialogue
from dialogues.models import Dialogue
from plans.measuring import measure
from plans.models import Target
from plans.terms import terms_of_year
from plans.typed_figures import New, type_in
from tests.cases.making import answered, at, day, do, make_case, make_user
from tests.plans.acts import head_of
from tests.plans.followed import LINES, SHARE
from tests.plans.making import (
    all_of,
    figures,
    line,
    make_dialogue,
    make_district,
    make_meeting,
    make_plan,
    make_reception,
    make_session,
)
from tests.plans.proofs import MANUAL, picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
INFORMED = line(
    "INFORMED",
    "{share: {part: [{counter: cases_informed, where: {flag: group}}], whole: [{counter: cases_received, where: {flag: group}}]}}",
    **SHARE,
)


class Play:
    """What happens on a day is written down on that day; nothing is put right later, no case is given to another body (it
    counts as received where it is dealt with)."""

    def __init__(self, seed, district):
        self.draw = random.Random(seed)
        self.bodies = [district.body(n, "ubnd") for n in range(3)]
        self.fronts = [district.body(n, "mttq") for n in range(3)]
        for body in self.bodies:
            make_user(("head", body))
            for quarter in (1, 2):
                new = NewDialogue(
                    host=body, title="Đất đai", kind="periodic", participants="residents", area=body.area, year=2024,
                    quarter=quarter,
                )  # fmt: skip
                workflow.plan(new, by=head_of(body), recorded_at=at("2023-12-20"))

    def act(self, on):
        kind = self.draw.choice(["case"] * 4 + ["step"] * 9 + ["row"] * 6 + ["inform"] * 3 + ["call_off"])
        with suppress(Refused, BadInput):
            getattr(self, kind)(on)

    def case(self, on):
        kind, flags = self.draw.choice(["feedback", "complaint"]), self.draw.choice([(), ("group",)])
        make_case(self.draw.choice(self.bodies), kind=kind, received=on, flags=flags)

    def step(self, on):
        cases = list(Case.objects.order_by("pk"))
        case = self.draw.choice(cases or [None])
        if case is None:
            return
        following = {"received": "accept", "accepted": "answer", "answered": "close", "closed": "reopen"}
        name = self.draw.choice([*[following.get(case.stage, "withdraw")] * 9, "withdraw"])
        if name == "answer":
            answered(case, on, "met" if case.kind == "feedback" else "right")
        else:
            do(case, name, on, **({"whole": True} if name == "withdraw" else {}))

    def inform(self, on):
        cases = Case.objects.filter(flags__contains=["group"], notices=None).order_by("pk")
        for case in cases[:1]:
            case.notices.create(body=self.fronts[0], why="group", at=at(on))

    def row(self, on):
        body, front = self.draw.choice(self.bodies), self.draw.choice(self.fronts)
        made = self.draw.choice([make_reception, make_dialogue, make_meeting, make_session])
        made(front if made is make_session else body, on)

    def call_off(self, on):
        rows = Dialogue.objects.filter(stage="planned").order_by("pk")
        for dialogue in rows[:1]:
            workflow.move(
                dialogue, "cancel", by=head_of(dialogue.host), recorded_at=at(on), reason="mưa bão", facts={}
            )


def test_a_past_day_comes_to_what_was_counted_on_its_evening():
    district = make_district()
    plan = make_plan(district, *LINES, INFORMED, period="{from: 2024, to: 2024}")
    targets = list(Target.objects.counted().filter(plan=plan).select_related("plan"))
    wanted = [(target, term) for target in targets for term in terms_of_year(plan, target, 2024)]

    def as_of(on):
        return {(each.target.code, each.term.code): each for each in measure(plan, wanted, as_of=on)}

    play, evenings = Play(3, district), {}
    for n in range(28):
        on = day("2024-02-01") + timedelta(days=3 * n)
        for _act in range(5):
            play.act(str(on))
        tallies.recount(list(Case.objects.values_list("pk", flat=True)))
        if n % 4 == 0:
            evenings[on] = as_of(on)
    for on, then in evenings.items():
        assert as_of(on) == then
    moved = {
        code
        for then in evenings.values()
        for (code, _term), each in then.items()
        if each.total.value or each.total.numerator
    }
    assert moved >= {"HELD", "PLANNED", "SESSIONS", "BRIEFINGS", "OPEN", "ANSWERED", "INFORMED", "TREE"}
    assert len({each["OPEN", "2024"].total.value for each in evenings.values()}) > 3


def test_what_is_known_later_counts_on_its_own_day():
    """A past day is told as far as it is known now, so that what is written down late does not look as if it were late."""
    district = make_district()
    rule = all_of("counter: reception_days, where: {by: head}, op: '>=', value: threshold")
    plan = make_plan(district, line("T", rule, measured_by="auto:reception"))
    assert figures(plan, "T", "2024", "2024-03-10")[1].numerator == 0
    make_reception(district.body(0, "ubnd"), "2024-03-05")
    assert figures(plan, "T", "2024", "2024-03-04")[1].numerator == 0
    assert figures(plan, "T", "2024", "2024-03-05")[1].numerator == 1


def test_of_what_is_typed_in_a_past_day_knows_what_stood_there_on_its_evening(client_of):
    district = make_district()
    make_plan(district, MANUAL)
    first, second = district.body(0, "ubnd"), district.body(1, "ubnd")
    issuer = make_user(("head", district.party))

    def typed(body, value, on, *, by=None, whole=False):
        new = New(
            target=Target.objects.get(),
            body=body,
            period="2024",
            evidence=picture(),
            value=value,
            is_for_whole_plan=whole,
        )
        type_in(new, by=by or make_user(("head", body)), at=at(on))

    typed(first, 2, "2024-03-05")
    typed(second, 4, "2024-04-05")
    typed(first, 3, "2024-05-05")
    typed(district.party, 9, "2024-06-05", by=issuer, whole=True)

    def told(client, as_of, **asked):
        with time_machine.travel(at("2024-07-01"), tick=False):
            answer = client.get("/api/v1/plans/ke_hoach/targets/", {"as_of": as_of, "year": 2024, **asked})
        (row,) = answer.json()["results"]
        return row["value"], row["passed"], row["as_of"]

    client = client_of(issuer)
    assert told(client, "2024-03-04") == (None, None, "2024-03-04")
    assert told(client, "2024-03-05")[:2] == (2, False)
    assert told(client, "2024-04-05")[0] == 6
    assert told(client, "2024-05-05")[0] == 7
    assert told(client, "2024-06-05")[:2] == (9, True)
    assert told(client, "2024-04-30", body=first.code)[0] == 2
    assert told(client, "2024-06-30", body=first.code)[0] == 3
    # Whoever does not see the whole plan is told of their own branch only.
    assert told(client_of(make_user(("head", second))), "2024-06-30")[0] == 4
