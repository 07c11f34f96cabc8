"""Every address turns a stranger away unless it is public, and none carries a personal datum."""

import re
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, path, resolve, reverse
from django.urls.resolvers import RegexPattern
from drf_spectacular.generators import SchemaGenerator

PUBLIC = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/schema/",
    "/api/docs/",
    "/api/v1/token/",
    "/api/v1/public/choices/",
    "/api/v1/public/petitions/",
    "/api/v1/public/track/",
    "/api/v1/public/supplement/",
    "/api/v1/public/withdraw/",
    "/api/v1/public/verdict/",
    "/api/v1/public/dialogues/",
    "/api/v1/public/dialogues/2026-kim-bang-ubnd-000123/",
    "/api/v1/public/dialogues/2026-kim-bang-ubnd-000123/questions/",
    "/api/v1/public/questions/track/",
    "/i18n/setlang/",
    # The citizen's pages: who has no code is asked for one.
    "/track/",
    "/track/petition/",
    "/track/petition/print/",
    "/track/petition/add/",
    "/track/petition/verdict/",
    "/track/petition/withdraw/",
    "/track/leave/",
    # The residents' pages of dialogues.
    "/public/dialogues/",
    "/public/dialogues/2026-kim-bang-ubnd-000123/",
    "/public/questions/",
    "/accounts/login/",
    "/accounts/inactive/",
    # Leads whoever is not signed in to the sign-in.
    "/accounts/logout/",
    # With nobody half signed in they lead to /accounts/login/ or say no.
    "/accounts/2fa/webauthn/login/",
}
METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
# What a part of an address may be: the first that fits is put there.
SAMPLES = ("1", "2026-kim-bang-ubnd-000123", "7f1d8f1e-3c1b-4b0c-8d6a-0a2f8e0c1d11", "abc")
_CONVERTED = {"int": "1", "str": "abc", "slug": "abc", "path": "abc", "uuid": str(UUID(int=7))}

pytestmark = pytest.mark.django_db


class Address(NamedTuple):
    path: str
    pattern: URLPattern


def addresses(patterns, before="/"):
    """Every pattern below these with one concrete path that leads to it."""
    for pattern in patterns:
        here = before + sample_of(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Address(here, pattern)
        else:
            yield from addresses(pattern.url_patterns, here)


def sample_of(pattern):
    if not isinstance(pattern, RegexPattern):
        return re.sub(r"<(?:(\w+):)?\w+>", lambda part: _CONVERTED[part[1] or "str"], str(pattern))
    text = str(pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
    # A group of a router has no group in it.
    return re.sub(r"\(\?P<\w+>([^()]+)\)", lambda part: _fitting(part[1]), text).replace("\\", "")


def _fitting(rule):
    return next(sample for sample in (*SAMPLES, *rule.split("|")) if re.fullmatch(rule, sample))


ALL = list(addresses(get_resolver().url_patterns))


def is_turned_away(answer):
    if answer.status_code == 302:
        return answer.url.split("?")[0] in {
            reverse("account_login"),
            reverse("admin:login"),
            reverse("admin:index"),
        }
    return answer.status_code in {401, 403, 405}


def let_in(address):
    """The methods by which a stranger is not turned away."""
    client = Client(raise_request_exception=False)
    answers = {method: getattr(client, method)(address.path) for method in METHODS}
    return {method: answer.status_code for method, answer in answers.items() if not is_turned_away(answer)}


def test_every_address_was_found():
    assert len(ALL) > 50
    # The last one of the administrator's pages takes what no other takes.
    for address in ALL:
        assert resolve(address.path).func == address.pattern.callback, address.path


def test_the_public_ones_exist():
    assert {address.path for address in ALL} >= PUBLIC


@pytest.mark.parametrize(
    "address", [each for each in ALL if each.path not in PUBLIC], ids=lambda address: address.path
)
def test_a_stranger_is_turned_away_by_every_method(address):
    assert let_in(address) == {}


def _open_door(request):
    return HttpResponse("come in")


def test_an_open_door_is_seen(settings):
    settings.ROOT_URLCONF = "tests.architecture.test_addresses"
    (address,) = addresses(urlpatterns)
    assert set(let_in(address)) == set(METHODS)


urlpatterns = [path("open/<int:number>/", _open_door)]


# --- Nothing personal -----------------------------------------------------------------------------------------------

PERSONAL = {"name", "fullname", "phone", "address", "email", "petitioner", "person", "birth", "cccd", "cmnd"}
PERSONAL_PAIRS = {("id", "number"), ("tracking", "code"), ("full", "name")}
# Free text that people type: what of it may stand in an address was decided for each.
FREE_TEXT = {"q", "search", "text", "query", "words", "content", "title"}
ALLOWED_TEXT = {
    ("/api/v1/cases/", "q"),
    ("/api/v1/cases/export.csv", "q"),
    ("/api/v1/cases/export.xlsx", "q"),
    ("/api/v1/petitions/", "q"),
}


def personal_parameters(schema):
    for place, operations in schema["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", []):
                if parameter["in"] in {"path", "query"} and _is_personal(place, parameter["name"]):
                    yield f"{method} {place}: {parameter['name']}"


def _is_personal(place, name):
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word]
    if name in FREE_TEXT:
        return (place, name) not in ALLOWED_TEXT
    return bool(PERSONAL & set(words) or PERSONAL_PAIRS & set(pairwise(words)))


def test_no_personal_datum_stands_in_an_address():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    assert sum(len(op.get("parameters", [])) for ops in schema["paths"].values() for op in ops.values()) > 20
    assert list(personal_parameters(schema)) == []


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("query", "name"),
        ("query", "petitioner_name"),
        ("query", "id_number"),
        ("query", "id_number__startswith"),
        ("query", "phone"),
        ("query", "address"),
        ("path", "petitioner"),
        ("path", "tracking_code"),
        ("query", "q"),
    ],
)
def test_a_personal_datum_in_an_address_is_seen(where, name):
    schema = {"paths": {"/api/v1/x/": {"get": {"parameters": [{"in": where, "name": name}]}}}}
    assert len(list(personal_parameters(schema))) == 1


def test_what_stands_in_a_body_or_is_a_code_is_no_matter():
    parameters = [{"in": "query", "name": name} for name in ("body", "handler", "area__within", "page_size")]
    schema = {
        "paths": {"/api/v1/cases/": {"get": {"parameters": [*parameters, {"in": "query", "name": "q"}]}}}
    }
    assert list(personal_parameters(schema)) == []
