"""The work list's page: what its address asks for is what it shows, to whom, in how many queries."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from bodies import outbox
from bodies.kinds import BodyKind, Level
from cases import tallies
from cases.columns import USUAL, chosen
from cases.models import Case, Subject
from tests.cases.making import at, do, make_area, make_body, make_case, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def signed_in(user, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def shown(client, query="open=true"):
    """The references on the page, in their order."""
    answer = client.get(f"/cases/?{query}")
    assert answer.status_code == 200, answer.context["reading"].faults
    return [row["line"].reference for row in answer.context["rows"]]


@pytest.fixture
def office():
    return make_body()


@pytest.fixture
def head(office):
    return make_user(("head", office))


def today_minus(days):
    return (timezone.localdate() - timedelta(days)).isoformat()


def test_filters_of_every_kind_give_exactly_the_cases_they_name(office, head):
    land = Subject.objects.get(code="land")
    narrow = Subject.objects.get(code="compensation")
    village = make_area(parent=office.area, level=Level.COMMUNITY)
    day = today_minus(3)
    one = make_case(office, received=day, subject=narrow, area=village, title="Đất ở thôn Vồng")
    two = make_case(office, received=day, kind="feedback", subject=land, channel="letter", flags=["group"])
    client = signed_in(head)
    assert set(shown(client)) == {one.reference, two.reference}
    assert shown(client, "kind=feedback") == [two.reference]
    assert shown(client, "channel=letter") == [two.reference]
    assert shown(client, "flag=group") == [two.reference]
    assert shown(client, "subject=compensation") == [one.reference]
    assert set(shown(client, "subject=land")) == {one.reference, two.reference}
    assert shown(client, f"area={village.code}") == [one.reference]
    assert shown(client, f"area={office.area.code}") == [one.reference]
    assert shown(client, "q=dat+thon+vong") == [one.reference]
    assert shown(client, "open=false") == []
    assert shown(client, f"received_after={timezone.localdate():%d/%m/%Y}") == []
    assert set(shown(client, f"received_before={timezone.localdate():%d/%m/%y}")) == {
        one.reference,
        two.reference,
    }


def test_a_heap_of_home_shows_exactly_what_home_counts(office, head):
    long_ago, new = today_minus(120), today_minus(0)
    late = make_case(office, received=long_ago)
    make_case(office, received=new)
    mine = make_case(office, received=new)
    do(mine, "assign", new, person=make_user(("handler", office)), hour=11)
    client = signed_in(head)
    tiles = {entry["queue"].name: entry["count"] for entry in client.get("/").context["queues"]}
    assert tiles["late"] == 1
    assert tiles["unassigned"] == 2
    for name, count in tiles.items():
        assert len(shown(client, f"queue={name}")) == count, name
    assert shown(client, "queue=late") == [late.reference]
    assert shown(client, "queue=unassigned&due=late") == [late.reference]


def test_home_shows_what_comes_due_first_and_nothing_of_others(office, head):
    late, new = (make_case(office, received=today_minus(n)) for n in (120, 0))
    make_case(make_body(), received=today_minus(200))
    first = signed_in(head).get("/").context["first"]
    assert [line.reference for line in first] == [late.reference, new.reference]
    assert first[0].badge.look == "late"


def test_the_list_goes_on_page_by_page_and_back_without_loss_or_repeat(office, head):
    made = [make_case(office, received=today_minus(n)) for n in range(7)]
    client = signed_in(head)
    query, seen, pages = "page_size=3", [], 0
    while query is not None:
        answer = client.get(f"/cases/?open=true&{query}")
        seen += [row["line"].reference for row in answer.context["rows"]]
        after, last, pages = answer.context["after"], query, pages + 1
        query = f"{after}&page_size=3" if after else None
    assert pages == 3
    made.sort(key=lambda case: (case.due_on, case.pk))
    expected = [case.reference for case in made]
    assert seen == expected
    back = client.get(f"/cases/?open=true&{last}").context["before"]
    assert shown(client, f"{back}&page_size=3") == expected[3:6]


def test_the_columns_are_those_chosen_and_the_reference_always_stands(office, head):
    make_case(office, received=today_minus(1), title="Ngập úng ở ngõ 5", channel="hotline")
    page = signed_in(head).get("/cases/?col=title&col=channel").content.decode()
    table = page[page.index("<table") :]
    assert "Hotline" in table
    assert "Ngập úng ở ngõ 5" in table
    assert "Stage" not in table
    assert [column.name for column in chosen(["title", "channel"])] == ["reference", "title", "channel"]
    assert [column.name for column in chosen([])] == list(USUAL)


@pytest.mark.parametrize(
    "query",
    ["kind=x", "col=x", "area=nowhere", "received_after=31/02/2026", "cursor=zzz", "page_size=0", "queue=x"],
)
def test_a_question_that_means_nothing_is_told_and_shows_no_case(office, head, query):
    make_case(office, received=today_minus(1))
    answer = signed_in(head).get(f"/cases/?{query}")
    assert answer.status_code == 422
    assert answer.context["rows"] == []
    assert answer.context["reading"].faults
    assert 'id="summary"' in answer.content.decode()


def test_a_filter_is_shown_by_its_name_with_the_way_to_take_it_away(office, head):
    make_case(office, received=today_minus(1))
    answer = signed_in(head).get(
        f"/cases/?open=true&kind=complaint&area={office.area.code}&handler={head.username}"
    )
    chips = {chip["label"]: chip for chip in answer.context["chips"]}
    assert chips["Kind"]["words"] == "Complaint"
    assert chips["Area, with all that lies in it"]["words"] == office.area.name
    assert chips["Handler"]["words"] == head.full_name
    assert parse_qs(chips["Kind"]["without"]) == {
        "open": ["true"],
        "area": [office.area.code],
        "handler": [head.username],
    }


def test_who_only_watches_learns_nothing_of_a_denunciation_by_asking_for_it(office):
    front = make_body(kind=BodyKind.MTTQ, area=office.area)
    monitor, head = make_user(("monitor", front)), make_user(("head", office))
    handler = make_user(("handler", office))
    told = today_minus(5)
    case = make_case(
        office,
        kind="denunciation",
        received=told,
        title="Chủ nhiệm nhận quà",
        against_body=make_body(),
        flags=["urgent"],
    )
    do(case, "assign", told, person=handler, hour=11)
    watched = make_case(office, received=told, title="Chủ nhiệm đi vắng", flags=["urgent"])
    asked = ["q=chu+nhiem", "flag=urgent"]
    assert case.reference in shown(signed_in(monitor))
    for query in asked:
        assert set(shown(signed_in(head), query)) == {case.reference, watched.reference}
        assert shown(signed_in(monitor), query) == [watched.reference]
    assert shown(signed_in(monitor), f"handler={handler.username}") == []
    assert shown(signed_in(monitor), f"against_body={case.against_body.code}") == []
    page = signed_in(monitor, "vi").get("/cases/?col=title&col=handler&col=flags").content.decode()
    assert "nhận quà" not in page
    assert handler.full_name not in page


def test_a_case_out_of_sight_is_in_no_list(office):
    make_case(office, received=today_minus(1))
    assert shown(signed_in(make_user(("head", make_body())))) == []
    assert shown(signed_in(make_user())) == []


def test_words_go_into_the_address_and_a_reference_leads_to_its_case(office, head):
    case = make_case(office, received=today_minus(1))
    client = signed_in(head)
    answer = client.post("/cases/find/", {"typed": " 15/PC-BTCD ", "in": "kind=complaint&q=old&cursor=x"})
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.url).query) == {"kind": ["complaint"], "q": ["15/PC-BTCD"]}
    assert client.post("/cases/find/", {"typed": case.reference.upper()}).url == f"/cases/{case.reference}/"
    strange = make_case(make_body(), received=today_minus(1))
    assert "q=" in client.post("/cases/find/", {"typed": strange.reference}).url


def test_a_number_alone_is_one_of_ones_own_book_if_only_one_year_has_it(office, head):
    this_year = timezone.localdate().year
    case = make_case(office, received=today_minus(0))
    make_case(make_body(), received=today_minus(0))
    client = signed_in(head)
    assert case.reference.endswith("-000001")
    for typed in ("1", "000001"):
        assert client.post("/cases/find/", {"typed": typed}).url == f"/cases/{case.reference}/"
    for typed in ("2", "1000001", "0001a"):
        assert client.post("/cases/find/", {"typed": typed}).url == f"/cases/?q={typed}"
    make_case(office, received=f"{this_year - 1}-06-03")
    assert client.post("/cases/find/", {"typed": "1"}).url == "/cases/?q=1"
    assert signed_in(make_user()).post("/cases/find/", {"typed": "1"}).url == "/cases/?q=1"


def test_codes_are_suggested_by_name_without_marks_and_people_only_in_reach(office, head):
    handler = make_user(("handler", office), name="Trần Thị Hòa")
    make_user(("handler", make_body()), name="Trần Thị Hoa Sen")
    client = signed_in(head)

    def codes(what, typed):
        return [
            code for code, _name in client.post(f"/cases/suggest/{what}/", {"typed": typed}).context["found"]
        ]

    assert codes("person", "hoa tran") == [handler.username]
    assert codes("area", office.area.name.lower()) == [office.area.code]
    assert office.code in codes("body", "ubnd xa")
    assert codes("body", "  ") == []
    assert codes("body", "100%_") == []
    assert client.post("/cases/suggest/nothing/", {"typed": "x"}).status_code == 404


def test_the_page_asks_a_fixed_number_of_queries_however_many_lines(
    office, head, django_assert_max_num_queries
):
    client = signed_in(head)
    client.get("/cases/?open=true")
    for n in range(12):
        make_case(office, received=today_minus(n))
    with django_assert_max_num_queries(12):
        assert shown(client, "open=true&kind=feedback&due=late&q=khong+co") == []
    with django_assert_max_num_queries(12) as asked:
        assert len(shown(client, "open=true&page_size=50")) == 12
    assert not [query for query in asked.captured_queries if "COUNT(" in query["sql"].upper()]
    assert Case.objects.count() == 12


def test_a_figure_leads_to_a_page_of_exactly_its_cases_and_says_what_it_counts(office, client_of):
    front = make_body(kind=BodyKind.MTTQ, area=office.area)
    monitor = make_user(("monitor", front))
    told = make_case(office, kind="denunciation", received="2024-05-02", against_body=make_body())
    late = make_case(office, kind="feedback", received="2024-05-06")
    make_case(office, kind="feedback", received="2024-02-06")
    outbox.tell_pending(at("2024-07-01"))
    tallies.recount_noted(at("2024-07-01"))
    asked = {"period": "2024-Q2", "as_of": "2024-07-01", "group_by": "body"}
    (row,) = client_of(monitor).get("/api/v1/monitor/response-times/", asked).data["results"]
    client = signed_in(monitor)
    query = urlsplit(row["links"]["received"]).query
    assert set(shown(client, query)) == {told.reference, late.reference}
    chips = {chip["label"]: chip["words"] for chip in client.get(f"/cases/?{query}").context["chips"]}
    assert chips["From"] == "01/04/2024"
    assert "received in the period" in chips["Behind a figure"]
    against = f"{query}&against_body={told.against_body.code}"
    assert shown(client, against) == [told.reference]


def test_a_heading_orders_the_list_along_its_column(office, head):
    old = make_case(office, received=today_minus(9), kind="complaint")
    new = make_case(office, received=today_minus(1), kind="complaint")
    client = signed_in(head)
    query = "open=true&col=due&col=received"
    (due, reference, received) = client.get(f"/cases/?{query}").context["columns"]
    assert (due["sorted"], reference["query"], received["sorted"]) == ("ascending", "", "")
    assert shown(client, due["query"]) == [old.reference, new.reference]
    assert shown(client, received["query"]) == [new.reference, old.reference]
    assert client.get(f"/cases/?{received['query']}").context["columns"][2]["sorted"] == "descending"


@pytest.mark.parametrize(
    "query",
    [
        "open=true",
        "kind=denunciation",
        "due=late",
        "q=cau+thon",
        "flag=urgent",
        "ordering=-received_at&channel=hotline",
    ],
)
@pytest.mark.parametrize("reader", ["head", "handler", "superior", "monitor", "stranger"])
def test_the_page_and_the_api_list_the_same_cases_for_everybody(office, client_of, reader, query):
    above = make_body(area=office.area)
    office.superior = above
    office.save()
    people = {
        "head": ("head", office),
        "handler": ("handler", office),
        "superior": ("superior_office", above),
        "monitor": ("monitor", make_body(kind=BodyKind.MTTQ, area=office.area)),
        "stranger": ("head", make_body()),
    }
    for number, kind in enumerate(("complaint", "denunciation", "feedback", "denunciation")):
        make_case(
            office,
            kind=kind,
            received=today_minus(30 - 9 * number),
            title=["Cầu thôn Vồng", "Cầu thôn Chùa"][number % 2],
            flags=["urgent"] if number > 1 else [],
        )
    user = make_user(people[reader])
    listed = client_of(user).get(
        f"/api/v1/cases/?{query}" + ("" if "ordering" in query else "&ordering=due_on")
    )
    assert shown(signed_in(user), query) == [row["reference"] for row in listed.data["results"]]
    if reader == "head":
        assert listed.data["results"]
