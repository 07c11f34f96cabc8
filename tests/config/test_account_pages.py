"""Signing in and its pages: they open, they work, and they speak one language at a time."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from bodies.models import User
from config import demo_data
from tests.architecture.test_access import TEMPLATES
from tests.bodies.making import make_area, make_body, make_membership

pytestmark = pytest.mark.django_db
SECRET, PASSWORD = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "con-duong-lang-nghe"
# A page of the desk that needs nothing but somebody signed in.
INSIDE = "/cases/lists/"
PAGES = sorted({address for address in TEMPLATES if address.startswith("/accounts/")})


@pytest.fixture(autouse=True)
def _nothing_tried_before():
    caches["default"].clear()


@pytest.fixture
def clerk():
    return User.objects.create_user("tiepdan", PASSWORD, full_name="Nguyễn Văn An")


def browser(language="vi"):
    return Client(headers={"accept-language": language, "user-agent": "Firefox"})


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))


def sign_in(client, password=PASSWORD):
    return client.post("/accounts/login/", {"login": "tiepdan", "password": password})


def show_again(client):
    """Whoever changes how they sign in says once more who they are."""
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def make_passkey(user):
    """A key that somebody has added, as a browser hands it in."""
    secret = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(Aaguid.NONE, b"1" * 16, secret)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(b"0" * 32, flags, 0, bytes(credential))
    brought = {
        "id": websafe_encode(b"1" * 16),
        "rawId": websafe_encode(b"1" * 16),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(b'{"type":"webauthn.create","challenge":"","origin":""}'),
            "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Điện thoại", "credential": brought}
    )


# --- One language at a time ------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """Every text of a page that people see or hear."""

    def __init__(self):
        super().__init__()
        self.texts, self._silent = set(), False

    def handle_starttag(self, tag, attributes):
        self._silent = tag in {"script", "style", "kbd"}
        said = ("title", "alt", "placeholder", "aria-label", *(["value"] if tag == "button" else []))
        self.texts |= {value for name, value in attributes if name in said and value}

    def handle_endtag(self, tag):
        self._silent = False

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.texts.add(" ".join(data.split()))


def texts_of(answer):
    reader = Reader()
    reader.feed(answer.content.decode())
    return reader.texts


# What is the same in every language: names, codes, the head of a title.
NO_WORDS = re.compile(r"[\W\d_]*|Lắng Nghe|[0-9a-f]{8}(\s+[0-9a-f]{8})*|[A-Z2-7]{32}")


def same_in_both(clients, ask):
    """The texts of one page that do not change with the language."""
    answers = [ask(client) for client in clients]
    pages = [texts_of(answer) for answer in answers if answer.headers["Content-Type"].startswith("text/html")]
    same = set.intersection(*pages) if pages else set()
    return {text for text in same if not NO_WORDS.fullmatch(text)}


def crawl(clients, names, **parts):
    found = {}
    for address in PAGES:
        path = re.sub(r"<(\w+)>", lambda part: str(parts.get(part[1], 1)), address)
        if address == "/accounts/logout/":
            asked = [lambda client, path=path: client.get(path)]
        else:
            # Empty forms say what they miss.
            asked = [
                lambda client, path=path: client.get(path),
                lambda client, path=path: client.post(path, {}),
            ]
        for ask in asked:
            same = same_in_both(clients, ask) - names
            if same:
                found[address] = same
    return found


def test_the_pages_speak_vietnamese_to_whoever_is_not_signed_in():
    assert crawl([browser("vi"), browser("en")], set()) == {}


def test_the_pages_speak_vietnamese_to_whoever_has_no_second_factor(clerk):
    clients = [browser("vi"), browser("en")]
    for client in clients:
        assert sign_in(client).status_code == 302
        show_again(client)
    assert crawl(clients, {"Nguyễn Văn An", "Firefox", "127.0.0.1"}) == {}


def test_the_pages_speak_vietnamese_between_the_password_and_the_code(clerk):
    TOTP.activate(clerk, SECRET)
    clients = [browser("vi"), browser("en")]
    for client in clients:
        assert sign_in(client).url == "/accounts/2fa/authenticate/"
    assert same_in_both(clients, lambda client: client.get("/accounts/2fa/authenticate/")) == set()
    wrong = same_in_both(clients, lambda client: client.post("/accounts/2fa/authenticate/", {"code": "abc"}))
    assert wrong == set()


@pytest.mark.parametrize("shows", [True, False], ids=["shown again", "to be shown again"])
def test_the_pages_speak_vietnamese_to_whoever_has_every_factor(clerk, shows):
    TOTP.activate(clerk, SECRET)
    codes = RecoveryCodes.activate(clerk).get_unused_codes()
    key = make_passkey(clerk)
    clients = [browser("vi"), browser("en")]
    for client in clients:
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": codes.pop()})
        if shows:
            show_again(client)
    assert crawl(clients, {"Nguyễn Văn An", "Firefox", "127.0.0.1", "Điện thoại"}, pk=key.pk) == {}


def test_a_text_that_was_not_translated_is_seen():
    same = same_in_both([browser("vi"), browser("vi")], lambda client: client.get("/accounts/login/"))
    assert {"Đăng nhập", "Mật khẩu"} <= same
    assert len(PAGES) > 15


# --- They work -------------------------------------------------------------------------------------------------------


def later(seconds):
    """A code is good for half a minute, and once."""
    return time_machine.travel(timezone.now().timestamp() + seconds, tick=False)


def test_an_authenticator_app_is_set_up_asked_for_and_switched_off_again(clerk):
    client = browser()
    sign_in(client)
    assert client.get("/accounts/2fa/totp/activate/").url.startswith("/accounts/reauthenticate/")
    show_again(client)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'value="([A-Z2-7]{32})"', page)[1]
    assert "data:image/svg+xml" in page
    refused = client.post("/accounts/2fa/totp/activate/", {"code": "000"})
    assert "Mã không đúng." in refused.content.decode()
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert "Đang bật" in client.get("/accounts/2fa/").content.decode()

    other = browser()
    with later(60):
        assert sign_in(other).url == "/accounts/2fa/authenticate/"
        assert other.get(INSIDE).url.startswith("/accounts/login/")
        other.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert other.get(INSIDE).url.startswith("/accounts/login/")
        other.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
        assert other.get(INSIDE).status_code == 200
        show_again(other)
        other.post("/accounts/2fa/totp/deactivate/")
    with later(120):
        assert sign_in(browser()).url == "/"


def test_recovery_codes_are_shown_downloaded_and_open_the_way_once(clerk):
    TOTP.activate(clerk, SECRET)
    client = browser()
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(SECRET)})
    show_again(client)
    client.post("/accounts/2fa/recovery-codes/generate/")
    codes = client.get("/accounts/2fa/recovery-codes/download/").content.decode().split()
    assert len(codes) == 10
    assert codes[0] in client.get("/accounts/2fa/recovery-codes/").content.decode()
    for opens in (True, False):
        other = browser()
        sign_in(other)
        other.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert (other.get(INSIDE).status_code == 200) is opens


def test_one_sees_where_one_is_signed_in_and_signs_out_everywhere_else(clerk):
    here, there = browser(), browser()
    for client in (here, there):
        sign_in(client)
        client.get(INSIDE)
    page = here.get("/accounts/sessions/").content.decode()
    assert page.count("127.0.0.1") == 2
    assert page.count("phiên này") == 1
    here.post("/accounts/sessions/")
    assert here.get(INSIDE).status_code == 200
    assert there.get(INSIDE).url.startswith("/accounts/login/")


def test_a_password_is_changed_with_the_old_one_and_a_good_new_one(clerk):
    client = browser()
    sign_in(client)
    new = {"oldpassword": PASSWORD, "password1": "ngan", "password2": "ngan"}
    assert "12" in client.post("/accounts/password/", new).content.decode()
    client.post(
        "/accounts/password/",
        {"oldpassword": PASSWORD, "password1": "mot-cau-dai-hon", "password2": "mot-cau-dai-hon"},
    )
    assert sign_in(browser()).status_code == 200
    assert sign_in(browser(), "mot-cau-dai-hon").status_code == 302


def test_a_role_that_must_have_a_second_factor_gets_nowhere_before_it_has_one(clerk, settings):
    settings.MFA_ROLES = frozenset({"administrator"})
    client = browser()
    sign_in(client)
    assert client.get(INSIDE).status_code == 200
    make_membership(
        user=clerk,
        body=make_body(area=make_area()),
        role="administrator",
        valid_from=timezone.localdate().replace(year=2020),
    )
    client = browser()
    sign_in(client)
    for address in ("/", INSIDE, "/monitor/"):
        assert client.get(address).url == "/accounts/2fa/"
    assert "cần xác thực hai bước" in client.get("/accounts/2fa/").content.decode()
    show_again(client)
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    TOTP.activate(clerk, SECRET)
    assert client.get(INSIDE).status_code == 200


def test_after_five_wrong_passwords_the_right_one_waits_and_the_count_lies_in_the_database(clerk, settings):
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    for _number in range(5):
        assert "không đúng" in sign_in(browser(), "wrong").content.decode()
    refused = sign_in(browser())
    assert (refused.status_code, "quá nhiều lần" in refused.content.decode()) == (200, True)
    # Nobody else waits, and nobody for ever.
    User.objects.create_user("khac", PASSWORD, full_name="Người khác")
    assert browser().post("/accounts/login/", {"login": "khac", "password": PASSWORD}).status_code == 302
    assert "DatabaseCache" in type(caches["default"]).__name__
    with later(301):
        assert sign_in(browser()).status_code == 302


def test_somebody_unknown_is_answered_like_somebody_with_a_wrong_password(clerk):
    known, unknown = (
        browser().post("/accounts/login/", {"login": name, "password": "wrong"})
        for name in ("tiepdan", "ai-do")
    )
    bare = [re.sub(r"csrf\S+|value=\S+", "", page.content.decode()) for page in (known, unknown)]
    assert bare[0] == bare[1].replace("ai-do", "tiepdan")


def test_a_session_ends_after_half_an_hour_without_anybody_and_twelve_hours_in_all(clerk, settings):
    settings.SESSION_COOKIE_AGE = 60 * 60
    busy, idle = browser(), browser()
    for client in (busy, idle):
        sign_in(client)
        assert client.get(INSIDE).status_code == 200
    with later(29 * 60):
        assert busy.get(INSIDE).status_code == 200
    with later(31 * 60):
        assert idle.get(INSIDE).url.startswith("/accounts/login/")
    with later(55 * 60):
        assert busy.get(INSIDE).status_code == 200
    with later(61 * 60):
        assert busy.get(INSIDE).url.startswith("/accounts/login/")


def test_who_was_shut_out_is_out_at_the_next_request(clerk):
    client = browser()
    sign_in(client)
    assert client.get(INSIDE).status_code == 200
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert client.get(INSIDE).url.startswith("/accounts/login/")
    assert sign_in(browser()).url == "/accounts/inactive/"


@pytest.mark.parametrize(("proxies", "caller"), [(0, "127.0.0.1"), (1, "10.1.2.3")])
def test_who_calls_is_who_the_own_proxy_says_and_nobody_elses_word_counts(clerk, settings, proxies, caller):
    """Else one who types wrong passwords would shut out everybody behind the proxy."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    client = Client(headers={"user-agent": "Firefox", "x-forwarded-for": "6.6.6.6, 10.1.2.3"})
    sign_in(client)
    client.get(INSIDE)
    assert UserSession.objects.get().ip == caller


# --- The demo --------------------------------------------------------------------------------------------------------


def test_the_demo_names_its_people_on_the_sign_in_page(settings):
    settings.DEMO = True
    page = browser().get("/accounts/login/").content.decode()
    assert demo_data.PASSWORD in page
    assert all(f'value="{login.username}"' in page for login in [*demo_data.CAST, demo_data.TECHNICAL])


def test_nobody_else_does():
    page = browser().get("/accounts/login/").content.decode()
    assert demo_data.PASSWORD not in page
    assert not any(login.username in page for login in demo_data.CAST)


@pytest.mark.parametrize(
    ("demo", "insecure", "named"), [("1", "1", True), ("1", "0", False), ("0", "1", False)]
)
def test_only_what_the_demo_itself_starts_is_a_demo(demo, insecure, named):
    """A site reached over TLS is none, whatever its environment says."""
    environment = os.environ | {"DEMO": demo, "INSECURE_HTTP": insecure}
    said = subprocess.run(
        [sys.executable, "-c", "from config import settings; print(settings.DEMO)"],
        env=environment, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert said.stdout.strip() == str(named)
