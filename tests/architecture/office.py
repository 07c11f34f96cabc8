"""One office at work, with one object of every kind that an address can name, each made by the product's own functions."""

import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import openpyxl
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType

from bodies import jobs, messages, reveals
from bodies.kinds import Level
from bodies.messages import Wording
from bodies.models import Announcement, CalendarDay, Delivery, Message, Person, Post, TaskRun, User
from bodies.scopes import standing_of
from cases import bulk_jobs, files, kept_lists
from cases.models import SavedView
from dialogues import attendances, meetings, supervisions
from dialogues.models import Attendance, Meeting, Supervision
from feedback import acknowledgements, receptions, register_jobs, verdicts
from feedback.models import Reception
from plans import reports
from plans.models import Report
from plans.typed_figures import New, type_in
from tests.architecture.asked import bodies_of
from tests.cases.desk import pdf
from tests.cases.making import answered, at, do, make_area, make_body, make_user
from tests.dialogues.making import brought_to, host_of, with_everything
from tests.feedback.making import Place, make_petition
from tests.feedback.test_register import HEADINGS, line
from tests.plans.making import District, all_of, load_text, make_district
from tests.plans.making import line as target

NOW = at("2026-11-20", 10)
ROLES = (
    "anonymous", "receptionist", "handler", "head", "superior_office", "monitor", "plan_keeper", "administrator",
    "technical", "stranger",
)  # fmt: skip
_EVERYTHING = (
    "receptionist", "handler", "head", "superior_office", "monitor", "plan_keeper", "administrator",
)  # fmt: skip


@dataclass
class Office:
    """Who works there, and what the parts of an address are: those of the longest beginning count."""

    people: dict[str, User | None]
    parts: dict[str, dict[str, Any]]
    sent: dict[tuple[str, str], dict[str, Any]]


def make_office() -> Office:
    district = make_district(1)
    people = _people(district)
    place = _place(district, people)
    parts = {**_own(people), **_cases(place), **_logs(district, people), **_plans(district, people)}
    parts |= _dialogues(place, people["head"]) | _administered(people["handler"], place)
    member = Attendance.objects.get().member.username
    return Office(people, parts, bodies_of(place, district.body(0, "mttq").code, member))


def _people(district: District) -> dict[str, Any]:
    office, front = district.body(0, "ubnd"), district.body(0, "mttq")
    assert office.superior is not None
    far = make_area(parent=make_area(level=Level.PROVINCE))
    elsewhere = make_body(area=far, superior=make_body(area=far.parent, level=Level.PROVINCE))
    people = {role: make_user((role, office)) for role in ("receptionist", "handler", "head", "plan_keeper")}
    return people | {
        "anonymous": None,
        "superior_office": make_user(("superior_office", office.superior)),
        "monitor": make_user(("monitor", front)),
        "administrator": make_user(("administrator", office)),
        "technical": User.objects.create_superuser("ky-thuat", full_name="Kỹ thuật"),
        # Everything one can be, in an office of another province.
        "stranger": make_user(*((role, elsewhere) for role in _EVERYTHING)),
    }


def _place(district: District, people: dict[str, Any]) -> Place:
    office = district.body(0, "ubnd")
    assert office.superior is not None
    return Place(
        area=district.communes[0], province=office.superior, office=office, party=district.body(0, "dang_uy_xa"),
        clerk=people["receptionist"], handler=people["handler"], head=people["head"],
        superior=people["superior_office"], monitor=people["monitor"],
    )  # fmt: skip


def _own(people: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What belongs to one person: a message of the head, a passkey of somebody else, a list of the office's."""
    messages.tell(
        [people["head"]], key="k", topic="t", wording=Wording("Case %(n)s", "", {"n": 7}), subject="", at=NOW
    )
    head = people["head"]
    standing = standing_of(head, NOW.date())
    body = head.memberships.get().body
    kept = kept_lists.keep(
        standing, name="Chung", query="open=true", body=body, is_default=False, role="", at=NOW
    )
    passkey = Authenticator.objects.create(
        user=make_user(), type=Authenticator.Type.WEBAUTHN, data={"name": "Khóa", "credential": {}}
    )
    return {
        "/api/v1/messages/": {"pk": Message.objects.get(recipient=head, subject="").pk},
        "/cases/lists/": {"pk": SavedView.objects.get(pk=kept.pk).pk},
        "/accounts/2fa/webauthn/keys/": {"pk": passkey.pk},
    }


def _cases(place: Place) -> dict[str, dict[str, Any]]:
    receipt = make_petition(place, received="2026-11-02")
    case = receipt.case
    do(case, "accept", "2026-11-04")
    file = files.receive(case, pdf().read(), by=place.handler, at=at("2026-11-05"))
    done = make_petition(place, received="2026-10-05", kind="feedback", channel="hotline")
    if done.case.stage != "accepted":
        do(done.case, "accept", "2026-10-06")
    answered(done.case, "2026-11-18", "met")
    verdict = verdicts.give(done.petition, score=1, comment="Chưa sửa", at=at("2026-11-19"))
    denounced = make_petition(place, kind="denunciation", received="2026-11-02")
    person = Person.objects.get(pk=denounced.petition.petitioners.get().person_id)
    reveal = reveals.ask_reveal(person, by=place.handler, reason="Xác minh", at=NOW)
    book = register_jobs.hand_in(_book(), place.office, by=place.clerk, key=None, at=NOW)
    jobs.run_waiting(NOW)
    day = receptions.record(
        Reception(host=place.office, day=date(2026, 11, 16), kind="periodic", received_by=place.head),
        by=place.head,
        at=at("2026-11-16", 17),
    )
    acknowledgements.acknowledge(receipt.petition, "Đơn", by=place.clerk, at=NOW)
    own = receipt.petition.petitioners.get().person.token
    many = bulk_jobs.begin([case.pk], "urge", {}, by=place.head, at=NOW, key=UUID(int=7))
    return {
        "/api/v1/cases/": {"reference": case.reference, "file_id": file.pk},
        "/cases/": {
            "reference": case.reference,
            "move": "extend",
            "name": "people",
            "what": "person",
            "position": 0,
        },
        "/cases/<reference>/verdicts/": {"reference": done.case.reference, "number": verdict.pk},
        "/api/v1/petitions/": {"code": receipt.petition.code},
        "/import/": {"pk": book.pk},
        "/cases/move/": {"pk": many.pk},
        "/reception/": {"code": receipt.petition.code, "number": 1, "pk": day.pk},
        "/api/v1/verdicts/": {"pk": verdict.pk},
        "/api/v1/people/": {"token": own},
        "/api/v1/reveals/": {"pk": reveal.pk},
        "/reveals/": {"pk": reveal.pk},
        "/api/v1/registers/": {"pk": book.pk},
        "/api/v1/jobs/": {"pk": book.reading},
        "/api/v1/receptions/": {"pk": day.pk},
    }


def _book() -> bytes:
    workbook, content = openpyxl.Workbook(), io.BytesIO()
    workbook.active.title = "Sổ"
    for row in (["SỔ TIẾP CÔNG DÂN NĂM 2026"], HEADINGS, line(1), line(2, "31/02/2026")):
        workbook.active.append(row)
    workbook.save(content)
    return content.getvalue()


def _logs(district: District, people: dict[str, Any]) -> dict[str, dict[str, Any]]:
    party, front, office = (district.body(0, kind) for kind in ("dang_uy_xa", "mttq", "ubnd"))
    meeting = meetings.record(
        Meeting(
            host=office,
            chaired_by=office,
            kind="briefing",
            rhythm="monthly",
            day=date(2026, 11, 10),
            title="Giao ban",
        ),
        by=people["head"],
        at=at("2026-11-10", 17),
    )
    session = Supervision(
        kind="supervision", form="visit", chair=front, day=date(2026, 11, 11), title="Giám sát"
    )
    session = supervisions.record(session, by=make_user(("head", front)), at=at("2026-11-11", 17))
    member = make_user()
    Post.objects.create(body=party, duty="member", title="x", holder=member, valid_from=date(2020, 1, 1))
    attended = Attendance(
        committee=party,
        member=member,
        kind="cell",
        day=date(2026, 11, 12),
        area=party.area,
        attended="Chi bộ",
    )
    row = attendances.record(attended, by=member, at=at("2026-11-12", 20))
    return {
        "/api/v1/meetings/": {"pk": meeting.pk},
        "/api/v1/supervisions/": {"pk": session.pk},
        "/api/v1/attendances/": {"pk": row.pk},
    }


def _plans(district: District, people: dict[str, Any]) -> dict[str, dict[str, Any]]:
    load_text(_plan_of(district.party.code))
    reports.open_due(NOW)
    report = Report.objects.get(body=district.body(0, "dang_uy_xa"))
    typed_target = report.duty.plan.lines.get(code="TYPED")
    evidence = pdf().read()
    new = New(
        target=typed_target, body=district.body(0, "ubnd"), period="2026", numerator=Decimal(95), denominator=Decimal(100), evidence=evidence,
    )  # fmt: skip
    typed = type_in(new, by=people["plan_keeper"], at=NOW)
    return {
        "/api/v1/plans/": {"key": "ke_hoach", "code": "TYPED", "number": typed.pk},
        "/api/v1/plans/<key>/targets/<code>/rows/": {"key": "ke_hoach", "code": "HELD"},
        "/api/v1/areas/": {"code": district.communes[0].code},
        "/api/v1/bodies/": {"code": district.body(0, "ubnd").code},
        "/api/v1/reports/": {"pk": report.pk},
    }


def _plan_of(party: str) -> str:
    held = target("HELD", all_of("counter: dialogues_held, op: '>=', value: threshold"))
    return f"""\
plans:
- key: ke_hoach
  issuer: {party}
  kind: Kế hoạch
  title_vi: Kế hoạch
  period: {{from: 2025, to: 2027}}
  targets:
{held}  - id: TYPED
    text_vi: Gõ tay
    scope: {{kinds: [ubnd], levels: [commune]}}
    comparator: '>='
    threshold: 90
    value_type: percent_of_bodies
    period: year
    measured_by: manual
  obligations:
  - id: R1
    text_vi: Đảng ủy xã báo cáo trước ngày 10/12 hằng năm
    scope: {{kinds: [dang_uy_xa], levels: [commune]}}
    comparator: <
    value_type: deadline
    period: year
    measured_by: manual
    deadline: {{month: 12, day: 10}}
    to_body: {party}
    to_words: Ban Thường vụ Huyện ủy
    reminder: true
"""


def _dialogues(place: Place, head: User) -> dict[str, dict[str, Any]]:
    host = host_of(place, head)
    published, open_ = brought_to(host, "published"), with_everything(host)
    number = open_.questions.get().number
    return {
        "/api/v1/dialogues/": {"code": open_.code, "number": number},
        **{
            f"/api/v1/dialogues/<code>/{name}.": {"code": published.code}
            for name in ("notice", "minutes", "results")
        },
        "/api/v1/public/dialogues/": {"code": published.code},
        "/public/dialogues/": {"code": published.code},
    }


def _administered(user: User, place: Place) -> dict[str, dict[str, Any]]:
    """What the technical administrator's pages show."""
    kind = ContentType.objects.get_for_model(User)
    ids = {
        "user": user.pk,
        "area": place.area.pk,
        "body": place.office.pk,
        "calendarday": CalendarDay.objects.first(),
        "taskrun": TaskRun.objects.first(),
        "announcement": Announcement.objects.first(),
        "delivery": Delivery.objects.first(),
    }
    return {
        "/admin/": {"app_label": "bodies", "url": "1"},
        "/admin/r/": {"content_type_id": kind.pk, "object_id": user.pk},
        **{
            f"/admin/bodies/{name}/": {"object_id": getattr(row, "pk", row), "id": user.pk}
            for name, row in ids.items()
        },
    }
