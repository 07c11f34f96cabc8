"""The menu: what a role may open, and exactly one entry for where one is."""

import pytest

from tests.cases.making import make_body, make_user

pytestmark = pytest.mark.usefixtures("law")


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("/", ["/"]),
        ("/cases/", ["/cases/"]),
        ("/monitor/", ["/monitor/"]),
        ("/monitor/told/", ["/monitor/told/"]),
    ],
)
def test_one_entry_of_the_menu_is_where_one_is(client, address, here):
    client.force_login(make_user(("head", make_body())))
    answer = client.get(address, follow=True)
    assert [place["url"] for place in answer.context["places"] if place["is_here"]] == here


def test_the_menu_of_a_monitor_has_no_desk(client):
    client.force_login(make_user(("monitor", make_body())))
    urls = {place["url"] for place in client.get("/monitor/").context["places"]}
    assert "/monitor/" in urls
    assert "/reception/" not in urls
