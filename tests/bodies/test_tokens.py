"""A call with a token: who it is and how they stand, in one statement that gives what the ORM gives."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

from bodies.kinds import Level
from bodies.models import User
from bodies.scopes import standing_of
from bodies.tokens import TokenAuthentication, forget_ended
from tests.bodies.making import make_area, make_body, make_membership, make_user

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


@pytest.fixture
def an():
    area = make_area(code="ha-nam", level=Level.PROVINCE)
    user, office = make_user("an"), make_body(area=area)
    other = make_body(area=make_area(code="thi-son", parent=area), superior=office)
    make_membership(user=user, body=office, role="head")
    make_membership(user=user, body=other, role="handler", valid_to=date(2099, 1, 1))
    make_membership(user=user, body=other, role="receptionist", valid_to=date(2024, 2, 1))
    make_membership(user=user, body=other, role="monitor", valid_from=date(2099, 1, 1))
    return user


def ask(token):
    return APIClient(headers={"authorization": f"Token {token}"}).get(ME)


def test_the_person_and_their_places_come_as_the_orm_reads_them(an, django_assert_num_queries):
    token = AuthToken.objects.create(user=an)[1]
    with django_assert_num_queries(1):
        user, row = TokenAuthentication().authenticate_credentials(token.encode())
        standing = standing_of(user, timezone.localdate())
    assert {f.attname: getattr(user, f.attname) for f in User._meta.concrete_fields} == {
        f.attname: getattr(an, f.attname) for f in User._meta.concrete_fields
    }
    stored = AuthToken.objects.get()
    assert {f.attname: getattr(row, f.attname) for f in AuthToken._meta.concrete_fields} == {
        f.attname: getattr(stored, f.attname) for f in AuthToken._meta.concrete_fields
    }
    known = standing_of(User.objects.get(), timezone.localdate())
    assert set(standing.places) == set(known.places)
    assert {place.role for place in known.places} == {"head", "handler"}


def test_what_was_told_for_one_day_is_not_believed_for_another(an):
    token = AuthToken.objects.create(user=an)[1]
    user, _row = TokenAuthentication().authenticate_credentials(token.encode())
    assert {place.role for place in standing_of(user, date(2099, 6, 1)).places} == {"head", "monitor"}


def test_somebody_without_a_place_signs_in_too():
    user = make_user("binh")
    assert ask(AuthToken.objects.create(user=user)[1]).status_code == 200


@pytest.mark.parametrize("typed", ["x", "ă", "0" * 64, "a b"])
def test_a_token_nobody_has_is_401(an, typed):
    AuthToken.objects.create(user=an)
    assert ask(typed.encode().decode("latin-1")).status_code == 401


def test_a_token_that_begins_alike_is_not_the_same(an):
    token = AuthToken.objects.create(user=an)[1]
    assert ask(token[:-1] + ("0" if token[-1] != "0" else "1")).status_code == 401


def test_a_token_that_has_ended_is_gone_and_the_others_stay(an):
    ended, token = AuthToken.objects.create(user=an, expiry=timedelta(hours=-1))
    other = AuthToken.objects.create(user=an)[1]
    assert ask(token).status_code == 401
    assert not AuthToken.objects.filter(pk=ended.pk).exists()
    assert ask(other).status_code == 200


def test_who_may_not_sign_in_any_more_is_401(an):
    token = AuthToken.objects.create(user=an)[1]
    User.objects.update(is_active=False)
    assert ask(token).status_code == 401


def test_signing_in_forgets_ones_own_ended_tokens_only(an):
    other = make_user("binh")
    for user in (an, other):
        AuthToken.objects.create(user=user, expiry=timedelta(hours=-1))
    AuthToken.objects.create(user=an)
    forget_ended(an, timezone.now())
    assert sorted(AuthToken.objects.values_list("user__username", flat=True)) == ["an", "binh"]
