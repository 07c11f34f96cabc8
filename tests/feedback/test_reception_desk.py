"""The reception desk in the browser, without one: a walk-in is logged once, faults stand beside their field, the slip tells the code."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client

from bodies.models import Submission
from cases.models import Case
from feedback.desk_views import _picture as drawn
from feedback.models import Petition, Petitioner
from tests.cases.making import make_area, make_body, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def office():
    body = make_body(area=make_area())
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(("receptionist", body)))
    return client, body


def typed(body, **more):
    return {
        "key": str(uuid4()),
        "received_by": body.code,
        "channel": "reception",
        "area": body.area.code,
        "kind": "feedback",
        "title": "Đường thôn bị hỏng",
        "name_0": "Nguyễn Văn An",
        "phone_0": "0912345678",
        **more,
    }


def test_a_walk_in_is_logged_and_the_slip_tells_the_code(office):
    client, body = office
    answer = client.post("/reception/", typed(body))
    petition = Petition.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/reception/{petition.code}/receipt/")
    slip = client.get(answer.headers["Location"])
    code = re.search(r'class="code">([0-9A-Z-]{14})<', slip.content.decode()).group(1)
    tracked = Client().post("/api/v1/public/track/", {"tracking_code": code}, content_type="application/json")
    assert tracked.status_code == 200
    assert petition.code in tracked.content.decode()
    assert "no-store" in slip.headers["Cache-Control"]
    assert code not in answer.headers["Location"]


def test_pressed_twice_it_is_one_petition_with_one_slip(office):
    client, body = office
    form = typed(body)
    first, second = client.post("/reception/", form), client.post("/reception/", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert (Petition.objects.count(), Submission.objects.count()) == (1, 1)
    # The same form changed after it was sent is told so, and nothing typed is lost.
    changed = client.post("/reception/", form | {"title": "Việc khác hẳn"})
    assert changed.status_code == 409
    assert "Việc khác hẳn" in changed.content.decode()
    assert Petition.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": "…", "content": "..."}, "title"),
        ({"phone_0": "12"}, "phone_0"),
        ({"name_2": "B", "phone_2": "xx"}, "phone_2"),
        ({"anonymous": "on"}, "name_0"),
        ({"kind": "conclusion"}, "kind"),
        ({"people_count": "0"}, "people_count"),
        ({"area": "nowhere"}, "area"),
    ],
    ids=["no words", "phone", "phone of the third", "anonymous with a name", "kind", "nobody", "place"],
)
def test_a_fault_stands_beside_its_field_and_what_was_typed_stays(office, more, field):
    client, body = office
    answer = client.post(
        "/reception/", typed(body, **{"content": "Nội dung", "address_4": "Ngõ đã gõ", **more})
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'class="field field-wrong" id="field-{field}"', page), field
    assert "Ngõ đã gõ" in page
    assert not Case.objects.exists()


def test_a_group_with_its_speakers_is_logged(office):
    client, body = office
    people = {f"name_{n}": f"Người {n}" for n in range(3)} | {"speaks_0": "on", "speaks_1": "on"}
    answer = client.post("/reception/", typed(body, people_count="12", is_group="on", **people))
    assert answer.status_code == 302, answer.content.decode()
    case = Case.objects.get()
    assert (case.people_count, "group" in case.flags) == (12, True)
    assert Petitioner.objects.filter(is_representative=True).count() == 2


def test_channel_and_place_are_kept_for_the_next_one(office):
    client, body = office
    client.post("/reception/", typed(body, channel="hotline"))
    page = client.get("/reception/").content.decode()
    assert re.search(r'<option value="hotline" selected', page)
    assert "1 petition taken in today" in page
    # Nothing of the last person.
    assert "Nguyễn Văn An" not in page


def test_what_it_may_repeat_is_shown_before_it_is_saved(office):
    client, body = office
    client.post("/reception/", typed(body))
    case = Case.objects.get()
    same = client.post(
        "/reception/similar/", typed(body, title="Chuyện khác", name_0="", phone_0="0912 345 678")
    )
    assert case.reference in same.content.decode()
    assert "same phone" in same.content.decode()
    other = client.post(
        "/reception/similar/", typed(body, title="Chuyện khác", name_0="", phone_0="0999999999")
    )
    assert case.reference not in other.content.decode()


def test_only_the_desk_that_received_it_sees_form_and_slip(office):
    client, body = office
    client.post("/reception/", typed(body))
    code = Petition.objects.get().code
    for person, statuses in ((("receptionist", make_body()), (200, 404)), (("monitor", body), (403, 403))):
        other = Client()
        other.force_login(make_user(person))
        assert other.get("/reception/").status_code == statuses[0]
        assert other.get(f"/reception/{code}/receipt/").status_code == statuses[1]
    stranger = make_body()
    assert client.post("/reception/", typed(stranger)).status_code == 422


@pytest.mark.parametrize("site", ["https://lang-nghe.example.vn", ""])
def test_the_picture_leads_to_the_page_and_holds_the_code_only_where_there_is_no_address(
    office, settings, site
):
    client, body = office
    settings.SITE_URL = site
    answer = client.post("/reception/", typed(body))
    slip = unescape(client.get(answer.headers["Location"]).content.decode())
    code = re.search(r'class="code">([0-9A-Z-]{14})<', slip).group(1)
    assert drawn(f"{site}/track/" if site else code) in slip
    assert ("<strong>lang-nghe.example.vn/track/</strong>" in slip) is bool(site)


def test_the_slip_is_printed_on_a5_and_on_a4(office):
    client, body = office
    slip = client.post("/reception/", typed(body)).headers["Location"]
    for query, size in (("", "a5"), ("?size=a4", "a4"), ("?size=a5", "a5"), ("?size=x", "a5")):
        assert f'class="slip slip-{size}"' in client.get(slip + query).content.decode(), query


def test_three_questions_lead_to_a_kind(office):
    client, _body = office
    page = client.get("/reception/").content.decode()
    picks = re.findall(r'data-picks="(\w+)"', page)
    offered = re.findall(r'<input type="radio" name="kind" value="(\w+)"', page)
    assert len(picks) == len(set(picks)) == 3
    assert set(picks) <= set(offered)


def test_the_place_is_kept_as_well(office):
    client, body = office
    village = make_area(parent=body.area)
    client.post("/reception/", typed(body, area=village.code))
    assert f'<option value="{village.code}" selected' in client.get("/reception/").content.decode()
