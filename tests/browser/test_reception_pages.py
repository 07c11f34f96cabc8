"""The other pages of reception in a browser: no faults and nothing beside the window at any width."""

import pytest

from feedback import acknowledgements
from tests.browser.desk import Desk
from tests.cases.making import at
from tests.feedback.making import make_petition, make_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_has_faults(desk: Desk, width: int):
    place = make_place()
    petition = make_petition(place).petition
    acknowledgements.acknowledge(petition, "Đơn, bản chính\nẢnh", by=place.clerk, at=at("2024-04-02", 11))
    page = desk.sign_in(place.head)
    page.set_viewport_size({"width": width, "height": 800})
    for address in (f"/reception/{petition.code}/papers/",):
        page.goto(address)
        assert desk.faults() == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
