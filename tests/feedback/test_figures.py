"""What citizens' verdicts and reception days add to the figures of a body."""

import pytest

from feedback import receptions
from feedback.models import Reception, Verdict
from tests.cases.making import at, day
from tests.feedback.making import make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
URL = "/api/v1/monitor/response-times/"


def test_verdicts_and_reception_days_stand_beside_the_figures_of_their_body(client_of):
    place = make_place()
    body, head = place.office, place.head
    for on, kind, reason in (
        ("2024-04-15", "periodic", ""),
        ("2024-05-15", "ad_hoc", ""),
        ("2024-06-14", "periodic", "họp"),
        ("2024-06-17", "regular", ""),
        ("2024-07-15", "periodic", ""),
    ):
        day_held = Reception(host=body, day=day(on), kind=kind, received_by=head, delegate_reason=reason)
        receptions.record(day_held, by=head, at=at(on, 17))
    for score, given in ((5, "2024-04-30"), (2, "2024-05-03"), (4, "2024-07-01")):
        petition = make_petition(place).petition
        Verdict.objects.create(
            petition=petition, case=petition.case, answer_seq=1, score=score, given_at=at(given, 23)
        )
    answer = client_of(head).get(URL, {"period": "2024-Q2"}).json()
    (row,) = answer["results"]
    assert row["more"] == {
        "verdicts": 2,
        "satisfied": 1,
        "receptions_in_person": 2,
        "receptions_delegated": 1,
    }
    assert answer["total"]["more"] == row["more"]
    assert row["more"].keys() <= answer["formulas"].keys()
    assert client_of(head).get(URL, {"period": "2024-Q2", "group_by": "kind"}).json()["total"]["more"] == {}
