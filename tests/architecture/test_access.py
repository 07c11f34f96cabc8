"""Who gets what answer from which address by which method: every cell of access.txt, and no address without a line there.

A line is an address, the methods it speaks of, and one answer for each role: a status, or `in` where one is led to the
sign-in. A method without a line lets nobody in. Whatever was refused or accepted is undone before the next is asked.

A method without a line is shut whoever asks: that is asked by nobody, by somebody with every role, and by the superuser.
The others are asked what the table says of them.
"""

import re
from collections import defaultdict
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RegexPattern

from tests.architecture import office
from tests.architecture.asked import ME
from tests.architecture.office import NOW, ROLES
from tests.architecture.test_addresses import PUBLIC

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TABLE = Path(__file__).with_name("access.txt")
SIGN_IN = {"/accounts/login/", "/admin/login/"}
# Public, and leading whoever is not signed in to the sign-in.
LED_AWAY = {"/accounts/logout/", "/accounts/2fa/webauthn/login/"}
# Named by a code, and no secret to whoever is signed in, or to anybody.
OPEN_TO_ALL = (
    "/api/v1/areas/",
    "/api/v1/bodies/",
    "/api/v1/public/",
    "/cases/suggest/",
    "/public/dialogues/",
)
# They ask for no session: who calls them is nobody, whoever it is.
WITHOUT_A_SESSION = {
    ("POST", address) for address in (
        "/api/v1/token/", "/api/v1/public/petitions/", "/api/v1/public/track/", "/api/v1/public/supplement/",
        "/api/v1/public/withdraw/", "/api/v1/public/questions/track/", "/api/v1/public/verdict/",
        "/api/v1/public/dialogues/<code>/questions/",
    )
}  # fmt: skip
# What a method without a line may answer.
SHUT = {"405"}
SHUT_TO_NOBODY = {"405", "401", "in"}
ASKED_EVERYTHING = {"anonymous", "stranger", "technical"}


def templates(patterns, before="/"):
    """Every address, with the parts that change in brackets."""
    for pattern in patterns:
        here = before + _shape(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here
        else:
            yield from templates(pattern.url_patterns, here)


def _shape(pattern):
    text = str(pattern)
    if isinstance(pattern, RegexPattern):
        text = text.removeprefix("^").removesuffix("$").removesuffix("\\Z")
        text = re.sub(r"\(\?P<(\w+)>(?:[^()]+)\)", r"<\1>", text).replace("\\", "")
    return re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", text)


TEMPLATES = list(dict.fromkeys(templates(get_resolver().url_patterns)))


def expected():
    """{address: {method: {role: answer}}}"""
    table = defaultdict(dict)
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            address, methods, *answers = line.split()
            assert len(answers) == len(ROLES), line
            for method in methods.split(","):
                assert method in METHODS, line
                assert method not in table[address], f"{method} {address} stands twice"
                table[address][method] = dict(zip(ROLES, answers, strict=True))
    return dict(table)


def path_of(address, parts):
    """The address of one real object."""
    known = max((start for start in parts if address.startswith(start)), key=len, default="")
    return re.sub(r"<(\w+)>", lambda part: str(parts.get(known, {}).get(part[1], "1")), address)


def ask(place, client, method, address):
    """One request, and everything it did undone."""
    path = path_of(address, place.parts)
    cookies, before = SimpleCookie(client.cookies.output(header="")), transaction.savepoint()
    is_form = not path.startswith("/api/")
    sent = place.sent.get((method, address), {})
    body = {name: client.me if value == ME else value for name, value in sent.items()}
    how = {} if method == "GET" or (is_form and method == "POST") else {"content_type": "application/json"}
    try:
        answer = getattr(client, method.lower())(path, body, **how)
        if answer.streaming:
            b"".join(answer.streaming_content)
    finally:
        transaction.set_rollback(False)
        transaction.savepoint_rollback(before)
        client.cookies = cookies
    return answer


def token(answer):
    is_sign_in = answer.status_code == 302 and answer.url.split("?")[0] in SIGN_IN
    return "in" if is_sign_in else str(answer.status_code)


def is_shut(role, answer):
    return answer in (SHUT_TO_NOBODY if role == "anonymous" else SHUT)


@pytest.fixture
def place(law, settings):
    settings.MFA_ROLES = frozenset()
    with time_machine.travel(NOW, tick=False):
        yield office.make_office()


def browser_of(place, role, **options):
    client = Client(raise_request_exception=False, headers={"accept-language": "en"}, **options)
    client.me = ""
    if place.people[role] is not None:
        client.me = place.people[role].username
        client.force_login(place.people[role])
    # A session that has been seen once: else each request would write it down, and undo that.
    client.get("/i18n/setlang/")
    return client


def walk(place, role):
    """Every address by every method: the answers, and the pages without a content policy or with a weak one."""
    client, table, answers, weak = browser_of(place, role), expected(), {}, []
    for address in TEMPLATES:
        for method in METHODS if role in ASKED_EVERYTHING else table.get(address, ()):
            answer = ask(place, client, method, address)
            answers[address, method] = token(answer)
            policy = answer.headers.get("Content-Security-Policy", "")
            is_page = answer.headers.get("Content-Type", "").startswith("text/html")
            if is_page and ("default-src 'none'" not in policy or "unsafe-" in policy):
                weak.append(f"{method} {address}")
    return answers, weak


def test_every_address_has_a_line_and_every_line_an_address():
    table = expected()
    assert sorted(table) == sorted(TEMPLATES)
    assert len(TEMPLATES) * len(METHODS) * len(ROLES) > 9000


def test_nothing_breaks_and_who_is_not_signed_in_gets_no_further_than_the_public_addresses():
    let_in = set()
    for address, methods in expected().items():
        for method, answers in methods.items():
            assert not any(answer.startswith("5") for answer in answers.values()), f"{method} {address}"
            if answers["anonymous"] not in {"in", "401", "403", "405"}:
                let_in.add(address)
    assert (
        let_in == {re.sub(r"2026-kim-bang-ubnd-000123", "<code>", address) for address in PUBLIC} - LED_AWAY
    )


def test_a_stranger_finds_nothing_behind_the_name_of_an_object():
    """What is not theirs and what does not exist are the same: 404."""
    for address, methods in expected().items():
        if "<" in address and not address.startswith(("/admin/", *OPEN_TO_ALL)):
            for method, answers in methods.items():
                assert answers["stranger"] in {"404", "405"}, f"{method} {address}"


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_cell_is_as_written(place, role):
    answers, weak = walk(place, role)
    table = expected()
    wrong = []
    # An address without any line fails in a test of its own.
    for (address, method), answer in ((cell, answer) for cell, answer in answers.items() if cell[0] in table):
        wanted = table[address].get(method, {}).get(role)
        if answer != wanted and (wanted is not None or not is_shut(role, answer)):
            wrong.append(f"{role} {method} {address}: {answer}, not {wanted or '405'}")
    assert wrong == []
    assert weak == [], "pages without the content policy"


@pytest.mark.django_db
def test_nothing_is_written_in_a_session_without_the_token_of_the_page(place):
    """Whoever it is: no form of another site is taken, by a page or by the API."""
    table, taken = expected(), []
    client = browser_of(place, "head", enforce_csrf_checks=True)
    for address in table:
        for method in METHODS[1:]:
            answer = token(ask(place, client, method, address))
            is_asked_for = method in table[address]
            if answer != "403" and is_asked_for and (method, address) not in WITHOUT_A_SESSION:
                taken.append(f"{method} {address}: {answer}")
    assert taken == []
