"""SQL written by hand on the way in, each beside the plain ORM that gives the same rows; and how many statements it takes."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from bodies import new_rows
from bodies.models import Announcement, Area, Body
from cases.models import Case, Clock, Event, Subject
from feedback import naming
from feedback.models import Petition, Petitioner
from tests.feedback.making import apart, make_petition, make_place, posted

TODAY = date(2024, 4, 2)
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
def test_what_is_written_in_one_statement_is_what_the_orm_saves(place, people):
    """Everything that a petition is made of, copied twice: once by hand, once row by row."""
    receipt = make_petition(place, people=[{"name": f"Người {n}"} for n in range(people)], learned_on=None)
    case = Case.objects.get(pk=receipt.case.pk)
    rows = [
        case, *case.events.all(), *case.clocks.all(), *Announcement.objects.filter(subject=case.reference),
        Petition.objects.get(), *Petitioner.objects.all(),
    ]  # fmt: skip
    assert {type(row) for row in rows} >= {Case, Event, Clock, Announcement, Petition}
    by_hand, by_orm = copied(rows, 10_000), copied(rows, 20_000)
    new_rows.write(by_hand)
    for row in by_orm:
        row.save(force_insert=True)
    for ours, theirs in zip(by_hand, by_orm, strict=True):
        stored, expected = (type(each).objects.get(pk=each.pk) for each in (ours, theirs))
        told, wanted = columns(stored), columns(expected)
        differ = {name for name in told if told[name] != wanted[name]}
        assert differ <= {"id", "reference", "code", "case_id", "petition_id", "tracking_hash", "seq"}
        assert ours._state.adding is False


def copied(rows, offset):
    """New rows like these with ids of their own, referring to each other as these do."""
    case, ids = Case(pk=offset), {}
    found = []
    for row in rows:
        new = type(row)(**{name: value for name, value in columns(row).items() if name != "search"})
        new.pk = uuid.UUID(int=offset) if isinstance(row, Petition) else offset + len(found)
        ids[type(row)] = new.pk
        if isinstance(row, Case):
            new.reference, case = f"{row.reference}-{offset}", new
        if isinstance(row, Event | Clock | Petition):
            new.case = case
        if isinstance(row, Petition):
            new.code, new.tracking_hash = case.reference, str(offset).encode()
        if isinstance(row, Petitioner):
            new.petition_id = ids[Petition]
        found.append(new)
    return found


def test_rows_without_an_id_get_one_and_a_second_time_is_refused(place):
    make_petition(place)
    petition = Petition.objects.get()
    told = [
        Announcement(topic="x", subject=f"{n}", body=place.office, day=TODAY, at=petition.received_at)
        for n in (1, 2)
    ]
    new_rows.write(told)
    assert list(Announcement.objects.filter(topic="x").order_by("id").values_list("subject", flat=True)) == [
        "1",
        "2",
    ]
    with pytest.raises(IntegrityError, match="petition"):
        new_rows.write([petition])


def test_a_petition_is_logged_in_few_statements(place, client_of):
    """Signing in is counted elsewhere; this is all the rest, BEGIN and COMMIT aside, with repeats looked for and found."""
    desk = apart(client_of(place.clerk))
    desk.post("/api/v1/petitions/", posted(place, subject="land"))
    for headers, most in (({}, 8), ({"Idempotency-Key": str(uuid.uuid4())}, 9)):
        with CaptureQueriesContext(connection) as seen:
            answer = desk.post("/api/v1/petitions/", posted(place, subject="land"), headers=headers)
        asked = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]
        assert answer.status_code == 201
        assert answer.json()["similar"]
        assert len(asked) <= most, asked
