"""Who complained follows the second instance: the same sealed people, a petition and a tracking code of its own."""

from typing import Any

import pytest
from django.utils import timezone

from bodies import outbox
from bodies.models import Person
from cases.models import Case
from feedback.intake import told_again
from feedback.models import Petition
from tests.cases.making import answered, do
from tests.feedback.making import an, apart, make_petition, make_place, told_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def test_the_people_of_the_first_instance_stand_in_the_second(client_of: Any) -> None:
    place = make_place()
    first = make_petition(place, people=[an(), an(name="Trần Thị Bình", id_number="035085004568")])
    do(first.case, "accept", "2024-04-05")
    answered(first.case, "2024-04-25", "wrong")
    do(first.case, "appeal", "2024-05-02")
    second = Case.objects.get(appeal_of=first.case)
    assert not Petition.objects.filter(case=second).exists()
    for _round in range(2):
        outbox.tell_pending(timezone.now())
    petition = Petition.objects.get(case=second)
    assert (petition.code, petition.received_by, petition.instance) == (
        second.reference,
        place.province,
        "second",
    )
    assert Person.objects.count() == 2
    assert [each.person_id for each in petition.petitioners.order_by("position")] == [
        each.person_id for each in first.petition.petitioners.order_by("position")
    ]
    receipt = told_again(str(petition.pk))
    assert receipt.tracking_code != first.tracking_code
    assert told_on(apart(client_of(None)), receipt, "2024-05-03")["code"] == second.reference
    shown = client_of(place.superior).get(f"/api/v1/petitions/{petition.code}/").json()
    assert "Nguyễn Văn An" in str(shown)


def test_an_appeal_that_was_lodged_above_keeps_its_own_people() -> None:
    place = make_place()
    first = make_petition(place)
    lodged = make_petition(place, received_by=place.province, appeal_of=first.case, received="2024-05-02")
    outbox.tell_pending(timezone.now())
    assert Petition.objects.filter(case=lodged.case).count() == 1
    assert Petition.objects.count() == 2
