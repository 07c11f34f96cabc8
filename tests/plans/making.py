"""The least that a test of this room needs: plans from text, and a plan as an administrator writes one."""

from io import StringIO

from django.core.management import call_command
from django.utils import translation

from plans import loading

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
