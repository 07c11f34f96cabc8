"""Plans come in from files: everything of them or nothing, and by hand as well as ours."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from bodies.management.commands.load_bodies import DATA as TREES
from bodies.management.commands.load_bodies import SAMPLES as SAMPLE_TREES
from plans import measure_shapes, plan_files, recounts
from plans.counters import COUNTERS
from plans.management.commands.load_plan import DATA, SAMPLES
from plans.models import Measure, Milestone, Plan, Target
from plans.telling import rule_in_words
from tests.architecture.source import PROJECT
from tests.cases.making import at
from tests.plans.making import BY_HAND, load_samples, load_text

pytestmark = pytest.mark.django_db


def told(*args):
    out = StringIO()
    call_command("load_plan", *args, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def trees(law):
    call_command("load_bodies", *[TREES / name for name in SAMPLE_TREES], stdout=StringIO())


@pytest.fixture
def district(law):
    call_command("load_bodies", TREES / "kim-bang.yaml", stdout=StringIO())


def test_the_four_plans_stand_with_every_target_duty_and_milestone(trees):
    load_samples()
    assert Plan.objects.count() == 4
    assert Target.objects.targets().count() == 60
    assert Target.objects.duties().count() == 80
    assert Milestone.objects.count() == 32


def test_every_automatic_target_of_the_plans_has_a_measure(trees):
    load_samples()
    counted = set(Target.objects.targets().counted().values_list("code", flat=True))
    assert counted == {
        *("KB-01", "KB-02b", "KB-06a", "KB-06b", "KB-06c", "KB-06d", "BK-4", "BK-6"),
        *("BG-2.4", "BG-4.2a", "BG-4.2b", "NB-1b", "NB-4a", "NB-4b", "NB-4c"),
    }
    assert not Target.objects.counted().filter(measure=None).exists()


def test_loading_twice_changes_nothing(trees):
    load_samples()
    before = list(Target.objects.order_by("pk").values())
    counts = told("--samples")
    assert [counts[what]["unchanged"] for what in ("plans", "targets", "duties", "milestones")] == [
        4,
        60,
        80,
        32,
    ]
    assert {count[word] for count in counts.values() for word in ("created", "changed", "retired")} == {0}
    assert list(Target.objects.order_by("pk").values()) == before


def test_a_number_that_the_plan_does_not_name_is_ours(trees):
    load_samples()
    target = Target.objects.get(code="KB-02b")
    assert target.threshold is None
    assert target.threshold_default == 1
    assert target.judged_by == 1


def test_where_things_stood_before_the_plan_is_told_beside_its_rule(trees, in_english):
    load_samples()
    target = Target.objects.select_related("plan").get(code="BK-4")
    # 43 of 68 answers of the survey (001, line 106).
    assert target.baseline == 63
    assert rule_in_words(target).endswith("Before the plan it was 63%.")
    assert "Before the plan" not in rule_in_words(Target.objects.select_related("plan").get(code="BK-6"))


def test_every_rule_is_told_in_words_and_not_in_codes(trees):
    load_samples()
    for target in Target.objects.counted().select_related("plan"):
        words = rule_in_words(target)
        assert re.findall(r"[a-z]+_[a-z]+|\b(?:head|kind|flag|role|feedback|criticism)\b", words) == []
        assert " -" not in words
    rule = rule_in_words(Target.objects.select_related("plan").get(code="BG-2.4"))
    assert "Tôn giáo" in rule
    assert "Điểm nóng" in rule


def test_a_range_is_judged_by_its_lower_end(trees):
    load_samples()
    target = Target.objects.get(code="KB-06a")
    assert (target.threshold, target.threshold_most, target.judged_by) == (1, 2, 1)


def test_a_plan_written_by_hand_stands_beside_them(district):
    load_text(BY_HAND)
    plan = Plan.objects.get(key="bang_tay_2024")
    assert (plan.issuer.code, str(plan.first_on), str(plan.last_on)) == (
        "kim-bang-huyen-uy",
        "2024-01-01",
        "2025-12-31",
    )
    assert [target.code for target in plan.lines.in_force()] == ["T1", "T2", "T3", "T4", "T5"]


def test_a_line_that_left_the_file_is_retired_and_one_that_came_back_is_not(district):
    load_text(BY_HAND)
    load_text(BY_HAND[: BY_HAND.index("  - id: T5")])
    assert Target.objects.get(code="T5").is_retired
    load_text(BY_HAND)
    assert not Target.objects.get(code="T5").is_retired


def test_a_changed_threshold_is_taken_over_and_counted_soon(district):
    now = at("2024-12-20")
    load_text(BY_HAND)
    assert recounts.recount_touched(now) == 1
    assert Measure.objects.get(target__code="T1", period="2024", body=None).passed is False
    load_text(BY_HAND)
    # Nothing is different: nothing is counted again.
    assert recounts.recount_touched(now) == 0
    load_text(
        BY_HAND.replace("threshold: 1\n", "threshold: 0\n", 1).replace("threshold: 90", "threshold: 95")
    )
    assert Target.objects.get(code="T3").threshold == 95
    assert recounts.recount_touched(now) == 1
    assert Measure.objects.get(target__code="T1", period="2024", body=None).passed is True


WRONG = {
    "counter": ("counter: cases_late", "counter: cases_lost", "there is no counter cases_lost"),
    "range": ("threshold: [1, 2]", "threshold: [2, 1]", "the range is upside down"),
    "half a range": ("threshold: [1, 2]", "threshold: 1", "a range needs two numbers"),
    "outside": ("from: 2025", "from: 2026", "this time lies outside the plan's own"),
    "years": (
        "period: {from: 2024, to: 2025}",
        "period: {from: 2025, to: 2024}",
        "would end before it begins",
    ),
    "body": ("issuer: kim-bang-huyen-uy", "issuer: kim-bang-huyen", "there is no body kim-bang-huyen"),
    "kind": ("kinds: [ubnd]", "kinds: [ubnd_xa]", "not ubnd_xa"),
    "level": ("levels: [commune]", "levels: [xa]", "not xa"),
    "period": ("period: quarter", "period: decade", "period must be one or several"),
    "value type": ("value_type: percent_of_items", "value_type: percent", "value_type must be one of"),
    "comparator": ("comparator: '>'", "comparator: '=>'", "comparator must be one of"),
    "field": ("chaired_by: head", "chair: head", "dialogues_held is not narrowed by chair"),
    "field's value": ("chaired_by: head", "chaired_by: deputy", "chaired_by cannot be deputy"),
    "subject": ("subject: land", "subject: moon", "subject cannot be moon"),
    "word": ("value: minimum", "value: much", "value must be a whole number or one of"),
    "minimum": (
        "counter: reception_days, where: {by: head}",
        "counter: cases_open",
        "can only be held against",
    ),
    "no measure": ("measured_by: manual", "measured_by: auto:case", "measure is missing"),
    "op": ("op: '=', value: 0", "op: range, value: 0", "op must be one of"),
    "other op": ("op: '>=', value: threshold", "op: '=', value: threshold", "cannot be held with ="),
    "unknown word": ("evidence:", "proof:", "proof is not known here"),
    "twice": ("id: T2", "id: T1", "T1 is given twice"),
    "deadline": ("{month: 12, day: 10}", "{month: 2, day: 30}", "a deadline is"),
    "text": ("threshold: 90", "threshold: nhiều", "threshold must be a number"),
    "share": ("whole:", "all:", "all is not known here"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_bad_file_changes_nothing_and_names_the_line(district, fault, tmp_path):
    old, new, sentence = WRONG[fault]
    assert old in BY_HAND
    text = BY_HAND.replace(old, new, 1)
    line = next(
        n for n, (a, b) in enumerate(zip(BY_HAND.split("\n"), text.split("\n"), strict=True), 1) if a != b
    )
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(CommandError) as refused, translation.override("en"):
        call_command("load_plan", path, stdout=StringIO())
    told_lines = [int(each.split(":")[1]) for each in str(refused.value).splitlines()[1:]]
    assert sentence in str(refused.value)
    assert min(abs(line - each) for each in told_lines) <= 1
    assert not Plan.objects.exists()


def test_one_bad_file_of_several_leaves_none(trees, tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(BY_HAND.replace("T2", "T1"))
    with pytest.raises(CommandError):
        call_command("load_plan", *[DATA / name for name in SAMPLES], path, stdout=StringIO())
    assert not Plan.objects.exists()


def test_a_file_that_is_not_there_is_said_so(db):
    with pytest.raises(CommandError, match="khong-co"):
        call_command("load_plan", Path("/khong-co.yaml"))


def test_the_guide_names_every_counter_and_its_plan_loads(district):
    guide = (PROJECT / "docs" / "writing-a-plan.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", guide.split("## The counters")[1], re.MULTILINE)
    told = {name: set(re.findall(r"\b[a-z_]+(?= \(|,|$)", fields.strip())) for name, fields in table}
    assert set(told) == set(COUNTERS)
    for name, counter in COUNTERS.items():
        if told[name] != {"same"}:
            assert told[name] >= set(counter.fields), name
    load_text(re.search(r"```yaml\n(.*?)```", guide, re.DOTALL)[1])
    assert Plan.objects.get(key="ke_hoach_2026").lines.count() == 1


def test_the_guide_explains_every_word_of_a_file():
    guide = (PROJECT / "docs" / "writing-a-plan.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`(\w+)", "".join(re.findall(r"^\| (`[^|]*) \|", guide, re.MULTILINE))))
    words = {"threshold", "default_suggested", "baseline", "period"}
    for shape in (plan_files.PLAN, plan_files.LINE):
        words |= {*shape.needs, *shape.may_have}
    assert words - explained == set()
    measure = guide.split("## A measure")[1].split("## The counters")[0]
    for word in (*measure_shapes.MEASURE.may_have, *measure_shapes.WORDS):
        assert f"`{word}" in measure, word
