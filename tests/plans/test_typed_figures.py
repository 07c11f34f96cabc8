"""What nobody can count is typed in with a proof, by those it binds or for all of them, and never mixes with counts."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from bodies.models import Membership, Message
from plans import freezing, recounts, typed_figures
from plans.models import Freeze, Measure, Target, TypedFigure
from tests.cases.making import at, make_body, make_user
from tests.plans.making import all_of, line, make_district, make_plan
from tests.plans.proofs import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
COUNTED = line("C", all_of("counter: cases_open, op: '>=', value: threshold"))


def typed_line(code, value_type, *, threshold="90", period="year"):
    return (
        f"  - id: {code}\n    text_vi: Gõ tay\n    scope: {{kinds: [ubnd], levels: [commune]}}\n    comparator: '>='\n"
        f"    threshold: {threshold}\n    value_type: {value_type}\n    period: {period}\n    measured_by: manual\n"
    )


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(at("2024-12-20"), tick=False):
        yield


@pytest.fixture
def world():
    district = make_district()
    lines = (typed_line("S", "percent_of_items"), typed_line("N", "count_total", threshold="5"))
    district.plan = make_plan(district, COUNTED, *lines, typed_line("W", "qualitative"))
    district.keeper = make_user(("plan_keeper", district.body(0, "ubnd")))
    return district


def url(code):
    return f"/api/v1/plans/ke_hoach/targets/{code}/figures/"


def proof():
    return SimpleUploadedFile("proof.png", picture())


def typed(client, code, world, **fields):
    given = {"body": world.body(0, "ubnd").code, "period": "2024", "evidence": proof(), **fields}
    return client.post(url(code), given, format="multipart")


def of_plan(code, body=None):
    return Measure.objects.newest().get(target__code=code, period="2024", body=body)


def test_a_share_is_typed_in_as_part_and_whole_and_the_newest_counts(client_of, world):
    client = client_of(world.keeper)
    assert typed(client, "S", world, numerator="8", denominator="10").status_code == 201
    answer = typed(client, "S", world, numerator="9", denominator="10")
    assert (answer.json()["value"], answer.json()["numerator"]) == (None, 9)
    body = world.body(0, "ubnd")
    assert (of_plan("S", body).value, of_plan("S", body).passed) == (90, True)
    other = client_of(make_user(("head", world.body(1, "ubnd"))))
    assert (
        typed(other, "S", world, body=world.body(1, "ubnd").code, numerator="5", denominator="10").status_code
        == 201
    )
    # 14 of 20, from what each typed last.
    assert (of_plan("S").value, of_plan("S").passed) == (70, False)
    (newest, _older) = client.get(url("S")).json()
    assert (newest["by"], newest["numerator"]) == (world.keeper.username, 9)


def test_the_proof_comes_back_as_it_was_kept(client_of, world):
    client = client_of(world.keeper)
    address = typed(client, "N", world, value="7").json()["evidence"]
    answer = client.get(address)
    assert answer["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    stranger = client_of(make_user(("head", make_body())))
    assert stranger.get(address).status_code == 404


def test_the_issuer_types_for_all_and_that_goes_before_the_sum(client_of, world):
    issuer = client_of(make_user(("head", world.party)))
    asked = {"body": world.party.code, "is_for_whole_plan": True, "numerator": "19", "denominator": "20"}
    assert typed(issuer, "S", world, **asked).status_code == 201
    typed(client_of(world.keeper), "S", world, numerator="1", denominator="10")
    assert (of_plan("S").value, of_plan("S").passed) == (95, True)


@pytest.mark.parametrize(
    ("code", "fields", "status", "field"),
    [
        ("C", {"value": "1"}, 409, "target"),
        ("S", {"value": "90"}, 400, "numerator"),
        ("S", {"numerator": "3", "denominator": "2"}, 400, "numerator"),
        ("S", {"numerator": "0", "denominator": "0"}, 400, "numerator"),
        ("N", {}, 400, "value"),
        ("N", {"value": "-1"}, 400, "value"),
        ("W", {"text": "  "}, 400, "text"),
        ("N", {"value": "1", "period": "2031"}, 400, "period"),
        ("N", {"value": "1", "period": "2025"}, 400, "period"),
        ("N", {"value": "1", "period": "2024-Q1"}, 400, "period"),
        ("N", {"value": "1", "evidence": SimpleUploadedFile("x.png", b"GIF89a no picture")}, 400, "file"),
        ("N", {"value": "1", "is_for_whole_plan": True}, 400, "body"),
    ],
)
def test_what_cannot_be_typed_in_is_refused_and_nothing_is_kept(
    client_of, world, code, fields, status, field
):
    answer = typed(client_of(world.keeper), code, world, **fields)
    assert answer.status_code == status
    assert field in (answer.json() if status == 400 else answer.json()["field"])
    assert not TypedFigure.objects.exists()
    assert not Measure.objects.exists()


def test_a_body_out_of_scope_and_somebody_else_are_refused(client_of, world):
    front = world.body(0, "mttq")
    answer = typed(client_of(make_user(("head", front))), "N", world, body=front.code, value="1")
    assert (answer.status_code, list(answer.json())) == (400, ["body"])
    handler = client_of(make_user(("handler", world.body(0, "ubnd"))))
    assert typed(handler, "N", world, value="1").status_code == 409
    stranger = client_of(make_user(("head", make_body())))
    assert typed(stranger, "N", world, value="1").status_code == 404
    assert not TypedFigure.objects.exists()


def test_the_same_key_types_once(client_of, world):
    client, key = client_of(world.keeper), str(uuid4())
    answers = [
        client.post(
            url("N"),
            {"body": world.body(0, "ubnd").code, "period": "2024", "value": "7", "evidence": proof()},
            format="multipart",
            headers={"Idempotency-Key": key},
        )
        for _n in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert TypedFigure.objects.count() == 1


def test_counting_leaves_what_was_typed_alone(client_of, world):
    typed(client_of(world.keeper), "N", world, value="7")
    recounts.recount(world.plan, at=datetime(2024, 12, 21, tzinfo=UTC))
    assert (of_plan("N").value, of_plan("N").passed) == (7, True)
    assert of_plan("C").typed is None


def test_a_line_that_is_counted_from_now_on_keeps_nothing_that_was_typed_and_back(client_of, world):
    typed(client_of(world.keeper), "N", world, value="7")
    rest = (COUNTED, typed_line("S", "percent_of_items"), typed_line("W", "qualitative"))
    rule = all_of("counter: cases_open, op: '>=', value: threshold")
    plan = make_plan(world, *rest, line("N", rule, value_type="count_total", threshold="5"))
    recounts.recount(plan, at=at("2024-12-21"))
    for body in (None, world.body(0, "ubnd")):
        assert (of_plan("N", body).value, of_plan("N", body).typed) == (0, None)
    assert TypedFigure.objects.count() == 1
    plan = make_plan(world, *rest, typed_line("N", "count_total", threshold="5"))
    recounts.recount(plan, at=at("2024-12-22"))
    assert not Measure.objects.filter(target__code="N").exists()
    typed(client_of(world.keeper), "N", world, value="8")
    recounts.recount(plan, at=at("2024-12-23"))
    assert (of_plan("N").value, of_plan("N").typed) == (8, None)


def test_of_a_fixed_figure_a_new_version_says_what_changed(client_of, world):
    client = client_of(world.keeper)
    typed(client, "N", world, value="7")
    with time_machine.travel(at("2025-01-05"), tick=False):
        freezing.freeze(Target.objects.get(code="N"), "2024", by=None, at=at("2025-01-05"), reason="báo cáo")
        assert typed(client, "N", world, value="8").status_code == 201
    row = of_plan("N", world.body(0, "ubnd"))
    assert (row.version, row.value) == (2, 8)
    changes = Freeze.objects.get(measure=row).changes
    assert (changes["before"]["value"], changes["after"]["value"]) == ("7.0000", "8.0000")


def test_who_types_is_reminded_once_before_the_period_ends(world):
    Membership.objects.exclude(user=world.keeper).delete()
    assert typed_figures.remind(at("2024-12-20")) == 0
    assert typed_figures.remind(at("2024-12-22")) == 1
    assert typed_figures.remind(at("2024-12-23")) == 0
    (message,) = Message.objects.filter(recipient=world.keeper)
    assert "3" in message.text
    assert "31/12/2024" in message.text
