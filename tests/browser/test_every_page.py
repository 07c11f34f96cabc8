"""Every page of the product, looked at once by somebody who may see it: wide, at twice the size of letters, and narrow.

A page is any address that answers a browser with HTML; one that stands in no list here fails. At each width: no fault of
WCAG 2.2 AA found by axe, nothing wider than the window, every target large enough; at each load: nothing refused by the
content policy, and a token in every form that writes.
"""

import re
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as now
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page

from bodies.models import User
from tests.architecture import office
from tests.architecture.test_access import TEMPLATES, expected, path_of
from tests.browser.desk import AXE, WCAG
from tests.config.test_account_pages import PASSWORD, SECRET, make_passkey

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("law"),
    pytest.mark.timeout(300),
]

# 640 is a window of 1280 at 200 %; at 320 nothing may need scrolling sideways (WCAG 1.4.10).
WIDTHS = (1280, 640, 320)
# Who looks, the first who may. The head sees most.
LOOKERS = ("head", "receptionist", "monitor", "technical")
# Answers for machines, files, parts of pages, and places that lead elsewhere at once.
NO_PAGES = {
    "/healthz", "/readyz", "/metrics", "/i18n/setlang/",
    "/reception/<code>/papers/<number>.pdf", "/import/<pk>/copy/", "/import/<pk>/state/",
    "/accounts/2fa/recovery-codes/download/",
    "/accounts/2fa/webauthn/login/",
}  # fmt: skip
# Django's own pages for the technical administrator, and the API with its own page of documentation.
OF_OTHERS = ("/admin/", "/api/")
# Pages that only somebody with every second factor sees, and one that stands between password and code.
WITH_FACTORS = {
    "/accounts/password/", "/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/", "/accounts/2fa/webauthn/reauthenticate/",
    "/accounts/2fa/webauthn/keys/<pk>/remove/", "/accounts/2fa/webauthn/keys/<pk>/edit/",
}  # fmt: skip
HALF_WAY = {"/accounts/2fa/authenticate/"}
# The same address with something open or wrong: what an address alone does not show.
MORE = [
    ("head", "/cases/?kind=complaint&open=true&due=late"),
    ("head", "/cases/?due_before=abc"),
    ("handler", "/cases/<reference>/panels/citizen/"),
    ("monitor", "/cases/<reference>/"),
    ("superior_office", "/"),
    ("head", "/no-such-page/"),
]

LOOK = """() => {
  const seen = (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const inText = (element) => {
    if (!element.matches("a, button.plain, label")) return false;
    const around = element.closest("p, li, dd, dt, td, th, figcaption, legend, label") || element.parentElement;
    const words = [...around.childNodes].filter((each) => !each.contains(element)).map((each) => each.textContent).join("");
    return /\\p{L}/u.test(words);
  };
  const least = document.body.classList.contains("citizen") ? 44 : 24;
  const small = [];
  for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0'][role=button]")) {
    if (!seen(element) || element.closest(".visually-hidden, .skip") || element.matches(".visually-hidden, .skip") || inText(element)) continue;
    // A box is hit by its label, too.
    const boxes = [element, ...(element.labels || [])].filter(seen).map((each) => each.getBoundingClientRect());
    const wide = Math.max(...boxes.map((box) => box.width)), high = Math.max(...boxes.map((box) => box.height));
    if (wide < least - .5 || high < least - .5) small.push(`${element.outerHTML.slice(0, 90)} ${wide.toFixed(0)}x${high.toFixed(0)}, at least ${least}`);
  }
  return {
    small,
    over: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    unsigned: [...document.forms].filter((form) => form.method === "post" && !form.querySelector("[name=csrfmiddlewaretoken]")).map((form) => form.action),
  };
}"""
FAULTS = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
  .then((found) => found.violations.flatMap((each) => each.nodes.map((node) => `${each.id} ${node.target} ${node.failureSummary}`)))"""
LISTEN = """window.refused = [];
addEventListener('securitypolicyviolation', (event) => refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));"""


def pages() -> list[tuple[str, str]]:
    """(who looks, address) of every page that the table of answers knows."""
    found = []
    for address in TEMPLATES:
        if address in NO_PAGES | WITH_FACTORS | HALF_WAY or address.startswith(OF_OTHERS):
            continue
        answers = expected().get(address, {}).get("GET", {})
        public = ["anonymous"] if answers.get("anonymous") == "200" else []
        who = [*public, *(role for role in LOOKERS if answers.get(role) in {"200", "302"})]
        if answers:
            found.append((who[0] if who else "nobody", address))
    return found


def test_every_page_has_somebody_who_looks_at_it():
    assert [address for who, address in pages() if who == "nobody"] == []
    assert set(TEMPLATES) >= NO_PAGES | WITH_FACTORS | HALF_WAY
    assert len(pages()) > 25


BAD = """<!doctype html><html lang=vi><title>x</title><body><main style="width: 700px"><h1>x</h1><img src="/x.png">
<form method=post action="/x/"><button style="width: 5px; height: 9px; padding: 0; overflow: hidden">x</button></form>
<script>1</script>"""


def test_what_is_wrong_with_a_page_is_seen(chromium_browser: Browser):
    page = chromium_browser.new_page()
    page.add_init_script(LISTEN)
    policy = {
        "Content-Security-Policy": "default-src 'self'; style-src 'unsafe-inline'",
        "Content-Type": "text/html",
    }
    page.route("**/*", lambda route: route.fulfill(body=BAD, headers=policy))
    wrong = " ".join(looked_at(page, "http://localhost/"))
    page.close()
    for each in ("image-alt", "small: <button", "no token: http://localhost/x/", "px too wide", "script-src"):
        assert each in wrong


class Windows:
    """One window for each person; each page is loaded once."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self.browser, self.base_url = browser, base_url
        self.contexts: dict[str, BrowserContext] = {}
        self.pages: dict[str, Page] = {}

    def of(self, name: str, client: Client) -> Page:
        if name not in self.pages:
            context = self.browser.new_context(
                base_url=self.base_url, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
            )
            context.add_init_script(LISTEN)
            cookie = client.cookies.get(now.SESSION_COOKIE_NAME)
            if cookie is not None:
                context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.base_url}])
            self.contexts[name], self.pages[name] = context, context.new_page()
        return self.pages[name]

    def close(self) -> None:
        for context in self.contexts.values():
            context.close()


def looked_at(page: Page, path: str) -> list[str]:
    """What is wrong with one page."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    try:
        page.goto(path)
    except Error as error:
        return [f"no page: {error}"]
    page.evaluate(AXE.read_text(encoding="utf-8"))
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        # As it comes when there is room; with everything unfolded when there is little.
        if width < WIDTHS[0]:
            page.evaluate(
                "document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
            )
        found: dict[str, Any] = page.evaluate(LOOK)
        wrong += [f"{width}: {each}" for each in page.evaluate(FAULTS, WCAG)]
        wrong += [f"{width}: small: {each}" for each in found["small"]]
        wrong += [f"{width}: no token: {each}" for each in found["unsigned"]]
        wrong += [f"{width}: {found['over']} px too wide"] if found["over"] else []
    return wrong + [f"refused by the content policy: {each}" for each in page.evaluate("refused")]


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def with_factors() -> tuple[Client, Client, int]:
    """Somebody with every factor, signed in and shown again; the same half way in; and the number of the key."""
    user = User.objects.create_user("tiepdan", PASSWORD, full_name="Nguyễn Văn An")
    TOTP.activate(user, SECRET)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    key: Authenticator = make_passkey(user)
    whole, half = Client(), Client()
    for client in (whole, half):
        client.post("/accounts/login/", {"login": "tiepdan", "password": PASSWORD})
    whole.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    whole.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return whole, half, key.pk


def test_nothing_is_wrong_with_any_page_at_any_width(
    chromium_browser: Browser, live_server: Any, settings: Any, capsys: Any
):
    settings.MFA_ROLES = frozenset()
    windows, wrong, count = Windows(chromium_browser, live_server.url), [], 0
    with time_machine.travel(office.NOW, tick=True):
        place = office.make_office()
        whole, half, key = with_factors()
        asked = [
            (who, path_of(path, place.parts), signed_in(place.people.get(who)))
            for who, path in [*pages(), *MORE]
        ]
        asked += [("factors", re.sub("<pk>", str(key), path), whole) for path in sorted(WITH_FACTORS)]
        asked += [("half way", path, half) for path in HALF_WAY]
        try:
            for who, path, client in asked:
                wrong += [f"{who} {path} {each}" for each in looked_at(windows.of(who, client), path)]
                count += 1
        finally:
            windows.close()
    with capsys.disabled():
        print(f"\n{count} pages at {len(WIDTHS)} widths: {len(wrong)} faults")
    assert not wrong, "\n".join(wrong)
