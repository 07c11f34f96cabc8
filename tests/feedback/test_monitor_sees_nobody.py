"""Nobody who petitioned is named, and no denunciation tells its matter, on any page or in any file that a monitor gets."""

import io
import re
import zipfile
from html import unescape

import pytest

from bodies import outbox
from cases import figures, tallies
from tests.cases.desk import browser
from tests.cases.making import at, do
from tests.feedback.making import make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
CANARY = {
    "name": "Hoàng Chim Yến",
    "id_number": "001099012345",
    "phone": "0987654321",
    "address": "12 ngõ Chim Yến",
}
# As they are typed, as they are shown, and as they may be stored.
SECRETS = (*CANARY.values(), "0987 654 321", "+84987654321", "Chim Yến", "chim yen")
MATTER = "Nhận tiền trong phong bì"


@pytest.fixture
def watched():
    place = make_place()
    for kind in ("complaint", "denunciation", "feedback"):
        facts = (
            {"title": MATTER, "content": MATTER, "against_body": place.party}
            if kind == "denunciation"
            else {}
        )
        case = make_petition(place, kind=kind, received="2024-04-02", people=[CANARY], **facts).petition.case
        do(case, "accept", "2024-04-05")
    outbox.tell_pending(at("2024-07-01"))
    tallies.recount_noted(at("2024-07-01"))
    return browser(place.monitor)


def words_of(answer):
    """The text of an answer, with the parts of a workbook unpacked."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def linked(text):
    """The addresses of cases and of the monitor's pages that a page leads to."""
    return {unescape(href) for href in re.findall(r'href="(/(?:cases|monitor)/[^"]*)"', text)}


def files_of(address):
    """The same rows as files, for an address of the work list."""
    query = address.partition("?")[2]
    return (
        [f"/api/v1/cases/export.{form}?{query}" for form in ("csv", "xlsx")]
        if "figure=received" in query
        else []
    )


def test_no_page_and_no_file_of_a_monitor_names_anybody(watched):
    """From the monitor's pages every address that they lead to, and every file."""
    first = [f"/monitor/?period=2024&group_by={name}" for name in figures.GROUPINGS]
    first += [
        f"/api/v1/monitor/response-times.xlsx?period=2024&group_by={name}" for name in figures.GROUPINGS
    ]
    first += ["/monitor/told/", "/monitor/recommendations/new/"]
    seen = {address: words_of(watched.get(address)) for address in first}
    beyond = set().union(*map(linked, seen.values())) - seen.keys()
    beyond |= {path for address in beyond for path in files_of(address)}
    for address in beyond:
        answer = watched.get(address)
        assert answer.status_code in {200, 302}, address
        seen[address] = words_of(answer)
    assert sum("export" in address for address in seen) > 4
    cases = [address for address in seen if re.fullmatch("/cases/20[^?/]+/", address)]
    assert len(cases) == 3
    for address, text in seen.items():
        assert not [secret for secret in (*SECRETS, MATTER) if secret in text], address
