"""The other pages of reception in a browser: no faults and nothing beside the window at any width."""

import pytest

from bodies import reveals
from cases.conclusions import Promise
from feedback import acknowledgements, receptions
from feedback.models import Reception
from tests.browser.desk import Desk
from tests.cases.making import at, day
from tests.feedback.making import make_petition, make_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_has_faults(desk: Desk, width: int):
    place = make_place()
    petition = make_petition(place).petition
    acknowledgements.acknowledge(petition, "Đơn, bản chính\nẢnh", by=place.clerk, at=at("2024-04-02", 11))
    row = Reception(host=place.office, day=day("2024-04-02"), kind="periodic", received_by=place.head)
    row = receptions.record(row, by=place.head, at=at("2024-04-02", 17), petitions=[petition])
    receptions.conclude(
        row, Promise(text="Sửa cống", body=place.office), by=place.head, at=at("2024-04-02", 17)
    )
    page = desk.sign_in(place.head)
    page.set_viewport_size({"width": width, "height": 800})
    secret = make_petition(place, kind="denunciation").petition
    asked = secret.petitioners.get().person
    reveals.ask_reveal(asked, by=place.handler, reason="Xác minh tại nhà", at=at("2024-04-03", 9))
    addresses = [
        f"/cases/{secret.code}/people/0/", "/reveals/",
        f"/reception/{petition.code}/papers/", "/reception/days/?month=2024-04", "/reception/days/new/?day=2024-04-02",
        f"/reception/days/{row.pk}/",
    ]  # fmt: skip
    for address in addresses:
        page.goto(address)
        assert desk.faults() == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
