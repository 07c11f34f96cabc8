"""Many at once, the broker gone, an error at every statement: one petition for one key, and never half of one."""

import json
import os
import socket
import subprocess
import sys
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from rest_framework.test import APIClient

from bodies.models import Submission
from cases.models import Case
from feedback.models import Petition, Petitioner, Verdict, Word
from tests.cases.making import answered, do
from tests.feedback.making import PUBLIC, an, make_petition, make_place, posted

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/api/v1/petitions/"


@pytest.fixture(autouse=True)
def loaded(db):
    with connection.cursor() as cursor:
        # A flushed database has lost the one row that a migration put there.
        cursor.execute(
            "INSERT INTO bodies_calendarstate (id, version, roll_forward) VALUES (1, 1, true) ON CONFLICT DO NOTHING"
        )
    for command in ("load_calendar", "load_rules", "load_subjects"):
        call_command(command, verbosity=0)


@pytest.fixture
def place():
    return make_place()


def as_user(user):
    client = APIClient(headers={"accept-language": "en"}, raise_request_exception=False)
    if user is not None:
        client.force_authenticate(user)
    return client


def in_threads(count, work, over):
    def closing(each):
        try:
            return work(each)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(closing, over))


def test_twenty_parallel_posts_of_each_of_twenty_keys_make_twenty_petitions(place):
    keys = [str(uuid.uuid4()) for _ in range(20)]

    def post(key):
        answer = as_user(place.clerk).post(
            URL, posted(place, title=f"Đơn {keys.index(key)}"), headers={"Idempotency-Key": key}
        )
        return (
            key,
            answer.status_code,
            answer.json().get("code"),
            answer.json().get("receipt", {}).get("tracking_code"),
        )

    told = in_threads(8, post, keys * 20)
    assert Counter(status for _key, status, _code, _track in told) == {201: 20, 200: 380}
    # Every answer to one key is the same.
    assert len({(key, code, track) for key, _status, code, track in told}) == 20
    assert Petition.objects.count() == Case.objects.count() == Submission.objects.count() == 20
    numbers = sorted(int(code[-6:]) for code in Petition.objects.values_list("code", flat=True))
    assert numbers == list(range(1, 21))


def test_of_forty_parallel_guesses_from_one_address_ten_are_looked_at(place):
    def guess(_number):
        return as_user(None).post(f"{PUBLIC}track/", {"tracking_code": "ABCD-EFGH-JKMN"}).status_code

    told = Counter(in_threads(8, guess, range(40)))
    # A minute may end in between: then a second ten is let through.
    assert told[404] in {10, 20}
    assert told[404] + told[429] == 40


def test_one_answer_is_rated_once_however_many_browsers_try(place):
    receipt = make_petition(place, kind="feedback")
    do(receipt.case, "accept", "2024-04-03")
    answered(receipt.case, "2024-04-10", result="met")

    def rate(number):
        asked = {"tracking_code": receipt.tracking_code, "score": 5}
        return as_user(None).post(f"{PUBLIC}verdict/", asked, REMOTE_ADDR=f"10.0.0.{number}").status_code

    assert Counter(in_threads(8, rate, range(16))) == {201: 1, 409: 15}
    assert Verdict.objects.count() == 1


def test_supplements_sent_at_once_all_arrive_each_with_its_own_number(place):
    receipt = make_petition(place)

    def add(number):
        asked = {"tracking_code": receipt.tracking_code, "text": f"ảnh {number}"}
        return as_user(None).post(f"{PUBLIC}supplement/", asked, REMOTE_ADDR=f"10.0.0.{number}").status_code

    assert Counter(in_threads(4, add, range(12))) == {201: 12}
    assert sorted(Word.objects.values_list("number", flat=True)) == list(range(1, 13))


# --- An error at every statement -------------------------------------------------------------------------------------


def rows():
    """How many rows each table holds."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            (found[table],) = cursor.fetchone()
    return found


class Fails:
    """Puts a statement that the server refuses in the place of the n-th."""

    def __init__(self, number):
        self.number, self.seen = number, 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        if self.seen == self.number:
            return execute("SELECT 1/0", None, many, context)
        return execute(sql, params, many, context)


# Counted on purpose outside the transaction of what they limit.
COUNTED_APART = {"bodies_trycount"}
KEY = {"Idempotency-Key": "6f4a3a52-1f5c-4b7e-9a53-0e0f6d1f6f01"}


def act(way, place, receipt, number):
    """One request of each kind that writes, from an address of its own."""
    code = {"tracking_code": receipt.tracking_code}
    people = f"{URL}{receipt.petition.code}/people/"
    user, url, data = {
        "desk": (place.clerk, URL, posted(place, people_count=7)),
        "portal": (None, f"{PUBLIC}petitions/", posted(place)),
        "supplement": (None, f"{PUBLIC}supplement/", code | {"text": "ảnh"}),
        "withdrawal": (None, f"{PUBLIC}withdraw/", code | {"whole": True}),
        "verdict": (None, f"{PUBLIC}verdict/", code | {"score": 1}),
        "correction": (place.clerk, people, {"position": 0, "reason": "Nhầm", "name": "Nguyễn Văn Ân"}),
    }[way]
    return as_user(user).post(url, data, headers=KEY, REMOTE_ADDR=f"10.0.0.{number}")


@pytest.mark.parametrize("way", ["desk", "portal", "supplement", "withdrawal", "verdict", "correction"])
def test_an_error_at_any_statement_leaves_nothing_behind(place, way):
    receipt = make_petition(place, kind="feedback")
    if way == "verdict":
        do(receipt.case, "accept", "2024-04-03")
        answered(receipt.case, "2024-04-10", result="met")
    before, number = rows(), 0
    while True:
        number += 1
        fault = Fails(number)
        with connection.execute_wrapper(fault):
            answer = act(way, place, receipt, number)
        if fault.seen < number:
            break
        assert answer.status_code == 500, (number, answer.content)
        now = rows()
        assert {table for table in now if now[table] != before[table]} <= COUNTED_APART
    # With no error left to make it is done, and the book has no gap from all the tries.
    assert answer.status_code in {200, 201}
    assert number > 6
    assert all(petition.code.endswith("-000001") for petition in Petition.objects.all())


# --- The broker gone ------------------------------------------------------------------------------------------------

SCRIPT = """
import json, sys, time
import django
django.setup()
from rest_framework.test import APIClient
from bodies.models import User
from feedback.models import Petition
from bodies import tracking
client = APIClient()
asked = json.loads(sys.argv[1])
began = time.monotonic()
lodged = client.post("/api/v1/public/petitions/", asked, format="json")
code = lodged.json().get("tracking_code", "")
tracked = client.post("/api/v1/public/track/", {"tracking_code": code}, format="json")
client.force_authenticate(User.objects.get(username=sys.argv[2]))
logged = client.post("/api/v1/petitions/", {**asked, "channel": "letter"}, format="json")
print(json.dumps([lodged.status_code, tracked.status_code, logged.status_code, time.monotonic() - began]))
"""


@pytest.fixture(params=["stopped", "frozen"])
def dead_broker(request):
    """An address where nobody listens, or where somebody takes the call and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        if request.param == "frozen":
            listening.listen(8)
        yield f"redis://:secret@127.0.0.1:{listening.getsockname()[1]}/0"


def test_petitions_come_in_and_are_followed_while_the_broker_is_gone(place, dead_broker):
    here = connection.settings_dict
    address = f"postgres://{here['USER']}:{here['PASSWORD']}@{here['HOST']}:{here['PORT']}/{here['NAME']}"
    asked = posted(place, petitioners=[an()])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(asked), place.clerk.username],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": address,
            "REDIS_URL": dead_broker,
            "ALLOWED_HOSTS": "testserver",
            "INSECURE_HTTP": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    lodged, tracked, logged, seconds = json.loads(done.stdout.splitlines()[-1])
    assert (lodged, tracked, logged) == (201, 200, 201)
    assert seconds < 2
    assert Petition.objects.count() == Petitioner.objects.count() == 2
