"""A real browser on a live server, for tests of pages: Debian's Chromium, driven by Playwright."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from config import chromium
from tests.browser.desk import PATIENCE, Desk

# Nothing of the browser's own asks the network.
_QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session", autouse=True)
def static_root(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The server finds static files where they lie; the folder for collected ones is only asked for."""
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    program = chromium.program()
    if program is None:
        # On CI a missing browser is a failure; elsewhere `make test` has said so.
        if os.environ.get("CI") == "true":
            pytest.fail("there is no Chromium")
        pytest.skip("there is no Chromium")
    # Playwright's loop runs in the thread of the test, which asks the database too.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_QUIET)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium_browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    context = chromium_browser.new_context(
        base_url=live_server.url,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        viewport={"width": 1280, "height": 800},
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def desk(context: BrowserContext, live_server: Any) -> Iterator[Desk]:
    """A page on which somebody can be signed in; at the end nothing was refused by the content policy."""
    desk = Desk(context, live_server.url)
    yield desk
    assert desk.complaints == []


@pytest.fixture
def page(desk: Desk) -> Page:
    return desk.page
