"""Identities are sealed, corrected, found by equal values, and shown masked only to those whom a guard lets find them."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodies import guards, identities, reveals
from bodies.identity_facts import BadIdentity, Identity, normalise
from bodies.models import FormerIdentity, Person
from bodies.refusals import BadInput
from bodies.scopes import standing_of
from bodies.sealed_rows import Match, opened
from bodies.sealing import CannotOpen
from tests.bodies.making import make_user
from tests.bodies.sealed import AT, CANARY, TRACES, TableGuard, make_person, sharing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def guard(monkeypatch):
    monkeypatch.setattr(guards, "_guards", [])
    guard = TableGuard(finders={"an"})
    guards.register_guard(guard)
    return guard


@pytest.fixture
def an():
    return make_user("an")


# --- Sealing --------------------------------------------------------------------------------------------------------


def test_what_is_sealed_is_kept_in_its_normal_form():
    person = make_person(name="  Nguyễn Văn\tAn ", phone="0912.345.678", id_number="001 085 004567")
    row = Person.objects.get(pk=person.pk)
    assert opened(row) == Identity(
        name="Nguyễn Văn An", phone="+84912345678", id_number="001085004567", id_kind="citizen_id"
    )
    assert (row.kind, row.created_at, row.token) == ("resident", AT, person.token)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    name=st.text(st.characters(categories=["L"]), min_size=1, max_size=60),
    address=st.text(max_size=200),
    note=st.text(max_size=200),
    organisation=st.booleans(),
)
def test_any_identity_comes_back_from_the_database_as_it_was_kept(name, address, note, organisation):
    try:
        kept = normalise(
            Identity(
                kind="organisation" if organisation else "resident", name=name, address=address, note=note
            ),
            today=AT.date(),
        )
    except BadIdentity:
        return
    person = identities.seal(kept, at=AT)
    assert opened(Person.objects.get(pk=person.pk)) == kept


def test_nothing_of_an_identity_stands_in_its_row_in_clear():
    person = identities.seal(CANARY, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text, encode(p.box, 'escape') FROM bodies_person p")
        (row,) = cursor.fetchall()
    stored = " ".join(row) + repr(bytes(Person.objects.get(pk=person.pk).box))
    assert not [trace for trace in TRACES if trace in stored]


def test_a_bad_identity_is_not_kept():
    with pytest.raises(BadIdentity) as bad:
        identities.seal(Identity(name="An", phone="12"), at=AT)
    assert set(bad.value.errors) == {"phone"}
    assert not Person.objects.exists()


def test_many_are_sealed_in_one_statement_and_in_their_order():
    names = [f"Người thứ {n}" for n in range(30)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        people = identities.seal_many([Identity(name=name) for name in names], at=AT)
    assert sum("INSERT" in query["sql"] for query in queries) == 1
    assert [opened(Person.objects.get(pk=person.pk)).name for person in people] == names


def test_of_many_with_a_fault_none_is_kept_and_each_fault_says_where():
    with pytest.raises(BadIdentity) as bad:
        identities.seal_many(
            [Identity(name="An"), Identity(name="Bình", phone="1"), Identity(id_number="2")], at=AT
        )
    assert set(bad.value.errors) == {"1.phone", "2.id_number"}
    assert not Person.objects.exists()


def test_the_year_of_birth_is_judged_by_the_local_day():
    new_year_in_vietnam = AT.replace(year=2026, month=12, day=31, hour=17)
    assert identities.seal(Identity(name="An", birth_year=2027), at=new_year_in_vietnam).pk
    with pytest.raises(BadIdentity):
        identities.seal(Identity(name="An", birth_year=2027), at=new_year_in_vietnam - timedelta(seconds=1))


def test_a_box_moved_to_another_row_does_not_open():
    one, two = make_person(name="Một"), make_person(name="Hai")
    Person.objects.filter(pk=two.pk).update(box=one.box)
    with pytest.raises(CannotOpen):
        identities.masked(Person.objects.filter(pk=two.pk))


# --- Corrections ----------------------------------------------------------------------------------------------------


def test_a_correction_tells_which_fields_changed_and_keeps_what_was_known_sealed(an):
    person = make_person(name="Nguyễn Văn An", phone="0912345678", address="Thôn 1")
    changed = identities.reseal(
        person, Identity(name="Nguyễn Văn An", phone="0987654321", address="Thôn 2"), by=an, at=AT
    )
    assert changed == ("phone", "address")
    row = Person.objects.get(pk=person.pk)
    assert opened(row) == Identity(name="Nguyễn Văn An", phone="+84987654321", address="Thôn 2")
    assert bytes(person.box) == bytes(row.box)
    former = FormerIdentity.objects.get()
    assert opened(former) == Identity(name="Nguyễn Văn An", phone="+84912345678", address="Thôn 1")
    assert (former.person, former.by, former.at) == (row, an, AT)
    assert former.token != row.token


def test_somebody_corrected_is_found_by_the_new_values_and_no_longer_by_the_old(an):
    person = make_person(name="Nguyễn Văn An", phone="0912345678", id_number="001085004567")
    identities.reseal(person, Identity(name="Trần Bình", phone="0987654321"), by=an, at=AT)
    assert sharing(Identity(phone="0912345678", id_number="001085004567")) == {}
    assert sharing(Identity(name="nguyen van an")) == {}
    assert set(sharing(Identity(phone="0987654321"))) == {person.pk}


def test_a_correction_that_changes_nothing_writes_nothing(an):
    person = make_person(name="Nguyễn Văn An", phone="0912345678")
    box = bytes(person.box)
    assert (
        identities.reseal(person, Identity(name="Nguyễn  Văn An", phone="0912 345 678"), by=an, at=AT) == ()
    )
    assert bytes(Person.objects.get().box) == box
    assert not FormerIdentity.objects.exists()


def test_a_former_identity_cannot_be_put_back_in_the_place_of_the_present_one(an):
    person = make_person(name="Nguyễn Văn An")
    identities.reseal(person, Identity(name="Nguyễn Văn Ân"), by=an, at=AT)
    Person.objects.filter(pk=person.pk).update(box=FormerIdentity.objects.get().box)
    with pytest.raises(CannotOpen):
        opened(Person.objects.get(pk=person.pk))


# --- Finding the same person ----------------------------------------------------------------------------------------


def test_the_same_person_is_found_by_number_phone_and_name_and_it_says_by_which():
    by_number = make_person(name="Lê Thị Hoà", id_number="001085004567")
    by_phone = make_person(name="Phạm Tuấn", phone="0912345678")
    by_name = make_person(name="NGUYỄN VĂN AN")
    by_all = make_person(name="Nguyễn Văn An", phone="0912345678", id_number="001085004567")
    make_person(name="Trần Bình", phone="0987654321", id_number="168123456")
    found = sharing(Identity(name="nguyen van an", phone="+84 912 345 678", id_number="001.085.004.567"))
    assert found == {
        by_number.pk: {Match.ID_NUMBER},
        by_phone.pk: {Match.PHONE},
        by_name.pk: {Match.NAME},
        by_all.pk: {Match.ID_NUMBER, Match.PHONE, Match.NAME},
    }


def test_people_who_lack_the_same_things_are_not_the_same():
    make_person(name="Một")
    make_person(phone="0912345678")
    assert sharing(Identity(name="Hai")) == {}
    assert sharing(Identity(address="Thôn 1")) == {}


def test_several_are_looked_for_together():
    one, two = make_person(name="Một Người"), make_person(phone="0912345678", name="Hai Người")
    asked = [Identity(phone="0912345678"), Identity(name="Ba Người"), Identity(name="mot nguoi")]
    assert sharing(*asked) == {two.pk: {Match.PHONE}, one.pk: {Match.NAME}}


def test_a_bad_value_is_named_before_anybody_is_looked_for():
    with pytest.raises(BadIdentity) as bad:
        sharing(Identity(name="An", phone="12"))
    assert set(bad.value.errors) == {"phone"}


# --- Search ---------------------------------------------------------------------------------------------------------


def names(found):
    return [each.masked.name for each in found]


@pytest.mark.parametrize(
    "asked", [{"id_number": "001 085 004 567"}, {"phone": "+84912345678"}, {"name": "NGUYEN VAN AN"}]
)
def test_a_search_shows_those_with_an_equal_value_masked(guard, an, asked):
    person = make_person(name="Nguyễn Văn An", phone="0912345678", id_number="001085004567")
    make_person(name="Nguyễn Văn Ân Tình", phone="0912345679", id_number="001085004568")
    ((found, masked),) = identities.search(an, at=AT, **asked)
    assert found == person
    assert (masked.name, masked.id_number, masked.phone) == ("N••••• V•• A•", "001•••••4567", "0912•••678")


def test_a_search_finds_nobody_whom_no_guard_lets_this_user_learn_of(guard, an):
    make_person(name="Nguyễn Văn An")
    assert identities.search(make_user("binh"), at=AT, name="Nguyễn Văn An") == []


def test_where_no_guard_is_registered_nobody_is_found(monkeypatch, an):
    monkeypatch.setattr(guards, "_guards", [])
    person = make_person(name="Nguyễn Văn An")
    assert identities.search(an, at=AT, name="Nguyễn Văn An") == []
    with pytest.raises(Person.DoesNotExist):
        identities.person_for(an, person.token, at=AT)


def test_one_guard_that_allows_is_enough(guard, an):
    one, two, three = (make_person(name="Nguyễn Văn An") for _ in range(3))
    guard.knows = {one.pk}
    guards.register_guard(TableGuard(finders={"an"}, knows={two.pk}))
    assert [each.person for each in identities.search(an, at=AT, name="nguyễn văn an")] == [two, one]
    assert three.pk not in guards.findable([one.pk, two.pk, three.pk], standing_of(an, AT.date()))


def test_a_guard_cannot_make_findable_whom_nobody_asked_about(guard, an):
    class Generous(TableGuard):
        def may_find(self, person_ids, standing):
            return {1, 2, 3, *person_ids}

    guards.register_guard(Generous())
    assert guards.findable([7], standing_of(an, AT.date())) == {7}


def test_a_search_gives_the_newest_and_not_more_than_fit_a_page(guard, an):
    people = identities.seal_many([Identity(name="Nguyễn Văn An")] * 1100, at=AT)
    found = identities.search(an, at=AT, name="Nguyễn Văn An")
    assert [each.person for each in found] == people[:-51:-1]
    # Those that may be found are behind a thousand that may not
    guard.knows = {people[3].pk}
    assert [each.person for each in identities.search(an, at=AT, name="Nguyễn Văn An")] == [people[3]]


@pytest.mark.parametrize(
    "asked", [{}, {"name": " "}, {"name": "An", "phone": "0912345678"}, {"id_number": "..."}]
)
def test_a_search_is_by_exactly_one_thing(guard, an, asked):
    with pytest.raises(BadInput) as bad:
        identities.search(an, at=AT, **asked)
    assert set(bad.value.errors) == {"id_number"}


def test_an_empty_field_in_a_search_counts_as_none(guard, an):
    make_person(name="An")
    assert names(identities.search(an, at=AT, name="An", phone="  ", id_number="")) == ["A•"]


def test_a_bad_phone_in_a_search_is_named(guard, an):
    with pytest.raises(BadInput) as bad:
        identities.search(an, at=AT, phone="12")
    assert set(bad.value.errors) == {"phone"}


def test_a_number_of_any_paper_can_be_looked_for(guard, an):
    make_person(kind="organisation", name="Hợp tác xã", id_number="0700123456")
    make_person(name="Smith", id_number="12345678", id_kind="passport")
    assert len(identities.search(an, at=AT, id_number="0700 123 456")) == 1
    assert len(identities.search(an, at=AT, id_number="1234 5678")) == 1


def test_a_person_is_got_by_token_as_if_absent_where_not_to_be_found(guard, an):
    person = make_person(name="Nguyễn Văn An")
    assert identities.person_for(an, person.token, at=AT) == person
    for user, token in [(make_user("binh"), person.token), (an, uuid4())]:
        with pytest.raises(Person.DoesNotExist) as absent:
            identities.person_for(user, token, at=AT)
        assert not [trace for trace in ("An", "Nguyễn") if trace in str(absent.value)]


# --- Canary ---------------------------------------------------------------------------------------------------------


def test_nothing_of_an_identity_shows_in_logs_texts_or_refusals(guard, an, caplog):
    sql_log = logging.getLogger("django.db.backends")
    sql_log.addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="django.db.backends")
    connection.force_debug_cursor = True
    said = []
    try:
        person = identities.seal(CANARY, at=AT)
        sharing(CANARY)
        found = identities.search(an, at=AT, id_number=CANARY.id_number)
        identities.reseal(person, Identity(name=CANARY.name, phone=CANARY.phone), by=an, at=AT)
        shown = identities.masked([person])
        said += [repr(thing) for thing in (person, found, shown, FormerIdentity.objects.get(), CANARY)]
        said += [str(thing) for thing in (person, found, shown, FormerIdentity.objects.get(), CANARY)]
        for act in (
            lambda: identities.seal(Identity(name=CANARY.name, id_number=CANARY.id_number + "1"), at=AT),
            lambda: identities.seal(Identity(name=CANARY.name, email="yen@butson"), at=AT),
            lambda: identities.search(an, at=AT, name=CANARY.name, phone=CANARY.phone),
            lambda: reveals.reveal(person, by=an, reason="To answer", at=AT),
        ):
            with pytest.raises(Exception) as refused:  # noqa: PT011 - whatever it is, it must be silent
                act()
            said += [repr(refused.value), str(refused.value), repr(vars(refused.value))]
        Person.objects.filter(pk=person.pk).update(key_id="lost")
        with pytest.raises(CannotOpen) as shut:
            identities.masked(Person.objects.all())
        said += [repr(shut.value), str(shut.value)]
    finally:
        connection.force_debug_cursor = False
        sql_log.removeHandler(caplog.handler)
    assert "INSERT INTO" in caplog.text  # the log was listening
    said += [caplog.text, *(query["sql"] for query in connection.queries)]
    assert not [(trace, text) for trace in TRACES for text in said if trace in text]


# --- Speed ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"phone": "0912340007"}, "person_phone"),
        ({"id_number": "001085000007"}, "person_id_number"),
        ({"name": "Người thứ 7"}, "person_name"),
    ],
)
def test_a_look_up_of_an_equal_value_reads_its_index_and_not_the_table(asked, index):
    many_people()
    plan = Person.objects.sharing(
        **identities._wanted(**{"phone": "", "id_number": "", "name": "", **asked})
    ).explain()
    assert index in plan
    assert "Seq Scan" not in plan


def many_people():
    identities.seal_many(
        [
            Identity(name=f"Người thứ {n}", phone=f"091234{n:04}", id_number=f"00108500{n:04}")
            for n in range(5000)
        ],
        at=AT,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bodies_person")
