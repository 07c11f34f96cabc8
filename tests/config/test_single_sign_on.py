"""Signing in by the province's own service (OpenID Connect), against a small one on this machine."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount import providers
from django.conf import settings as now
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import include, path

from bodies.models import User
from config import env
from config.urls import urlpatterns as usual

pytestmark = pytest.mark.django_db
OPENID = "allauth.socialaccount.providers.openid_connect"
urlpatterns = [
    path("accounts/sso/", include("allauth.socialaccount.urls")),
    path("accounts/", include(f"{OPENID}.urls")),
    *usual,
]


class Province(BaseHTTPRequestHandler):
    """Says who signed in: `server.claims`, to whoever brings the code it gave and the secret it shares with us."""

    def do_GET(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        self._say({
            "/.well-known/openid-configuration": {
                "issuer": here, "authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token",
                "userinfo_endpoint": f"{here}/userinfo", "jwks_uri": f"{here}/jwks",
            },
            "/userinfo": self.server.claims,
        }.get(self.path))  # fmt: skip

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked = sent
        here = f"http://127.0.0.1:{self.server.server_port}"
        said = {
            "iss": here,
            "aud": "lang-nghe",
            "exp": time.time() + 60,
            "iat": time.time(),
            **self.server.claims,
        }
        if self.server.nonce:
            said["nonce"] = self.server.nonce
        token = jwt.encode(said, "a secret of the province, long enough", algorithm="HS256")
        self._say(
            {"access_token": "t", "token_type": "Bearer", "id_token": token}
            if sent["code"] == ["c"]
            else None
        )

    def _say(self, what):
        body = json.dumps(what).encode()
        self.send_response(200 if what is not None else 400)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def province():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Province)
    server.claims, server.nonce = {"sub": "007", "preferred_username": "tiepdan"}, ""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def browser(province, settings, monkeypatch):
    settings.SOCIALACCOUNT_PROVIDERS = env.single_sign_on(
        f"http://127.0.0.1:{province.server_port}", "lang-nghe", "s3cret", "Tỉnh"
    )
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, OPENID]
    settings.ROOT_URLCONF = __name__
    known = providers.ProviderRegistry()
    known.load()
    monkeypatch.setattr(providers.registry, "provider_map", known.provider_map)
    return Client(headers={"accept-language": "vi"})


def come_back(browser, province, code="c"):
    """To the province's page, and back with the code it gave."""
    # By a link: the content policy lets no form lead to another site.
    led = browser.get("/accounts/oidc/sso/login/")
    asked = parse_qs(urlsplit(led.url).query)
    province.nonce = asked.get("nonce", [""])[0]
    assert led.url.startswith(f"http://127.0.0.1:{province.server_port}/authorize?")
    assert asked["code_challenge_method"] == ["S256"]
    return browser.get("/accounts/oidc/sso/login/callback/", {"code": code, "state": asked["state"][0]})


def test_whoever_has_an_account_here_comes_in_by_the_name_the_province_knows(browser, province):
    User.objects.create_user("tiepdan", full_name="Cán bộ tiếp dân")
    assert "Đăng nhập bằng Tỉnh" in browser.get("/accounts/login/").content.decode()
    assert come_back(browser, province).url == "/"
    assert browser.session["_auth_user_id"]
    # A password that was never set cannot be changed; the page of one's own sign-in opens all the same.
    assert browser.get("/accounts/password/").status_code == 404
    assert browser.get("/accounts/2fa/").status_code == 200
    assert province.asked["code_verifier"][0]


@pytest.mark.parametrize("known", [None, False], ids=["nobody", "somebody who left"])
def test_whoever_has_none_is_told_whom_to_ask(browser, province, known):
    if known is not None:
        User.objects.create_user("tiepdan", full_name="Đã nghỉ", is_active=False)
    answer = come_back(browser, province)
    assert (answer.status_code, "quản trị" in answer.content.decode().lower()) == (403, True)
    assert "_auth_user_id" not in browser.session
    assert User.objects.count() == (0 if known is None else 1)


def test_a_code_the_province_does_not_know_opens_nothing(browser, province):
    User.objects.create_user("tiepdan", full_name="Cán bộ tiếp dân")
    answer = come_back(browser, province, code="stolen")
    assert "không thành công" in answer.content.decode()
    assert "_auth_user_id" not in browser.session


def test_without_an_address_there_is_no_service_and_half_a_setting_is_refused():
    assert env.single_sign_on("", "", "", "SSO") == {}
    assert now.SOCIALACCOUNT_PROVIDERS == {}
    assert "sso" not in Client().get("/accounts/login/").content.decode()
    with pytest.raises(ImproperlyConfigured, match="OIDC_SECRET"):
        env.single_sign_on("https://sso.example", "lang-nghe", "", "SSO")
