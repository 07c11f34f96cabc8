"""The least that a test of this room needs: plans from text, and a plan as an administrator writes one."""

from dataclasses import dataclass, field
from io import StringIO

from django.core.management import call_command
from django.utils import translation

from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body
from dialogues.models import Dialogue, Meeting, Supervision
from feedback.models import Reception
from plans import loading
from plans.judging import Figure
from plans.measuring import measure
from plans.models import Plan
from plans.terms import term_of
from tests.cases.making import at, day, make_area, make_body, make_user

BY_HAND = """\
plans:
- key: bang_tay_2024
  issuer: kim-bang-huyen-uy
  kind: Kế hoạch
  title_vi: Kế hoạch viết tay
  period: {from: 2024, to: 2025}
  targets:
  - id: T1
    text_vi: Mỗi người đứng đầu đối thoại ít nhất 01 cuộc trong năm
    scope: {kinds: [dang_uy_xa, ubnd], levels: [commune]}
    unit: cuộc
    comparator: '>='
    threshold: 1
    value_type: count_per_body
    period: year
    per: head
    measured_by: auto:dialogue
    measure:
      passes_when:
        all:
        - {counter: dialogues_held, where: {chaired_by: head}, op: '>=', value: threshold}
  - id: T2
    text_vi: 100% UBND tiếp công dân đủ ngày, không để vụ việc quá hạn
    scope: {kinds: [ubnd], levels: [commune]}
    comparator: '='
    threshold: 100
    value_type: percent_of_bodies
    period: quarter
    measured_by: auto:reception
    measure:
      passes_when:
        all:
        - {counter: reception_days, where: {by: head}, op: '>=', value: minimum}
        - {counter: cases_late, op: '=', value: 0}
  - id: T3
    text_vi: Trên 90% vụ việc đất đai giải quyết đúng hạn
    scope: {kinds: [ubnd, huyen_uy], levels: [commune, district]}
    comparator: '>'
    threshold: 90
    value_type: percent_of_items
    period: year
    measured_by: auto:case
    measure:
      share:
        part:
        - {counter: cases_on_time, where: {subject: land}}
        whole:
        - {counter: cases_judged, where: {subject: land}}
        - {counter: cases_late, where: {subject: land}}
  - id: T4
    text_vi: MTTQ giám sát 01 hoặc 02 cuộc
    scope: {kinds: [mttq], levels: [commune, district]}
    comparator: range
    threshold: [1, 2]
    value_type: count_per_body
    period: year
    from: 2025
    measured_by: auto:supervision
    measure:
      passes_when:
        any:
        - {counter: supervisions, where: {kind: supervision}, op: '>=', value: threshold}
  - id: T5
    text_vi: Báo cáo trước ngày 10/12
    scope: {kinds: [dang_uy_xa], levels: [commune]}
    comparator: <
    value_type: deadline
    period: year
    measured_by: manual
    evidence: số, ngày báo cáo
    deadline: {month: 12, day: 10}
    reminder: true
"""


def load_text(text: str) -> None:
    with translation.override("en"):
        loading.load_plans([("plan.yaml", text)])


def load_samples() -> None:
    call_command("load_plan", "--samples", stdout=StringIO())


@dataclass
class District:
    """A district of three communes, each with a party committee, a people's committee, a front and an organisation."""

    area: Area
    party: Body
    communes: list[Area]
    of: dict[tuple[int, str], Body] = field(default_factory=dict)

    def body(self, commune: int, kind: str) -> Body:
        return self.of[commune, kind]


def make_district(communes: int = 3) -> District:
    area = make_area(level=Level.DISTRICT)
    party = make_body(kind=BodyKind.HUYEN_UY, area=area, level=Level.DISTRICT)
    state = make_body(kind=BodyKind.UBND, area=area, level=Level.DISTRICT)
    district = District(area, party, [make_area(parent=area) for _n in range(communes)])
    for place, commune in enumerate(district.communes):
        for kind, above in (("dang_uy_xa", party), ("ubnd", state), ("mttq", None), ("doan_the", None)):
            district.of[place, kind] = make_body(kind=kind, area=commune, superior=above)
    return district


def make_plan(
    district: District,
    *lines: str,
    period: str = "{from: 2023, to: 2025}",
    joint: str = "every_head",
    key: str = "ke_hoach",
) -> Plan:
    """A plan of the district's committee with these lines, each a target as a file writes it."""
    text = f"""\
plans:
- key: {key}
  issuer: {district.party.code}
  kind: Kế hoạch
  title_vi: Kế hoạch
  period: {period}
  joint_dialogue_counts_for: {joint}
  targets:
"""
    load_text(text + "".join(lines))
    return Plan.objects.select_related("issuer__area").get(key=key)


def line(code: str, measure: str, **words: str) -> str:
    """One target: a measure in flow style, and what differs from the usual."""
    said = {
        "scope": "{kinds: [ubnd], levels: [commune]}",
        "comparator": "'>='",
        "threshold": "1",
        "value_type": "count_per_body",
        "period": "year",
        "measured_by": "auto:case",
        **words,
    }
    text = "".join(f"    {key}: {value}\n" for key, value in said.items() if value)
    return f"  - id: {code}\n    text_vi: Chỉ tiêu\n{text}    measure: {measure}\n"


def all_of(*conditions: str) -> str:
    return "{passes_when: {all: [" + ", ".join("{" + each + "}" for each in conditions) + "]}}"


def make_dialogue(host: Body, held_on: str, *, chair: str = "head", kind: str = "periodic") -> Dialogue:
    number = Dialogue.objects.filter(host=host).count() + 1
    keeper = make_user()
    return Dialogue.objects.create(
        code=f"{held_on[:4]}-{host.code}-dt-{number:03}",
        host=host,
        year=int(held_on[:4]),
        number=number,
        title="Đối thoại",
        kind=kind,
        participants="residents",
        area=host.area,
        stage="held",
        held_on=held_on,
        chair=chair,
        delegate_reason="đi công tác" if chair == "delegate" else "",
        chaired_by=keeper,
        present_count=20,
        created_by=keeper,
        created_at=at(held_on),
    )


def make_reception(host: Body, on: str, *, kind: str = "periodic", delegate_reason: str = "") -> Reception:
    return Reception.objects.create(
        host=host, day=on, kind=kind, received_by=make_user(), delegate_reason=delegate_reason
    )


def make_session(chair: Body, on: str, *partners: Body, kind: str = "supervision") -> Supervision:
    session = Supervision.objects.create(
        kind=kind,
        form="visit",
        chair=chair,
        day=on,
        title="Giám sát",
        recorded_by=make_user(),
        recorded_at=at(on),
    )
    session.partners.set(partners)
    return session


def make_meeting(chair: Body, on: str, *, kind: str = "briefing", host: Body | None = None) -> Meeting:
    return Meeting.objects.create(
        host=host or chair,
        chaired_by=chair,
        kind=kind,
        rhythm="monthly",
        day=on,
        title="Giao ban",
        recorded_by=make_user(),
        recorded_at=at(on),
    )


def figures(plan: Plan, code: str, period: str, as_of: str) -> tuple[dict[str, Figure], Figure]:
    """The figures of a target: of each body by its code, and of all together."""
    target = plan.lines.get(code=code)
    target.plan = plan
    (found,) = measure(plan, [(target, term_of(plan, period))], as_of=day(as_of))
    codes = dict(Body.objects.values_list("pk", "code"))
    assert found.total is not None
    return {codes[figure.body_id]: figure for figure in found.figures if figure.body_id}, found.total
