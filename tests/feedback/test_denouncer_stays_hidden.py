"""The canary: a denouncer's name, number, phone and address lie nowhere but in the sealed box, through a whole life."""

import io
import logging

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.utils import timezone

from bodies import outbox
from bodies.models import Message
from cases.models import Case
from tests.cases.making import answered, at, do
from tests.feedback.making import PUBLIC, apart, make_petition, make_place, posted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
URL = "/api/v1/petitions/"
PAGES = (
    URL, f"{URL}{{}}/", "/api/v1/cases/", "/api/v1/cases/{}/", "/api/v1/cases/{}/events/", "/api/v1/cases/{}/clocks/",
    "/api/v1/verdicts/", "/api/v1/messages/",
)  # fmt: skip
# As typed, as kept, and as each could be spelt along the way.
TYPED = {
    "name": "Canaria Thị Hoàng Yến",
    "id_number": "035085777123",
    "phone": "0977 131 313",
    "address": "Ngõ Chim Yến 77, thôn Hoàng Oanh",
    "email": "hoangyen77@example.vn",
    "birth_year": 1985,
    "note": "Chỉ gọi sau giờ chim ngủ",
}
CANARIES = (
    "canaria", "hoàng yến", "hoang yen", "hoangyen", "035085777123", "0977131313", "977131313", "0977 131 313", "chim yến",
    "chim yen", "hoàng oanh", "chim ngủ",
)  # fmt: skip


@pytest.fixture
def place():
    return make_place()


@pytest.fixture
def logged():
    """Everything the process logs, in full, before and after the allow-list."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setLevel(logging.DEBUG)
    root = logging.getLogger()
    watched = [root, *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    for logger in watched:
        logger.addHandler(handler)
    yield stream
    for logger in watched:
        logger.removeHandler(handler)


def held():
    """Every row of every table, as text."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            found[table] = "\n".join(row for (row,) in cursor.fetchall())
    return found


def sings(text):
    return [canary for canary in CANARIES if canary in text.lower()]


def test_a_canary_is_found_where_there_is_one(place):
    """The dump and the list can fail: a name put into a title is found."""
    make_petition(place, title=f"Đơn của {TYPED['name']}")
    assert [table for table, text in held().items() if sings(text)] == ["cases_case"]
    assert sings(TYPED["phone"])


def test_the_denouncer_is_nowhere_after_a_whole_life(place, client_of, logged):
    desk, citizen = apart(client_of(place.clerk)), apart(client_of(None))
    told = posted(place, kind="denunciation", title="Nhận tiền", content="Sự việc", petitioners=[TYPED])
    with time_machine.travel(at("2024-04-02", 9)):
        answers = [desk.post(URL, told), citizen.post(f"{PUBLIC}petitions/", told)]
        number = answers[0].json()["code"]
        code = {"tracking_code": answers[0].json()["receipt"]["tracking_code"]}
        answers += [
            desk.post(f"{URL}similar/", {"phone": TYPED["phone"], "area": place.area.code}),
            desk.post(URL, told | {"area": "khong-co"}),
            desk.post(URL, told | {"petitioners": [TYPED | {"phone": "0977131313x"}]}),
            desk.post(f"{URL}{number}/people/", {"position": 0, "reason": "Nhầm", "birth_year": 1986}),
            citizen.post(f"{PUBLIC}supplement/", code | {"text": "Xin gửi thêm"}),
        ]
    case = Case.objects.get(reference=number)
    do(case, "accept", "2024-04-04")
    answered(case, "2024-04-10")
    with time_machine.travel(at("2024-04-12", 9)):
        answers += [
            citizen.post(f"{PUBLIC}verdict/", code | {"score": 1}),
            citizen.post(f"{PUBLIC}track/", code),
        ]
        outbox.tell_pending(timezone.now())
        for user in (place.clerk, place.handler, place.head, place.superior, place.monitor):
            answers += [client_of(user).get(path.format(number)) for path in PAGES]

    assert sorted(answer.status_code for answer in answers) == [200] * 43 + [201] * 4 + [400] * 2
    assert [answer.request["PATH_INFO"] for answer in answers if sings(answer.content.decode())] == []
    assert Message.objects.filter(topic="verdict.given").exists()
    assert {table: sings(text) for table, text in held().items() if sings(text)} == {}
    assert "/api/v1/petitions/" in logged.getvalue()
    assert sings(logged.getvalue()) == []
