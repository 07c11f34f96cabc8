"""SQL written by hand on the way in, each beside the plain ORM that gives the same rows; and how many statements it takes."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bodies.models import Area, Body
from cases.models import Subject
from feedback import naming, writing
from feedback.models import Petition, Petitioner
from tests.feedback.making import apart, make_petition, make_place, posted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def place():
    return make_place(remote=True)


def columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_what_codes_name_is_what_the_orm_reads(place):
    Body.objects.filter(pk=place.office.pk).update(
        valid_from="2020-01-02", valid_to="2099-12-31", successor=place.province
    )
    found = naming.named(
        bodies={place.office.code, place.party.code, "khong-co"}, area=place.area.code, subject="land"
    )
    assert set(found) == {
        (Body, place.office.code),
        (Body, place.party.code),
        (Area, place.area.code),
        (Subject, "land"),
    }
    for (model, code), row in found.items():
        assert columns(row) == columns(model.objects.get(code=code))
        assert row._state.adding is False


def test_a_retired_subject_and_no_codes_at_all_name_nothing(place):
    Subject.objects.filter(code="land").update(is_active=False)
    assert naming.named(bodies=[], area=None, subject="land") == {}


@pytest.mark.parametrize("people", [0, 1, 3])
def test_a_petition_written_by_hand_is_the_petition_saved_by_the_orm(place, people):
    named = [{"name": f"Người {n}"} for n in range(people)]
    ours, theirs = (make_petition(place, people=named, learned_on=None) for _ in range(2))
    expected = Petition.objects.get(pk=theirs.petition.pk)
    people_of = list(expected.petitioners.all())
    Petition.objects.filter(pk=expected.pk).delete()
    expected.save(force_insert=True)
    for each in people_of:
        each.pk = None
        each.petition = expected
    Petitioner.objects.bulk_create(people_of)
    by_hand, by_orm = (columns(Petition.objects.get(pk=each.petition.pk)) for each in (ours, theirs))
    differ = {name for name in by_hand if by_hand[name] != by_orm[name]}
    assert differ == {"id", "code", "case_id", "tracking_hash"}
    assert [
        list(each.petition.petitioners.values_list("position", "is_representative"))
        for each in (ours, theirs)
    ] == [[(n, False) for n in range(people)]] * 2
    assert ours.petition._state.adding is False


def test_what_was_written_by_hand_is_written_once(place):
    receipt = make_petition(place)
    with pytest.raises(Exception, match="petition"):
        writing.write(receipt.petition, [])


def test_a_petition_is_logged_in_few_statements(place, client_of):
    """Signing in is counted elsewhere; this is all the rest, BEGIN and COMMIT aside, with repeats looked for and found."""
    desk = apart(client_of(place.clerk))
    desk.post("/api/v1/petitions/", posted(place, subject="land"))
    for headers, most in (({}, 12), ({"Idempotency-Key": str(uuid.uuid4())}, 13)):
        with CaptureQueriesContext(connection) as seen:
            answer = desk.post("/api/v1/petitions/", posted(place, subject="land"), headers=headers)
        asked = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]
        assert answer.status_code == 201
        assert answer.json()["similar"]
        assert len(asked) <= most, asked
