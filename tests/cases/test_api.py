"""Cases over HTTP: what is seen, by whom, in what shape, and at what price."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bodies.kinds import BodyKind, Level
from cases.models import Case, CaseFile
from tests.cases.making import at, do, make_area, make_body, make_case, make_user

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def office(client_of):
    """A commune under a district, with somebody in each role; `as_(role)` is their API."""
    district = make_area(level=Level.DISTRICT)
    commune = make_area(parent=district)
    above = make_body(area=district, level=Level.DISTRICT)
    body = make_body(area=commune, superior=above)
    front = make_body(area=district, kind=BodyKind.MTTQ, level=Level.DISTRICT)
    people = {
        "receptionist": make_user(("receptionist", body)),
        "handler": make_user(("handler", body)),
        "head": make_user(("head", body)),
        "superior": make_user(("superior_office", above)),
        "monitor": make_user(("monitor", front)),
        "stranger": make_user(("head", make_body())),
    }
    return body, people, lambda role: client_of(people[role])


URL = "/api/v1/cases/"


def test_a_stranger_sees_nothing_and_the_unseen_does_not_exist(office):
    body, _people, as_ = office
    case = make_case(body)
    assert as_("stranger").get(URL).json()["results"] == []
    unseen = as_("stranger").get(f"{URL}{case.reference}/")
    missing = as_("stranger").get(f"{URL}2024-khong-co-000001/")
    assert (unseen.status_code, unseen.content) == (missing.status_code, missing.content)
    assert unseen.status_code == 404


@pytest.mark.parametrize("role", ["receptionist", "handler", "head", "superior", "monitor"])
def test_those_who_stand_towards_a_case_read_it(office, role):
    body, _people, as_ = office
    case = make_case(body, title="Đường hỏng")
    shown = as_(role).get(f"{URL}{case.reference}/").json()
    assert shown["title"] == "Đường hỏng"
    assert [clock["rule"] for clock in shown["clocks"]] == ["complaint.first.accept"]
    assert sum(stretch["counted"] for stretch in shown["clocks"][0]["explanation"]) == 10


def test_a_monitor_sees_of_a_denunciation_its_days_and_stage_and_nothing_else(office):
    body, _people, as_ = office
    case = make_case(
        body, kind="denunciation", title="Tố cáo trưởng thôn", content="chi tiết", received="2024-04-22"
    )
    do(case, "note", "2024-04-23", text="bí mật")
    shown = as_("monitor").get(f"{URL}{case.reference}/")
    assert {"title", "content", "handler", "against_body", "responsible_body", "files"}.isdisjoint(
        shown.json()
    )
    listed = as_("monitor").get(URL).json()["results"][0]
    assert {"title", "responsible_body"}.isdisjoint(listed)
    events = as_("monitor").get(f"{URL}{case.reference}/events/")
    for answer in (shown, events):
        assert "trưởng thôn" not in answer.content.decode()
        assert "bí mật" not in answer.content.decode()
    assert as_("superior").get(f"{URL}{case.reference}/").json()["title"] == "Tố cáo trưởng thôn"


def test_a_denunciation_does_not_exist_for_the_body_complained_of(client_of):
    above = make_body(level=Level.DISTRICT)
    denounced = make_body(superior=above)
    case = make_case(denounced, kind="denunciation", against_body=denounced, received="2024-04-22")
    case.refresh_from_db()
    assert case.body == above
    for role in ("receptionist", "head", "handler"):
        client = client_of(make_user((role, denounced)))
        assert client.get(f"{URL}{case.reference}/").status_code == 404
        assert client.get(URL).json()["results"] == []
    assert client_of(make_user(("head", above))).get(f"{URL}{case.reference}/").status_code == 200


def test_the_moves_offered_are_the_moves_that_are_made(office):
    body, _people, as_ = office
    case = make_case(body, received="2026-11-02")
    offered = {move["name"] for move in as_("head").get(f"{URL}{case.reference}/").json()["moves"]}
    assert "accept" in offered
    assert "answer" not in offered
    answer = as_("head").post(f"{URL}{case.reference}/moves/", {"move": "accept", "version": 1})
    assert (answer.status_code, answer.json()["stage"]) == (200, "accepted")
    assert {move["name"] for move in as_("monitor").get(f"{URL}{case.reference}/").json()["moves"]} == {
        "urge",
        "note",
    }


def test_a_refused_move_is_409_with_a_sentence_and_writes_nothing(office):
    body, _people, as_ = office
    case = make_case(body, received="2026-11-02")
    lines = Case.objects.get(pk=case.pk).events_count
    refused = as_("handler").post(f"{URL}{case.reference}/moves/", {"move": "accept"})
    assert (refused.status_code, list(refused.json())) == (409, ["refused"])
    old = as_("head").post(f"{URL}{case.reference}/moves/", {"move": "accept", "version": 7})
    assert old.status_code == 409
    assert old.json()["field"] == "version"
    assert Case.objects.get(pk=case.pk).events_count == lines


@pytest.mark.parametrize(
    ("body_", "field"),
    [
        ({"move": "fly"}, "move"),
        ({"move": "refuse", "reason": "x"}, "ground"),
        ({"move": "refuse", "ground": "x"}, "reason"),
        ({"move": "route", "body": "khong-co"}, "body"),
        ({"move": "accept", "at": "2999-01-01T00:00:00+07:00"}, "at"),
        ({"move": "accept", "result": "right"}, "result"),
        ({"move": "classify", "kind": "complaint", "flags": ["complex", "especially_complex"]}, "flags"),
    ],
)
def test_bad_input_names_its_field(office, body_, field):
    body, _people, as_ = office
    case = make_case(body, received="2026-11-02")
    answer = as_("head").post(f"{URL}{case.reference}/moves/", body_)
    assert answer.status_code == 400
    assert field in answer.json()


def test_texts_are_tidied_on_the_way_in(office):
    body, _people, as_ = office
    case = make_case(body, received="2026-11-02")
    asked = {"move": "note", "text": "Đơn\u0000  kiê\u0301n nghi\u0323"}
    assert as_("head").post(f"{URL}{case.reference}/moves/", asked).status_code == 200
    assert case.events.get(move="note").details["text"] == "Đơn kiến nghị"


def test_the_list_costs_the_same_whatever_it_holds(office, django_assert_num_queries):
    body, _people, as_ = office
    client = as_("head")
    for _ in range(3):
        make_case(body)
    with django_assert_num_queries(3):  # how the caller stands, what lies below, and the page
        assert len(client.get(URL).json()["results"]) == 3
    for _ in range(5):
        make_case(body)
    with django_assert_num_queries(3):
        assert len(client.get(URL).json()["results"]) == 8


@pytest.mark.parametrize("ordering", ["due_on", "-received_at"])
def test_pages_follow_one_another_without_gap_or_double_both_ways(office, ordering):
    body, _people, as_ = office
    for number in range(7):
        case = make_case(
            body, received=f"2024-04-0{1 + number % 4}", kind="feedback" if number % 2 else "complaint"
        )
        if number in {2, 5}:
            do(case, "void", "2024-04-20")
    client = as_("head")
    whole = [row["reference"] for row in client.get(URL, {"ordering": ordering}).json()["results"]]
    assert len(set(whole)) == 7
    pages, page = [], client.get(URL, {"ordering": ordering, "page_size": 2}).json()
    while True:
        pages.append([row["reference"] for row in page["results"]])
        if not page["next"]:
            break
        page = client.get(page["next"]).json()
    assert [reference for each in pages for reference in each] == whole
    back = [pages[-1]]
    while page["previous"]:
        page = client.get(page["previous"]).json()
        back.append([row["reference"] for row in page["results"]])
    assert back[::-1] == pages


@pytest.mark.parametrize(
    "typed", ["khieu nai DEN BU", "khiếu nại", "đền", "15/QĐ-UBND", "15qdubnd", "15 qd ubnd"]
)
def test_search_ignores_accents_and_the_spelling_of_numbers(office, typed):
    body, _people, as_ = office
    make_case(body, title="Khiếu nại đền bù theo 15/QĐ-UBND")
    make_case(body, title="Nước sinh hoạt yếu")
    found = as_("head").get(URL, {"q": typed}).json()["results"]
    assert [row["title"] for row in found] == ["Khiếu nại đền bù theo 15/QĐ-UBND"]


def test_filters_by_body_subtree_and_lateness(office):
    body, _people, as_ = office
    late = make_case(body, received="2024-04-02")
    do(make_case(body, received="2024-04-02"), "guide", "2024-04-03", right_address="x")
    client = as_("superior")
    assert [row["reference"] for row in client.get(URL, {"overdue": "true"}).json()["results"]] == [
        late.reference
    ]
    assert len(client.get(URL, {"body__within": body.superior.code}).json()["results"]) == 2
    assert client.get(URL, {"body": body.superior.code}).json()["results"] == []
    assert len(client.get(URL, {"body": body.superior.code, "subtree": "superior"}).json()["results"]) == 2
    assert client.get(URL, {"area": "khong-co"}).status_code == 400


def pdf():
    import io

    import pikepdf

    made = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(made)
    return made.getvalue()


def upload(client, case, content, name="Nguyễn Văn A.pdf"):
    return client.post(
        f"{URL}{case.reference}/files/", {"file": SimpleUploadedFile(name, content)}, format="multipart"
    )


def test_a_file_comes_in_under_our_name_goes_into_an_answer_and_comes_out_as_an_attachment(office):
    body, _people, as_ = office
    case = make_case(body, kind="feedback", received="2026-11-02")
    do(case, "accept", "2026-11-03")
    made = upload(as_("handler"), case, pdf())
    assert made.status_code == 201, made.content
    assert "Nguy" not in made.json()["name"]
    asked = {
        "move": "answer",
        "result": "explained",
        "text": "Đã sửa",
        "files": [made.json()["id"]],
        "document": {"number": "7/UBND", "date": "2026-11-04"},
    }
    answer = as_("head").post(f"{URL}{case.reference}/moves/", asked)
    assert answer.status_code == 200, answer.content
    got = as_("monitor").get(f"{URL}{case.reference}/files/{made.json()['id']}/")
    assert got.status_code == 200
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert b"".join(got.streaming_content).startswith(b"%PDF")
    assert as_("stranger").get(f"{URL}{case.reference}/files/{made.json()['id']}/").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00" + b"0" * 100,
        b"%PDF-1.7 broken",
        b"PK\x03\x04broken",
        b"\x89PNG\r\n\x1a\n0000",
    ],
)
def test_what_is_not_what_it_should_be_is_refused_and_leaves_nothing(office, content):
    body, _people, as_ = office
    case = make_case(body)
    assert upload(as_("handler"), case, content).status_code == 400
    assert CaseFile.objects.count() == 0


def test_an_answer_needs_proof(office):
    body, _people, as_ = office
    case = make_case(body, kind="feedback", received="2026-11-02")
    do(case, "accept", "2026-11-03")
    asked = {
        "move": "answer",
        "result": "explained",
        "text": "x",
        "document": {"number": "7", "date": "2026-11-04"},
    }
    answer = as_("head").post(f"{URL}{case.reference}/moves/", asked)
    assert (answer.status_code, list(answer.json())) == (400, ["files"])


def test_late_recording_is_marked_for_the_monitor(office):
    body, people, _as = office
    case = make_case(body, received="2026-11-02")
    from cases import workflow

    event = workflow.move(
        case,
        "note",
        by=workflow.Actor.staff(people["head"]),
        recorded_at=at("2026-11-05"),
        facts={"text": "x"},
    )
    assert "recorded_late" not in event.details
