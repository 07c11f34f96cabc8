"""The page of a case and the API show the same to each reader: a field hidden in one is hidden in the other."""

import pytest
import time_machine
from django.test import Client

from bodies.kinds import BodyKind, Level
from cases.models import Case
from tests.cases.making import (
    at,
    do,
    make_area,
    make_body,
    make_case,
    make_file,
    make_standing_member,
    make_user,
)

pytestmark = pytest.mark.usefixtures("law")

ROLES = ("holding", "receiving", "co_body", "superior", "monitor")


@pytest.fixture
def world():
    """A case of each kind that everybody stands towards differently, with a word of its own in every field."""
    district = make_area(level=Level.DISTRICT)
    above = make_body(area=district, level=Level.DISTRICT)
    body = make_body(superior=above, area=make_area(parent=district))
    desk, helper, denounced = make_body(), make_body(), make_body()
    member = make_standing_member(make_body(kind=BodyKind.HUYEN_UY, area=district))
    people = {
        "holding": make_user(("head", body)),
        "receiving": make_user(("receptionist", desk)),
        "co_body": make_user(("handler", helper)),
        "superior": make_user(("superior_office", above)),
        "monitor": make_user(("monitor", make_body(kind=BodyKind.MTTQ, area=district))),
    }

    def make(kind):
        case = make_case(
            body, kind=kind, received="2024-04-02", received_by=desk, held_by=body, against_body=denounced,
            title="chuyện-tiêu-đề", content="chuyện-nội-dung", earlier_settled_by="chuyện-cũ", people_count=4711,
            flags=["complex", "hot_spot"],
        )  # fmt: skip
        handler = make_user(("handler", body), name="Người Giữ Việc")
        do(case, "assign", "2024-04-03", person=handler)
        do(case, "direct", "2024-04-03", standing_member=member)
        case.co_bodies.set([helper])
        make_file(case)
        return Case.objects.get(pk=case.pk)

    return make, people


def words_of(case):
    """What stands for each field on the page."""
    return {
        "title": "chuyện-tiêu-đề", "content": "chuyện-nội-dung", "earlier_settled_by": "chuyện-cũ", "people_count": "4711",
        "flags": "Hot spot", "files": "f.pdf", "responsible_body": case.body.name, "received_by": case.received_by.name,
        "handler": "Người Giữ Việc", "standing_member": case.standing_member.full_name,
        "co_bodies": case.co_bodies.get().name, "against_body": case.against_body.name,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["complaint", "denunciation", "feedback"])
@pytest.mark.parametrize("role", ROLES)
def test_what_the_api_hides_the_page_hides(world, client_of, role, kind):
    make, people = world
    case = make(kind)
    with time_machine.travel(at("2024-04-04", 12), tick=False):
        told = client_of(people[role]).get(f"/api/v1/cases/{case.reference}/").json()
        browser = Client(headers={"accept-language": "en"})
        browser.force_login(people[role])
        page = browser.get(f"/cases/{case.reference}/").content.decode()
    shown = {field for field, words in words_of(case).items() if words in page}
    assert shown == set(words_of(case)) & set(told)


def test_the_words_tell_the_fields_apart(world):
    make, _people = world
    words = list(words_of(make("complaint")).values())
    assert [a for a in words for b in words if a is not b and a in b] == []
