"""Somebody at the page of a case, without a browser: opens forms, sends them, looks at what came back. In English."""

import io
import re

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bodies.kinds import BodyKind, Level
from tests.cases.making import answered, do, make_area, make_body, make_standing_member, make_user, paper

NOW = "2026-11-20"


def an_office():
    """A commune under a district, with its people."""
    district = make_area(level=Level.DISTRICT)
    commune = make_area(parent=district)
    above = make_body(area=district, level=Level.DISTRICT)
    body = make_body(area=commune, superior=above)
    make_standing_member(make_body(kind=BodyKind.HUYEN_UY, area=district))
    people = {
        "receptionist": make_user(("receptionist", body), name="Nguyễn Thị Tiếp"),
        "handler": make_user(("handler", body), name="Trần Văn Xử"),
        "handler2": make_user(("handler", body), name="Bùi Văn Hai"),
        "head": make_user(("head", body), name="Lê Văn Trưởng"),
        "superior": make_user(("superior_office", above)),
        "stranger": make_user(("head", make_body())),
    }
    return body, people


def browser(user, **options):
    client = Client(headers={"accept-language": "en"}, **options)
    client.force_login(user)
    return client


def url(case, move, more=""):
    return f"/cases/{case.reference}/moves/{move}/{more}"


def opened(client, case, move):
    """The form as somebody opened it: its hidden fields."""
    answer = client.get(url(case, move))
    assert answer.status_code == 200, (move, answer.status_code)
    return answer.content.decode(), hidden_in(answer.content.decode())


def hidden_in(html):
    form = html.split('id="act"')[1]
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return {name: found[name] for name in ("version", "seen", "once", "writer")}


def send(client, case, move, **fields):
    _html, hidden = opened(client, case, move)
    return client.post(url(case, move), hidden | fields)


def pdf(name="Nguyễn Văn A.pdf"):
    made = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(made)
    return SimpleUploadedFile(name, made.getvalue(), "application/pdf")


PAPER = {"document_number": "15/QĐ-UBND", "document_date": "19/11/2026", "document_signer": "Chủ tịch"}


def brought_to(stage, case):
    """The case at this stage, by the moves that lead there; received in the first days of November 2026."""
    steps = {
        "received": [], "accepted": ["accept"], "verifying": ["accept", "begin_verification"], "drafted": ["accept", "submit"],
        "answered": ["accept", "answer"], "suspended": ["accept", "suspend"],
    }[stage]  # fmt: skip
    facts = {"submit": {"draft": "dự thảo"}, "suspend": {"ground": "chờ", "document": paper("2026-11-05")}}
    for name in steps:
        if name == "accept" and case.stage == "accepted":
            continue
        if name == "answer":
            answered(case, "2026-11-06", "right" if case.kind in {"complaint", "denunciation"} else "met")
        else:
            do(case, name, "2026-11-04" if name == "accept" else "2026-11-05", **facts.get(name, {}))
    case.refresh_from_db()
    assert case.stage == stage
    return case
