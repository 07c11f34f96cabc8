"""The demo's two years: lived through the product's own functions, the same in every demo, done once however often asked."""

from io import StringIO
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone

from bodies.models import Job
from cases import verification
from cases.models import Case, Event
from config import demo_years
from config.demo_life import live_through
from config.demo_people import TITLES, drawn, give_heads, give_members, place_of
from dialogues.models import Attendance, Dialogue, Meeting, Supervision
from feedback.models import Reception

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Everything(Random):
    """A draw in which everything that may happen does."""

    def random(self):
        return 0.0

    def getrandbits(self, many):
        return super().getrandbits(many)


@pytest.fixture
def trees(law, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    call_command("load_bodies", samples=True, minimums=True, verbosity=0, stdout=StringIO())


def test_dialogues_are_held_in_68_of_the_108_communes_of_bac_kan(trees):
    codes = demo_years.commune_codes()
    assert len(codes["bac-kan"]) == 108
    assert len(demo_years.holders("bac-kan", codes["bac-kan"])) == 68
    assert demo_years.holders("bac-kan", codes["bac-kan"]) == demo_years.holders("bac-kan", codes["bac-kan"])


def test_a_year_of_a_commune_is_lived_day_by_day_and_holds_together(trees):
    code = demo_years.commune_codes()["kim-bang"][0]
    give_heads([code])
    for _again in range(2):
        give_members([code])
    commune = place_of(code)
    assert {body.kind for body in commune.of.values()} == set(TITLES) - {"doan_the", "huyen_uy"}
    live_through(commune, 2023, draw=drawn("test"), holds=True)

    dialogue = Dialogue.objects.get(host__area__code=code)
    assert (dialogue.stage, dialogue.held_on.year, dialogue.chair) == ("published", 2023, "head")
    assert dialogue.conclusions.count() == 2
    assert not Case.objects.exclude(stage="closed").exists()
    assert set(Case.objects.values_list("kind", flat=True)) >= {"conclusion", "dialogue", "recommendation"}
    # The secretary twice a month, the chairman every week; the members every month.
    assert 60 <= Reception.objects.count() <= 24 + 52
    assert len(commune.members) == 5
    assert 50 <= Attendance.objects.count() <= 60
    # Everything stands in the past, in the order of its days.
    assert verification.verify().faults == []
    for case in Case.objects.all():
        instants = list(Event.objects.filter(case=case).order_by("seq").values_list("recorded_at", flat=True))
        assert instants == sorted(instants)
        assert instants[-1] < timezone.now()


def test_what_is_agreed_at_a_briefing_and_recommended_after_a_supervision_becomes_a_case_and_is_done(trees):
    code = demo_years.commune_codes()["kim-bang"][0]
    give_heads([code])
    live_through(place_of(code), 2023, draw=Everything(1), holds=False)
    agreed = Meeting.objects.filter(recommendations__isnull=False).first().recommendations.get().case
    recommended = Supervision.objects.get(recommendations__isnull=False).recommendations.get().case
    assert [(case.kind, case.stage) for case in (agreed, recommended)] == [
        ("conclusion", "closed"),
        ("supervision", "closed"),
    ]
    # Every petition of this draw is complex, and the secretary takes it in hand.
    for case in Case.objects.filter(flags__contains=["complex"]):
        assert case.standing_member == place_of(code).head(place_of(code).party)
    assert Case.objects.filter(flags__contains=["complex"]).exists()


def test_districts_live_too_and_receive_no_petitions_of_their_own(trees):
    for tree in demo_years.TREES:
        code = demo_years._districts(tree)[0]
        give_heads([code])
        live_through(place_of(code), 2024, draw=drawn("test"), holds=True)
        assert Dialogue.objects.filter(host__area__code=code).count() == 1
        assert 29 <= Reception.objects.filter(host__area__code=code).count() <= 36
    assert not Case.objects.filter(kind__in=["complaint", "feedback"]).exists()
    assert not Case.objects.exclude(stage="closed").exists()


def test_the_job_is_started_once_and_a_step_is_done_once(trees):
    first, second = demo_years.start(timezone.now()), demo_years.start(timezone.now())
    assert first.pk == second.pk
    assert Job.objects.filter(kind=demo_years.KIND).count() == 1
    done = []
    for _again in range(2):
        demo_years._once("a step", done.append)
    assert len(done) == 1


def test_every_commune_has_two_years_then_the_figures_and_the_reports(trees):
    names = [name for name, _do in demo_years.plan_of(demo_years.commune_codes())]
    assert len(names) == len(set(names))
    assert names[0] == "plans"
    assert names[-1] == "all figures"
    assert names.count("figures 2023") == 1
    assert names.index("figures 2023") > names.index("an-thang 2023")
    assert (
        names.index("figures 2023")
        < names.index("reports kimbang_2021_2025 2023")
        < names.index("an-thang 2024")
    )
