"""Dialogues over HTTP: planned, moved, asked, concluded by those who may; unseen by everybody else."""

from uuid import uuid4

import pytest
import time_machine

from cases.models import Case
from dialogues.models import Dialogue, JointHost
from tests.cases.making import at, make_body, make_case, make_file, make_user
from tests.dialogues.making import brought_to, do, duties_of, make_host, make_plan
from tests.feedback.making import apart

pytestmark = pytest.mark.usefixtures("law")
URL = "/api/v1/dialogues/"
NOW = "2026-03-21"


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(at(NOW, 10), tick=False):
        yield


def planned(host, **facts):
    return {
        "host": host.body.code,
        "title": "Đối thoại về đất đai",
        "kind": "periodic",
        "participants": "residents",
        "area": host.area.code,
        "year": 2026,
        "quarter": 2,
    } | facts


def test_a_dialogue_is_planned_once_for_each_key(client_of):
    host = make_host()
    client, key = apart(client_of(host.handler)), str(uuid4())
    made = client.post(URL, planned(host), headers={"idempotency-key": key})
    assert made.status_code == 201, made.content
    again = client.post(URL, planned(host), headers={"idempotency-key": key})
    assert (again.status_code, again.json()["code"]) == (200, made.json()["code"])
    other = client.post(URL, planned(host, quarter=3), headers={"idempotency-key": key})
    assert other.status_code == 422
    assert Dialogue.objects.count() == 1
    assert made.json()["stage"] == "planned"
    assert {move["name"] for move in made.json()["moves"]} == {"schedule", "announce", "correct"}


def test_the_whole_way_over_http(client_of):
    host = make_host()
    client = client_of(host.head)
    code = client.post(URL, planned(host)).json()["code"]

    def move(name, on, **facts):
        with time_machine.travel(at(on, 14), tick=False):
            answer = client.post(f"{URL}{code}/moves/", {"move": name, **facts})
        assert answer.status_code == 200, answer.content
        return answer.json()

    told = move("schedule", "2026-04-01", starts_at="2026-04-22T08:00:00+07:00", place="Hội trường")
    assert told["due_on"] == "2026-04-15"
    move("announce", "2026-04-10", announcement="Mời bà con", how_to_attend="Đến trực tiếp")
    told = move("hold", "2026-04-22", chaired_by=host.head.username, present_count=90, party_invited=True)
    assert (told["chair"], told["held_on"], told["announced_in_time"]) == ("head", "2026-04-22", True)
    move("draft_minutes", "2026-04-23", text="Biên bản")
    move("open_comments", "2026-04-23")
    with time_machine.travel(at("2026-04-24"), tick=False):
        said = client.post(f"{URL}{code}/comments/", {"text": "Đúng", "spoken_for": "Thôn 1"})
        assert said.status_code == 201, said.content
        concluded = client.post(
            f"{URL}{code}/conclusions/",
            {"text": "Sửa cống", "body": host.body.code, "due_on": "2026-05-20", "proof": "Ảnh"},
        )
        assert concluded.status_code == 201, concluded.content
    assert concluded.json()["case"]["due_on"] == "2026-05-20"
    file = make_file(Case.objects.get(reference=told["duties"]))
    paper = {"number": "12/BB-UBND", "date": "2026-04-25", "signer": "Chủ tịch"}
    told = move("sign", "2026-04-25", document=paper, files=[str(file.pk)])
    assert told["minutes"]["document"]["number"] == "12/BB-UBND"
    told = move("publish", "2026-04-29", results="Đã kết luận 01 nội dung")
    assert (told["stage"], told["published_in_time"], told["moves"][0]["name"]) == (
        "published",
        True,
        "cancel",
    )
    events = client.get(f"{URL}{code}/events/").json()
    assert [line["seq"] for line in events] == list(range(1, len(events) + 1))
    assert client.get(f"{URL}{code}/conclusions/").json()["results"][0]["text"] == "Sửa cống"
    assert client.get(f"{URL}{code}/comments/").json()["results"][0]["spoken_for"] == "Thôn 1"


def test_what_is_refused_says_why_and_bad_input_names_its_field(client_of):
    host = make_host()
    client = apart(client_of(host.head))
    assert list(client.post(URL, planned(host, quarter=7)).json()) == ["quarter"]
    assert list(client.post(URL, planned(host) | {"host": "khong-co"}).json()) == ["host"]
    dialogue = brought_to(host, "signed")
    moves = f"{URL}{dialogue.code}/moves/"
    locked = client.post(moves, {"move": "draft_minutes", "text": "khác"})
    assert locked.status_code == 409
    assert "signed and locked" in locked.json()["refused"]
    assert list(client.post(moves, {"move": "publish"}).json()) == ["results"]
    assert list(client.post(moves, {"move": "dance"}).json()) == ["move"]
    stale = client.post(moves, {"move": "publish", "results": "x", "version": 1})
    assert (stale.status_code, stale.json()["field"]) == (409, "version")
    late = client.post(f"{URL}{dialogue.code}/conclusions/", {"text": "thêm", "body": host.body.code})
    assert late.status_code == 409


def test_a_conclusion_without_a_body_is_refused_and_nothing_changes(client_of):
    host = make_host()
    dialogue = brought_to(host, "held")
    before = Case.objects.count()
    url = f"{URL}{dialogue.code}/conclusions/"
    answer = apart(client_of(host.head)).post(url, {"text": "Sửa cống"})
    assert (answer.status_code, list(answer.json())) == (400, ["body"])
    assert list(
        client_of(host.head).post(url, {"text": "x", "body": host.body.code, "questions": [9]}).json()
    ) == ["questions"]
    assert Case.objects.count() == before


def test_outside_ones_branch_there_is_no_such_dialogue(client_of):
    host, other = make_host(), make_host()
    dialogue = brought_to(host, "held")
    paths = ["", "events/", "questions/", "conclusions/", "comments/"]
    for stranger in (other.head, other.monitor, make_user(("head", make_body()))):
        client = client_of(stranger)
        assert {client.get(f"{URL}{dialogue.code}/{path}").status_code for path in paths} == {404}
        assert (
            client.post(f"{URL}{dialogue.code}/moves/", {"move": "cancel", "reason": "x"}).status_code == 404
        )
        assert client.get(URL).json()["results"] == []
    for known in (host.clerk, host.superior, host.monitor):
        assert {client_of(known).get(f"{URL}{dialogue.code}/{path}").status_code for path in paths} == {200}


def test_a_question_is_taken_down_with_its_code_and_answered_or_becomes_a_case(client_of):
    host = make_host()
    dialogue = brought_to(host, "held")
    url = f"{URL}{dialogue.code}/questions/"
    clerk = client_of(host.clerk)
    asked = clerk.post(
        url,
        {
            "text": "Bao giờ sửa đường?",
            "brought": "in_room",
            "asker": {"name": "Trần Thị Hòa", "phone": "0912345678"},
        },
    )
    assert asked.status_code == 201, asked.content
    assert asked["Cache-Control"] == "no-store"
    assert len(asked.json()["tracking_code"]) == 14
    assert asked.json()["asker"]["name"] != "Trần Thị Hòa"
    assert clerk.post(url, {"text": "Còn điện?", "brought": "in_room"}).json()["asker"] is None
    head = client_of(host.head)
    away = head.post(f"{url}1/", {"outcome": "taken_away", "body": host.body.code, "kind": "feedback"})
    assert away.status_code == 200, away.content
    assert away.json()["case"]["responsible_body"] == host.body.code
    told = head.post(f"{url}2/", {"outcome": "answered", "text": "Tháng 6", "answered_by": host.body.code})
    assert (told.json()["state"], told.json()["answered_by"]) == ("answered", host.body.code)
    assert head.post(f"{url}3/", {"outcome": "set_aside", "text": "x"}).status_code == 404
    assert list(head.post(f"{url}2/", {"outcome": "set_aside", "kind": "feedback"}).json()) == ["kind"]
    assert head.post(f"{url}2/", {"outcome": "set_aside", "text": "x"}).status_code == 409


def test_those_who_only_watch_learn_no_asker(client_of):
    host = make_host()
    dialogue = brought_to(host, "held")
    url = f"{URL}{dialogue.code}/questions/"
    client_of(host.clerk).post(
        url, {"text": "Bao giờ?", "brought": "in_room", "asker": {"name": "Trần Thị Hòa"}}
    )
    (seen,) = client_of(host.superior).get(url).json()["results"]
    assert seen["asker"]["person"]
    (watched,) = client_of(host.monitor).get(url).json()["results"]
    assert watched["asker"] is None
    token = seen["asker"]["person"]
    reveal = f"/api/v1/people/{token}/reveal/"
    opened = client_of(host.clerk).post(reveal, {"reason": "liên hệ trả lời"})
    assert opened.status_code in {200, 201}, opened.content
    assert "Trần Thị Hòa" in opened.content.decode()
    assert client_of(host.monitor).post(reveal, {"reason": "xem"}).status_code in {403, 404}


def test_only_a_case_that_the_caller_may_see_is_joined(client_of):
    host, other = make_host(), make_host()
    theirs = make_case(other.body, kind="feedback", received="2026-03-02")
    ours = make_case(host.body, kind="feedback", received="2026-03-02")
    dialogue = brought_to(host, "held")
    url = f"{URL}{dialogue.code}/questions/"
    client_of(host.clerk).post(url, {"text": "Bao giờ?", "brought": "in_room"})
    head = client_of(host.head)
    assert list(head.post(f"{url}1/", {"outcome": "taken_away", "into": theirs.reference}).json()) == ["into"]
    joined = head.post(f"{url}1/", {"outcome": "taken_away", "into": ours.reference})
    assert joined.json()["case"]["joined_to"] == ours.reference


def test_lists_are_cut_by_filters(client_of):
    host = make_host()
    first = make_plan(host, kind="thematic", quarter=3)
    second = brought_to(host, "held")
    client = client_of(host.superior)

    def codes(**asked):
        return [row["code"] for row in client.get(URL, asked).json()["results"]]

    assert codes() == [second.code, first.code]
    assert codes(kind="thematic") == [first.code]
    assert codes(stage="held", chair="head", held_since="2026-03-20", held_until="2026-03-20") == [
        second.code
    ]
    assert codes(year=2026, quarter=3) == [first.code]
    assert codes(host=host.body.code, body__within=host.province.code, area__within=host.area.code) != []
    assert codes(published_in_time="false") == []
    assert client.get(URL, {"area__within": "khong-co"}).status_code == 400


def test_pages_follow_one_another_without_counting(client_of):
    host = make_host()
    for _ in range(5):
        make_plan(host)
    client = client_of(host.head)
    page = client.get(URL, {"page_size": 2}).json()
    seen = [row["code"] for row in page["results"]]
    while page["next"]:
        page = client.get(page["next"]).json()
        seen += [row["code"] for row in page["results"]]
    assert len(seen) == len(set(seen)) == 5
    assert "count" not in page


def test_the_list_costs_the_same_whatever_it_holds(client_of, django_assert_num_queries):
    host = make_host()
    client = client_of(host.head)
    for number in range(1, 4):
        dialogue = brought_to(host, "held")
        JointHost.objects.create(dialogue=dialogue, body=host.party)
        with django_assert_num_queries(4):  # standing, page, joint hosts, their bodies
            assert len(client.get(URL).json()["results"]) == number


def test_questions_and_conclusions_cost_the_same_however_many(client_of, django_assert_num_queries):
    host = make_host()
    dialogue = brought_to(host, "held")
    client = client_of(host.head)
    url = f"{URL}{dialogue.code}/"
    for number in range(1, 4):
        client.post(
            f"{url}questions/",
            {"text": f"Câu {number}?", "brought": "in_room", "asker": {"name": "Trần Hòa"}},
        )
        client.post(
            f"{url}conclusions/", {"text": f"Việc {number}", "body": host.body.code, "questions": [number]}
        )
        with django_assert_num_queries(4):  # standing, dialogue, joint hosts, page
            assert len(client.get(f"{url}questions/").json()["results"]) == number
        with django_assert_num_queries(5):  # and the questions of each
            assert len(client.get(f"{url}conclusions/").json()["results"]) == number


def test_the_yearly_plan_tells_planned_and_held_by_host_and_quarter(client_of, django_assert_num_queries):
    host, other = make_host(), make_host()
    brought_to(host, "held")
    make_plan(host, quarter=1)
    brought_to(host, "cancelled", quarter=4)
    adhoc = make_plan(host, year=None, quarter=None, starts_at=at("2026-03-20", 8), place="Nhà văn hóa")
    do(adhoc, host, "announce", "2026-03-10")
    do(adhoc, host, "hold", "2026-03-20", chaired_by=host.handler, delegate_reason="họp")
    make_plan(other)
    with django_assert_num_queries(2):
        (plan,) = client_of(host.head).get(f"{URL}plan/", {"year": 2026}).json()
    assert plan["host"] == host.body.code
    assert (plan["planned"], plan["held"], plan["unplanned_held"]) == (2, 1, 1)
    assert (plan["by_the_head"], plan["by_delegate"]) == (1, 1)
    assert plan["quarters"][0] == {"quarter": 1, "planned": 2, "held": 1, "cancelled": 0, "postponed": 0}
    assert plan["quarters"][3] == {"quarter": 4, "planned": 0, "held": 0, "cancelled": 1, "postponed": 0}
    assert list(client_of(host.head).get(f"{URL}plan/").json()) == ["year"]


def test_the_duties_are_found_from_the_dialogue_and_back(client_of):
    host = make_host()
    dialogue = brought_to(host, "held")
    case = duties_of(dialogue)
    assert client_of(host.head).get(f"{URL}{dialogue.code}/").json()["duties"] == case.reference
    found = client_of(host.head).get(URL, {"case": case.reference}).json()["results"]
    assert [row["code"] for row in found] == [dialogue.code]
    assert client_of(host.head).get(URL, {"case": "2026-khong-co-000001"}).json()["results"] == []
    lines = client_of(host.head).get(f"/api/v1/cases/{case.reference}/events/").json()
    assert lines[0]["details"]["dialogue"] == dialogue.code
