"""Signing in for the API asks for the second factor that signing in on the page asks for; each code works once."""

import time
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from rest_framework.test import APIClient

from bodies.models import User
from tests.bodies.making import make_area, make_body, make_membership

pytestmark = pytest.mark.django_db
SECRET, PASSWORD = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "con-duong-lang-nghe"


@pytest.fixture
def clerk():
    return User.objects.create_user("tiepdan", PASSWORD, full_name="Cán bộ tiếp dân")


def code_now():
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


def ask(**more):
    return APIClient(headers={"accept-language": "en"}).post(
        "/api/v1/token/", {"username": "tiepdan", "password": PASSWORD, **more}, format="json"
    )


def test_without_a_second_factor_the_password_is_enough(clerk):
    assert ask().status_code == 200


def test_whoever_has_an_authenticator_gives_its_code_once(clerk):
    TOTP.activate(clerk, SECRET)
    refused = ask()
    assert (refused.status_code, list(refused.json())) == (400, ["code"])
    code = code_now()
    assert ask(code="000000" if code != "000000" else "111111").status_code == 400
    assert ask(code=code).status_code == 200
    assert ask(code=code).status_code == 400
    # A wrong password tells nothing of the factor.
    wrong = APIClient().post("/api/v1/token/", {"username": "tiepdan", "password": "x"}, format="json")
    assert wrong.status_code == 401


def test_a_recovery_code_works_once(clerk):
    TOTP.activate(clerk, SECRET)
    codes = RecoveryCodes.activate(clerk).get_unused_codes()
    assert ask(code=codes[0]).status_code == 200
    assert ask(code=codes[0]).status_code == 400
    assert ask(code=codes[1]).status_code == 200


def test_a_passkey_is_shown_on_the_page_alone(clerk):
    Authenticator.objects.create(user=clerk, type=Authenticator.Type.WEBAUTHN, data={"name": "khóa"})
    refused = ask(code="123456")
    assert (refused.status_code, "passkey" in refused.json()["refused"]) == (409, True)


def test_a_role_that_must_have_one_gets_no_token_before(clerk, settings):
    settings.MFA_ROLES = frozenset({"administrator"})
    assert ask().status_code == 200
    make_membership(
        user=clerk, body=make_body(area=make_area()), role="administrator", valid_from=date(2020, 1, 1)
    )
    refused = ask()
    assert (refused.status_code, "second factor" in refused.json()["refused"]) == (409, True)
    TOTP.activate(clerk, SECRET)
    assert ask(code=code_now()).status_code == 200


def test_the_secret_of_an_authenticator_lies_sealed(clerk):
    TOTP.activate(clerk, SECRET)
    assert SECRET not in str(Authenticator.objects.values_list("data", flat=True)[0])


def test_on_the_page_whoever_owes_a_factor_is_led_to_set_it_up(clerk, settings):
    settings.MFA_ROLES = frozenset({"all"})
    page = Client()
    page.force_login(clerk)
    answer = page.get("/cases/")
    assert answer.status_code == 302
    assert "2fa" in answer.headers["Location"]
