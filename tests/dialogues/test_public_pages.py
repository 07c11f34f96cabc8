"""The pages of dialogues for everybody: what is announced, one of them, a question sent and followed; no account, no script."""

from uuid import uuid4

import pytest
import time_machine
from django.utils.formats import date_format

from cases.conclusions import Promise
from dialogues import concluding
from dialogues.models import Question
from tests.cases.making import answered, at, day
from tests.cases.making import do as move_case
from tests.dialogues.making import brought_to, do, make_host, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
URL = "/public/dialogues/"
FOLLOW = "/public/questions/"
ROAD = "Bao giờ sửa đường liên thôn?"


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(at("2026-03-12", 10), tick=False):
        yield


def page(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def announced(host, **facts):
    dialogue = make_plan(host, **facts)
    do(
        dialogue,
        host,
        "schedule",
        "2026-02-20",
        place="Nhà văn hóa thôn Vồng",
        online_at="https://hop.example.vn/d1",
    )
    do(dialogue, host, "announce", "2026-03-10", announcement="Mời bà con dự", how_to_attend="Đăng ký ở thôn")
    return dialogue


def test_everybody_reads_when_where_and_how_to_attend(client):
    host = make_host()
    told = page(client.get(f"{URL}{announced(host).code}/"))
    for words in (
        "Đối thoại với Nhân dân về đất đai", host.body.name, "Nhà văn hóa thôn Vồng", "https://hop.example.vn/d1",
        "08:00", date_format(day("2026-03-20"), "l d/m/Y"), "Mời bà con dự", "Đăng ký ở thôn", "Nhân dân",
    ):  # fmt: skip
        assert words in told
    assert "noindex" not in told


def test_the_list_has_what_is_to_come_and_results_and_finds_a_place_without_its_marks(client):
    host, other = make_host(), make_host()
    host.area.name = "Thị trấn Quế"
    host.area.save()
    ahead, told = announced(host, title="Về đường thôn"), brought_to(other, "published", title="Về rác thải")
    hidden = brought_to(other, "planned", title="Chưa báo")
    everything = page(client.get(URL))
    assert [title in everything for title in (ahead.title, told.title, hidden.title)] == [True, True, False]
    found = page(client.get(URL, {"place": "thi tran que"}))
    assert (ahead.title in found, told.title in found) == (True, False)
    assert client.get(f"{URL}{hidden.code}/").status_code == 404


def test_a_question_is_sent_once_and_followed_by_the_code_that_is_shown_then(client):
    host = make_host()
    dialogue = announced(host)
    sent = {"text": ROAD, "name": "Trần Thị Hòa", "phone": "0912345678", "key": str(uuid4())}
    first = client.post(f"{URL}{dialogue.code}/", sent)
    code = first.context["code"]
    assert code in page(first, 201)
    assert client.post(f"{URL}{dialogue.code}/", sent).context["code"] == code
    question = Question.objects.get()
    assert (question.text, question.brought, question.asker is None) == (ROAD, "public", False)
    told = client.post(FOLLOW, {"tracking_code": code.lower()})
    assert ROAD in page(told)
    assert "Hòa" not in told.content.decode()
    assert (told["Cache-Control"].count("no-store"), told["Referrer-Policy"]) == (1, "same-origin")
    assert page(client.post(FOLLOW, {"tracking_code": "0000-0000-0000"}), 422)


@pytest.mark.parametrize(
    ("sent", "field"), [({"text": " … "}, "text"), ({"text": ROAD, "phone": "12"}, "phone"), ({}, "text")]
)
def test_a_fault_stands_beside_its_field_and_what_was_typed_stays(client, sent, field):
    host = make_host()
    answer = client.post(
        f"{URL}{announced(host).code}/", {"name": "Trần Thị Hòa", "key": str(uuid4())} | sent
    )
    assert 'value="Trần Thị Hòa"' in page(answer, 422)
    assert list(answer.context["form"].errors) == [field]
    assert not Question.objects.exists()


def test_when_it_has_begun_no_question_is_taken_from_outside(client):
    host = make_host()
    dialogue = announced(host)
    with time_machine.travel(at("2026-03-20", 9), tick=False):
        assert "<textarea" not in page(client.get(f"{URL}{dialogue.code}/"))
        answer = client.post(f"{URL}{dialogue.code}/", {"text": ROAD, "key": str(uuid4())})
    assert page(answer, 422)
    assert not Question.objects.exists()


def test_what_was_promised_and_how_far_it_is_stands_there_once_it_is_published(client):
    host = make_host()
    dialogue = brought_to(host, "open_for_comments")
    promised = Promise(text="Sửa cống thôn 4", body=host.body, due_on=day("2026-04-20"))
    case = concluding.conclude(dialogue, promised, by=host.head, at=at("2026-03-23")).case
    do(dialogue, host, "sign", "2026-03-25", no_conclusions=False)
    assert "Sửa cống" not in page(client.get(f"{URL}{dialogue.code}/"))
    do(dialogue, host, "publish", "2026-03-27", results="Kết luận 01 việc")
    move_case(case, "progress", "2026-04-02", text="Ông Bình đang làm", percent=40)
    told = page(client.get(f"{URL}{dialogue.code}/"))
    for words in ("Kết luận 01 việc", "Sửa cống thôn 4", "40", "20/04/2026"):
        assert words in told
    assert "Bình" not in told
    answered(case, "2026-04-10", "done")
    move_case(case, "close", "2026-04-10")
    assert "state-done" in page(client.get(f"{URL}{dialogue.code}/"))


def test_the_list_costs_the_same_whatever_it_holds(client, django_assert_max_num_queries):
    host = make_host()
    for _number in range(3):
        announced(host)
        with django_assert_max_num_queries(4):  # the limit in its savepoint, to come, made known
            page(client.get(URL))


def test_so_often_and_no_oftener(client):
    host = make_host()
    dialogue = announced(host)
    statuses = [
        client.post(f"{URL}{dialogue.code}/", {"text": ROAD, "key": str(uuid4())}).status_code
        for _n in range(21)
    ]
    assert statuses == [201] * 20 + [429]
