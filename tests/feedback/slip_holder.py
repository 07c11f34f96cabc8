"""Somebody with a slip, at the citizen's pages: enters the code, sends forms, reads what stands there."""

import io
import re
from html import unescape
from uuid import uuid4

from PIL import Image

DAY = "2024-04-11"
PAGES = ["/track/petition/", "/track/petition/print/", "/track/petition/add/", "/track/petition/verdict/", "/track/petition/withdraw/"]  # fmt: skip
ACTS = PAGES[2:]
NO_CODE = "ABCD-EFGH-JKMN"


def enter(client, code):
    return client.post("/track/", {"tracking_code": code})


def let_in(client, receipt):
    answer = enter(client, receipt.tracking_code)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/track/petition/")
    return client


def text_of(answer):
    """What a reader sees of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def send(client, page, **typed):
    return client.post(f"/track/petition/{page}/", {"key": str(uuid4()), **typed})


def picture():
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    return content.getvalue()
