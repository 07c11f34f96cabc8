"""Fixtures of this room: a place, a petition on its way and one at its end, and the citizen who holds its code."""

import pytest
import time_machine
from django.test import Client

from tests.cases.making import answered, at, do
from tests.feedback.making import make_petition, make_place
from tests.feedback.slip_holder import DAY


@pytest.fixture
def place():
    return make_place()


@pytest.fixture
def citizen():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def then():
    with time_machine.travel(at(DAY, 12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def open_case(place):
    receipt = make_petition(place, kind="feedback")
    do(receipt.case, "accept", "2024-04-03")
    return receipt


@pytest.fixture
def closed(open_case):
    answered(open_case.case, "2024-04-10", result="met")
    do(open_case.case, "close", "2024-04-10")
    return open_case
