"""Dialogues and plans as a year leaves them, and how each sentence about their rows is broken, for the tests of fsck."""

from collections.abc import Callable

from django.db import connection
from django.db.models import F, QuerySet

from cases.conclusions import Promise
from cases.models import Case, Clock
from cases.steps import Document
from dialogues import meetings, questions
from dialogues.models import Conclusion, Dialogue, JointHost, Meeting, Question, Recommendation
from plans import freezing, loading, recounts, reports, typed_figures
from plans.models import Freeze, Measure, Plan, Report, Target, TypedFigure
from tests.cases.making import at, day, make_file, make_user
from tests.dialogues.making import brought_to, do, make_host, with_everything
from tests.plans.making import District, all_of, line, make_dialogue, make_district
from tests.plans.proofs import MANUAL, picture

YEARLY = """\
  obligations:
  - id: REPORT
    text_vi: Báo cáo năm
    scope: {kinds: [ubnd], levels: [commune]}
    comparator: <
    value_type: deadline
    period: year
    measured_by: manual
    deadline: {month: 12, day: 10}
"""


def make_dialogues() -> None:
    """One published with a question and a conclusion, others called off, planned and signed without one; a briefing."""
    host = make_host()
    dialogue = with_everything(host)
    (question,) = Question.objects.all()
    questions.answer(question, "Quý IV", answered_by=host.body, by=host.head, at=at("2026-03-23"))
    do(dialogue, host, "sign", "2026-03-25", no_conclusions=False)
    do(dialogue, host, "publish", "2026-03-27")
    for stage in ("planned", "postponed", "cancelled", "signed"):
        brought_to(host, stage)
    briefing = Meeting(
        host=host.party,
        chaired_by=host.party,
        kind="briefing",
        rhythm="monthly",
        day=day("2026-03-02"),
        title="Giao ban",
    )
    keeper = make_user(("head", host.party))
    meetings.record(briefing, by=keeper, at=at("2026-03-02"))
    new = Promise(text="Sửa đường", body=host.body, due_on=day("2026-05-01"))
    meetings.agree(briefing, new, by=keeper, at=at("2026-03-02"))


def make_plans() -> District:
    """Counted and typed figures, one fixed by a report and one corrected afterwards."""
    district = make_district()
    rule = all_of("counter: dialogues_held, op: '>=', value: threshold")
    text = f"""\
plans:
- key: ke_hoach
  issuer: {district.party.code}
  kind: Kế hoạch
  title_vi: Kế hoạch
  period: {{from: 2023, to: 2025}}
  targets:
"""
    loading.load_plans([("plan", text + line("HELD", rule, period="quarter") + MANUAL + YEARLY)])
    plan, body = Plan.objects.select_related("issuer__area").get(), district.body(0, "ubnd")
    head = make_user(("head", body))
    recounts.recount(plan, at=at("2024-11-20"))
    typed = typed_figures.New(
        target=Target.objects.get(code="TYPED"), body=body, period="2024", evidence=picture(), value=7
    )
    for on in ("2024-11-21", "2024-11-22"):
        typed_figures.type_in(typed, by=head, at=at(on))
    reports.open_due(at("2024-11-20"))
    document = Document(number="9/BC-UBND", date=day("2024-12-05"), signer="Chủ tịch")
    reports.hand_in(Report.objects.get(body=body), document=document, on=None, by=head, at=at("2024-12-05"))
    make_dialogue(body, "2024-02-01")
    keeper = make_user(("plan_keeper", district.party))
    target = Target.objects.get(code="HELD")
    freezing.correct(target, "2024-Q1", by=keeper, at=at("2024-12-06"), reason="biên bản đến muộn")
    recounts.recount(plan, at=at("2024-12-06"))
    # It stands there without its history: only its count was wanted.
    Dialogue.objects.filter(host=body).delete()
    return district


def unguarded(change: Callable[[], object]) -> Callable[[], object]:
    """What no role of the product can do: with the guards of the tables taken away, as their owner can."""

    def broken() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("dialogues_dialogue", "dialogues_minutes", "dialogues_conclusion"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        change()

    return broken


def dialogues(stage: str, /, **facts: object) -> int:
    return Dialogue.objects.filter(stage=stage).update(**facts)


def version_without_the_one_before() -> None:
    Freeze.objects.filter(measure__version=1, measure__is_newest=False).delete()
    Measure.objects.filter(version=1, is_newest=False).delete()


def counted(**facts: object) -> QuerySet[Measure]:
    return Measure.objects.filter(target__code="HELD", frozen_at=None, **facts)


OF_DIALOGUES: dict[str, Callable[[], object]] = {
    "a dialogue stands where the last line of its history put it": unguarded(
        lambda: dialogues("signed", stage="published", published_on="2026-04-01")
    ),
    "nobody hosts a dialogue together with itself": lambda: JointHost.objects.create(
        dialogue=(ahead := Dialogue.objects.get(stage="planned")), body=ahead.host
    ),
    "the duties of a dialogue are a case of kind dialogue": lambda: dialogues(
        "planned", duties=Case.objects.exclude(kind="dialogue").earliest("pk")
    ),
    "nobody owes anything more of a dialogue that was called off": lambda: Case.objects.filter(
        stage="void"
    ).update(stage="accepted", ended_on=None, result=""),
    "the minutes are locked when the dialogue is signed, and only then": unguarded(
        lambda: dialogues("signed", stage="held")
    ),
    "locked minutes have conclusions, or the chair said there are none": unguarded(
        lambda: Conclusion.objects.all().delete()
    ),
    "no question is open once the minutes are locked": lambda: Question.objects.update(
        state="open", answer="", answered_by=None, settled_at=None
    ),
    "the conclusions of a dialogue are numbered 1, 2, 3 … without a gap": unguarded(
        lambda: Conclusion.objects.update(position=2)
    ),
    "a conclusion is a case of kind conclusion that the host of its dialogue received": lambda: (
        Case.objects.filter(kind="conclusion").update(kind="feedback")
    ),
    "what was agreed or recommended is a case of kind conclusion or supervision": lambda: (
        Recommendation.objects.update(
            case=make_file(Case.objects.filter(kind="dialogue").earliest("pk")).case
        )
    ),
}
OF_PLANS: dict[str, Callable[[], object]] = {
    "the figure of a plan is what the figures of its bodies come to": lambda: counted(
        body__isnull=False, period="2024-Q2"
    ).update(value=1, numerator=1, passed=True),
    "of each figure the versions are 1, 2, 3 … and the last is the newest": version_without_the_one_before,
    "what is fixed has a line that says by whom and why, and what runs on has none": lambda: (
        Freeze.objects.all().delete()
    ),
    "what a body typed in was never counted, and what is counted was not typed in": lambda: counted(
        body__isnull=False
    ).update(typed=TypedFigure.objects.latest("pk")),
    "a typed figure is the one of its target, body and period that was typed last": lambda: (
        Measure.objects.filter(target__code="TYPED", body__isnull=False).update(
            typed=TypedFigure.objects.earliest("pk")
        )
    ),
    "no figure lies outside the time of its plan": lambda: Plan.objects.update(first_on="2025-01-01"),
    "a report is a case of kind report of the body that owes it, due on the same day": lambda: (
        Report.objects.update(due_on=F("due_on") + 1)
    ),
    "a report was handed in on the day on which its clock was met": lambda: Clock.objects.filter(
        rule="report", state="met"
    ).update(met_on="2024-12-01"),
}
