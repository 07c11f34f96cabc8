"""Sealed identities over HTTP: searched by what stands in the body, read for a reason, consented to by another."""

from uuid import uuid4

import pytest
from django.db import transaction

from bodies import guards
from bodies.guards import Verdict
from bodies.models import IdentityRead, Reveal
from tests.bodies.making import make_user
from tests.bodies.sealed import CANARY, TableGuard, make_person

pytestmark = pytest.mark.django_db

SEARCH = "/api/v1/people/search/"
REVEALS = "/api/v1/reveals/"
OPEN = Verdict(allowed=True, needs_approval=False, case_reference="2026-kim-bang-ubnd-000001")
GUARDED = Verdict(allowed=True, case_reference="2026-kim-bang-ubnd-000002")
REASON = {"reason": "To check the facts"}


@pytest.fixture(autouse=True)
def _guard(monkeypatch):
    """An needs consent, Binh may give it, Dung reads at once, Em finds people but reads nobody."""
    monkeypatch.setattr(guards, "_guards", [])
    guards.register_guard(
        TableGuard(
            finders={"an", "binh", "dung", "em"}, readers={"an": GUARDED, "dung": OPEN}, approvers={"binh"}
        )
    )


@pytest.fixture
def person():
    return make_person(name=CANARY.name, id_number=CANARY.id_number, phone=CANARY.phone)


@pytest.fixture
def api(client_of):
    """`api("an")`: the API as this person sees it; made when first asked for."""
    known = {}

    def make(username):
        if username not in known:
            known[username] = client_of(make_user(username))
        return known[username]

    return make


def reveal_of(person):
    return f"/api/v1/people/{person.token}/reveal/"


def decision_on(pk):
    return f"{REVEALS}{pk}/decision/"


# --- Searching ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [{"id_number": "035 185 009 876"}, {"phone": "+84 987 650 123"}, {"name": "quach thi hoang yen"}],
)
def test_a_person_is_found_by_any_one_of_three_and_shown_masked(api, person, asked):
    make_person(name="Trần Văn Bình", id_number="036085000001", phone="0912345678")
    answer = api("an").post(SEARCH, asked)
    assert answer.status_code == 200
    (found,) = answer.json()
    assert found["token"] == str(person.token)
    assert found["kind"] == "resident"
    for whole in ("035185009876", "987650123", "Hoàng Yến"):
        assert whole not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"name": " "},
        {"name": "Quách Thị Hoàng Yến", "phone": "0987650123"},
        {"phone": "not a number"},
        {"name": "x" * 121},
        {"name": ["a"]},
    ],
)
def test_a_search_by_none_or_several_is_refused_naming_a_field(api, person, asked):
    answer = api("an").post(SEARCH, asked)
    assert answer.status_code == 400
    assert set(answer.json()) <= {"id_number", "phone", "name"}


def test_who_may_not_learn_of_a_person_finds_nobody(api, person):
    assert api("stranger").post(SEARCH, {"phone": CANARY.phone}).json() == []


def test_what_stands_in_the_address_is_not_searched_for(api, person):
    assert api("an").post(f"{SEARCH}?phone={CANARY.phone}", {}).status_code == 400
    assert api("an").get(f"{SEARCH}?phone={CANARY.phone}").status_code == 405


# --- Reading --------------------------------------------------------------------------------------------------------


def test_who_may_read_gets_all_of_it_and_leaves_a_line(api, person):
    answer = api("dung").post(reveal_of(person), REASON)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["name"], told["id_number"], told["phone"]) == (
        CANARY.name,
        CANARY.id_number,
        "+84987650123",
    )
    assert answer["Cache-Control"] == "no-store"
    line = IdentityRead.objects.get()
    assert (line.person, line.by.username, line.reason) == (person, "dung", REASON["reason"])


@pytest.mark.parametrize("reason", [{}, {"reason": " \n"}, {"reason": "x" * 1001}])
def test_a_reading_without_a_reason_is_refused(api, person, reason):
    answer = api("dung").post(reveal_of(person), reason)
    assert (answer.status_code, set(answer.json())) == (400, {"reason"})
    assert not IdentityRead.objects.exists()


def test_a_person_one_may_not_learn_of_does_not_exist(api, person):
    unseen = api("stranger").post(reveal_of(person), REASON)
    absent = api("dung").post(f"/api/v1/people/{uuid4()}/reveal/", REASON)
    assert (unseen.status_code, unseen.json()) == (404, absent.json())
    assert absent.status_code == 404


def test_whom_one_may_find_but_not_read_is_refused(api, person):
    assert api("em").post(reveal_of(person), REASON).status_code == 409
    assert not Reveal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_identity_is_given_away_inside_a_transaction(api, person):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        api("dung").post(reveal_of(person), REASON)
    assert not IdentityRead.objects.exists()


# --- Consenting -----------------------------------------------------------------------------------------------------


def ask(api, person):
    answer = api("an").post(reveal_of(person), REASON)
    assert answer.status_code == 202
    return answer.json()


def test_where_consent_is_needed_it_is_asked_for_once_and_nothing_is_told(api, person):
    first, again = ask(api, person), ask(api, person)
    assert (first["state"], first["id"]) == ("waiting", again["id"])
    assert not {"name", "phone", "id_number"} & set(first)
    assert not IdentityRead.objects.exists()


def test_a_second_person_sees_the_request_consents_and_the_first_reads_once(api, person):
    asked = ask(api, person)
    (waiting,) = api("binh").get(REVEALS).json()
    assert (waiting["id"], waiting["asked_by"], waiting["reason"]) == (asked["id"], "an", REASON["reason"])
    granted = api("binh").post(decision_on(asked["id"]), {"grant": True})
    assert (granted.status_code, granted.json()["state"]) == (200, "granted")
    assert api("binh").get(REVEALS).json() == []
    assert api("an").post(reveal_of(person), REASON).json()["name"] == CANARY.name
    assert ask(api, person)["id"] != asked["id"]


def test_a_refused_request_gives_nothing(api, person):
    asked = ask(api, person)
    refused = api("binh").post(decision_on(asked["id"]), {"grant": False})
    assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    ask(api, person)
    assert not IdentityRead.objects.exists()


def test_nobody_decides_their_own_request_or_one_already_decided(api, person):
    asked = ask(api, person)
    assert api("an").post(decision_on(asked["id"]), {"grant": True}).status_code == 409
    assert api("binh").post(decision_on(asked["id"]), {"grant": False}).status_code == 200
    assert api("binh").post(decision_on(asked["id"]), {"grant": True}).status_code == 409
    assert Reveal.objects.get().state == "refused"


def test_a_request_that_is_not_ones_to_decide_does_not_exist(api, person):
    asked = ask(api, person)
    assert api("dung").get(REVEALS).json() == []
    assert api("dung").post(decision_on(asked["id"]), {"grant": True}).status_code == 404
    assert api("dung").post(decision_on(10**17), {"grant": True}).status_code == 404
    assert Reveal.objects.get().state == "waiting"


@pytest.mark.parametrize("decision", [{}, {"grant": None}, {"grant": "perhaps"}])
def test_a_decision_is_yes_or_no(api, person, decision):
    answer = api("binh").post(decision_on(ask(api, person)["id"]), decision)
    assert (answer.status_code, set(answer.json())) == (400, {"grant"})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", SEARCH),
        ("post", "/api/v1/people/00000000-0000-4000-8000-000000000001/reveal/"),
        ("get", REVEALS),
        ("post", decision_on(1)),
    ],
)
def test_a_stranger_is_asked_to_sign_in(client_of, method, path):
    assert getattr(client_of(None), method)(path).status_code == 401


def test_nobody_reads_many_identities_in_an_hour(api, person, monkeypatch):
    """Each reading and each request for one counts, also those that are refused; others go on."""
    monkeypatch.setattr("bodies.throttles.RevealsByPerson.most", 3)
    answers = [api("dung").post(f"/api/v1/people/{uuid4()}/reveal/", REASON).status_code for _ in range(3)]
    assert answers == [404] * 3
    limited = api("dung").post(reveal_of(person), REASON)
    assert limited.status_code == 429
    assert int(limited["Retry-After"]) > 0
    assert api("an").post(reveal_of(person), REASON).status_code == 202
    assert not IdentityRead.objects.exists()
