"""Whatever is asked of the API within its own description, it answers within its description, and never with a 5xx."""

from datetime import date

import orjson
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as with_seed
from knox.models import AuthToken
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import bodies.api
import bodies.throttles
from bodies.models import Person, Role
from config.wsgi import application
from tests.bodies.making import make_membership, make_post, make_user
from tests.dialogues.making import host_of, with_everything
from tests.feedback.making import make_petition, make_place

pytestmark = pytest.mark.django_db

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 8
# Parts of addresses that lead to something: every other question asks for it.
KNOWN = {}


def _description():
    """As the schema's address gives it: through JSON."""
    return orjson.loads(OpenApiJsonRenderer().render(SchemaGenerator().get_schema(request=None, public=True)))


SCHEMA = schemathesis.openapi.from_dict(_description())
SCHEMA.app = application
OPERATIONS = {each.ok().label: each.ok() for each in SCHEMA.get_all_operations()}
# Those that must open at least once: else only refusals were looked at.
OPENED = {
    "GET /api/v1/cases/{reference}/",
    "GET /api/v1/cases/{reference}/events/",
    "GET /api/v1/cases/{reference}/clocks/",
    "GET /api/v1/cases/{reference}/notices/",
    "GET /api/v1/petitions/{code}/",
    "GET /api/v1/cases/",
    "GET /api/v1/dialogues/",
    "GET /api/v1/dialogues/{code}/",
    "GET /api/v1/dialogues/{code}/questions/",
    "GET /api/v1/dialogues/{code}/conclusions/",
    "GET /api/v1/dialogues/{code}/comments/",
    "GET /api/v1/public/dialogues/{code}/",
    "GET /api/v1/petitions/",
    "GET /api/v1/me/",
}


@pytest.fixture
def token(law):
    """Of a clerk who receives, handles and heads where a petition has come in, so that most doors are open."""
    place = make_place()
    an = make_user("an")
    for role in (Role.RECEPTIONIST, Role.HANDLER, Role.HEAD):
        make_membership(user=an, body=place.office, role=role, valid_from=date(2020, 1, 1))
    make_post(holder=an, body=place.province, valid_from=date(2020, 1, 1))
    receipt = make_petition(place)
    KNOWN.update(reference=receipt.case.reference, code=receipt.petition.code)
    KNOWN["token"] = str(Person.objects.get().token)
    KNOWN["dialogue"] = with_everything(host_of(place, an)).code
    yield AuthToken.objects.create(user=an)[1]
    KNOWN.clear()


@pytest.fixture(autouse=True)
def _asked_often_within_one_transaction(monkeypatch):
    """No limit on how often; and no request closes the connection that the test rolls back in the end."""
    for room in (bodies.api, bodies.throttles):
        monkeypatch.setattr(room, "allow", lambda *args, **kwargs: 0)
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


def known_for(operation):
    """Dialogues have a code as petitions have one."""
    if "dialogues/" not in operation.path or "dialogue" not in KNOWN:
        return KNOWN
    return KNOWN | {"code": KNOWN["dialogue"], "number": "1"}


def ask(operation, headers):
    """A few questions within the description of one operation, the same ones each time; gives the statuses."""
    asked, told = [], set()

    @with_seed(1954)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def each(case):
        asked.append(case)
        if len(asked) % 2:
            known = known_for(operation)
            case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
        told.add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

    with override_settings(ALLOWED_HOSTS=["*"]):
        each()
    return told


def test_every_operation_is_described():
    assert len(OPERATIONS) > 30
    assert {"POST /api/v1/people/search/", "GET /api/v1/cases/"} <= OPERATIONS.keys()


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_a_clerk_is_answered_as_described(label, token):
    told = ask(OPERATIONS[label], {"Authorization": f"Token {token}"})
    if label in OPENED:
        assert 200 in told


def test_an_answer_that_was_not_described_is_seen(token):
    described = _description()
    of_me = described["paths"]["/api/v1/me/"]["get"]["responses"]
    of_me["200"]["content"]["application/json"]["schema"] = {"type": "string"}
    schema = schemathesis.openapi.from_dict(described)
    schema.app = application
    with pytest.raises(FailureGroup, match="violates schema"):
        ask(schema["/api/v1/me/"]["GET"], {"Authorization": f"Token {token}"})


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_a_stranger_is_answered_as_described(label, law):
    ask(OPERATIONS[label], {})
