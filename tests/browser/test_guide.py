"""The user guide: its pictures are of pages that exist, taken of the demo's cases. `make guide` takes them anew."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from bodies import outbox, tracking
from bodies.models import Job, User
from cases import escalation, tallies
from cases.models import Case
from config import demo_data, demo_years
from feedback.models import Petition
from tests.browser.desk import PROJECT, Desk

GUIDE = PROJECT / "docs" / "guide"
PICTURES = GUIDE / "pictures"
WIDE, PHONE = (1280, 860), (360, 720)

Steps = Callable[[Page], None]


def _late() -> Case:
    """The demo's case that climbed."""
    return Case.objects.filter(title=demo_data.SAMPLES[1].title).latest("received_at")


def _case(page: Page) -> None:
    page.goto(f"/cases/{_late().reference}/")
    expect(page.locator("h1")).to_contain_text("Nước sinh hoạt")


def _at(address: str, *, sees: str) -> Steps:
    def steps(page: Page) -> None:
        page.goto(address)
        expect(page.locator("h1").first).to_contain_text(sees)

    return steps


def _walk_in(page: Page) -> None:
    _at("/reception/", sees="Tiếp")(page)
    page.keyboard.type("Nguyễn Văn An")
    page.locator("[name=title]").fill("Nước sinh hoạt yếu và đục")
    expect(page.locator("#similar")).to_contain_text("Nước sinh hoạt")


def _receipt(page: Page) -> None:
    petition = Petition.objects.get(case=_late())
    _at(f"/reception/{petition.code}/receipt/", sees="Đã lưu")(page)


def _track(page: Page) -> None:
    page.goto("/track/")
    page.locator("input[name=tracking_code]").fill(tracking.code_of(Petition.objects.get(case=_late()).pk))
    page.locator("main button").first.click()
    expect(page.locator("h1")).to_have_text("Đơn của ông/bà")


# Picture: who looks, how, and at what size.
SHOTS: dict[str, tuple[str, Steps, tuple[int, int]]] = {
    "home": ("xuly", _at("/", sees="Việc của tôi"), WIDE),
    "reception": ("tiepdan", _walk_in, WIDE),
    "receipt": ("tiepdan", _receipt, WIDE),
    "reception-days": ("chutich", _at("/reception/days/", sees=""), WIDE),
    "reception-book": ("tiepdan", _at("/reception/book/", sees="Sổ"), WIDE),
    "track": ("", _track, PHONE),
    "work-list": ("chutich", _at("/cases/", sees="Vụ việc"), WIDE),
    "case": ("chutich", _case, WIDE),
    "case-phone": ("chutich", _case, PHONE),
    "offices": ("bithu.huyen", _at("/offices/", sees="Kim Bảng"), WIDE),
    "monitor": ("mttq", _at("/monitor/?period=2024", sees="Thời gian giải quyết"), WIDE),
    "told": ("mttq", _at("/monitor/told/", sees="Được thông tin"), WIDE),
    "health": ("kythuat", _at("/health/", sees="Tình trạng"), WIDE),
}


@pytest.mark.django_db(transaction=True)
def test_every_picture_of_the_guide_can_be_taken(desk: Desk, settings, tmp_path: Path):
    settings.INSECURE_HTTP = True
    now = timezone.now()
    demo_data.load(now=now)
    # Two years of activity are the worker's; of a few communes they make the pictures fuller.
    Job.objects.all().delete()
    if "GUIDE_PICTURES" in os.environ:
        for _step, live in demo_years.plan_of(
            {"kim-bang": ["que", *demo_years.commune_codes()["kim-bang"][:4]]}
        ):
            live(now)
    escalation.raise_overdue(now)
    outbox.tell_pending(now)
    tallies.recount_noted(now)
    folder = Path(os.environ.get("GUIDE_PICTURES") or tmp_path)
    for name, (username, steps, size) in SHOTS.items():
        page = desk.sign_in(User.objects.get(username=username)) if username else desk.page
        page.set_viewport_size({"width": size[0], "height": size[1]})
        steps(page)
        page.screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")
    assert {each.stem for each in folder.glob("*.png")} == set(SHOTS)


def test_the_guide_shows_every_picture_and_no_other():
    shown = [
        name
        for each in GUIDE.glob("*.md")
        for name in re.findall(r"\(pictures/([\w-]+)\.png\)", each.read_text("utf-8"))
    ]
    assert sorted(set(shown)) == sorted(SHOTS)
    assert {each.stem for each in PICTURES.glob("*.png")} == set(SHOTS)
