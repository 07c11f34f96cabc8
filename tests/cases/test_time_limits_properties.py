"""What must hold of every limit and every calendar, and an independent second writing of the rule on pauses."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from bodies.calendars import Calendar, Layer, SpecialDay
from cases.time_limits import Extension, Pause, Unit, due
from tests.cases.limits import a_rule

FIRST = date(2024, 1, 1)
DAY = timedelta(days=1)
FORWARD = st.sampled_from([Unit.CALENDAR_DAY, Unit.WORKING_DAY])
AMOUNTS = st.integers(1, 60)
STARTS = st.integers(0, 60).map(lambda n: FIRST + n * DAY)
DAYS = st.integers(-10, 160).map(lambda n: FIRST + n * DAY)


ROLLING = st.just(value=True)


@st.composite
def calendars(draw, *, rolling=ROLLING):
    rows = draw(st.dictionaries(DAYS, st.tuples(st.sampled_from(Layer), st.booleans()), max_size=40))
    days = tuple(SpecialDay(on, layer, "x", is_working=works) for on, (layer, works) in rows.items())
    return Calendar(version=1, days=days, roll_forward=draw(rolling))


@st.composite
def a_pause(draw):
    start = draw(DAYS)
    length = draw(st.one_of(st.integers(0, 40), st.none()))
    return Pause(start, None if length is None else start + length * DAY)


PAUSES = st.lists(a_pause(), max_size=4)


@st.composite
def questions(draw):
    """A forward rule with everything that may be asked of it."""
    times = draw(st.integers(0, 2))
    rule = a_rule(
        draw(AMOUNTS), draw(FORWARD), extendable_times=times, extension_amount=draw(st.integers(1, 30))
    )
    more = {"pauses": draw(PAUSES), "extensions": draw(st.integers(0, times))}
    if draw(st.booleans()):
        more["not_before"] = draw(DAYS)
    return rule, draw(STARTS), more


def later(one, other):
    """Whether a due day is not before another; an unknown one is after all."""
    return (one or date.max) >= (other or date.max)


def with_day(calendar, on, *, is_working):
    exception = SpecialDay(on, Layer.EXCEPTION, "y", is_working=is_working)
    days = tuple(day for day in calendar.days if (day.on, day.layer) != (on, Layer.EXCEPTION))
    return Calendar(version=2, days=(*days, exception), roll_forward=calendar.roll_forward)


@given(questions(), calendars(), DAYS)
def test_adding_a_day_off_never_brings_a_due_day_earlier(question, calendar, off):
    rule, start, more = question
    longer = with_day(calendar, off, is_working=False)
    assert later(due(rule, start, longer, **more).on, due(rule, start, calendar, **more).on)


@given(questions(), calendars(rolling=st.booleans()), AMOUNTS)
def test_a_longer_amount_never_gives_an_earlier_due_day(question, calendar, added):
    rule, start, more = question
    longer = a_rule(
        rule.amount + added,
        rule.unit,
        extendable_times=rule.extendable_times,
        extension_amount=rule.extension_amount,
    )
    assert later(due(longer, start, calendar, **more).on, due(rule, start, calendar, **more).on)


@given(questions(), calendars(rolling=st.booleans()), a_pause())
def test_a_pause_never_brings_a_due_day_earlier(question, calendar, pause):
    rule, start, more = question
    paused = {**more, "pauses": [*more["pauses"], pause]}
    assert later(due(rule, start, calendar, **paused).on, due(rule, start, calendar, **more).on)


@given(questions(), calendars())
def test_the_due_day_is_a_working_day_outside_every_pause_and_after_the_start(question, calendar):
    rule, start, more = question
    answer = due(rule, start, calendar, **more)
    assert calendar.is_working_day(answer.original_on)
    assume(answer.on)
    assert calendar.is_working_day(answer.on)
    assert answer.on > start
    assert answer.on >= more.get("not_before", start)
    assert not any(pause.start <= answer.on < (pause.end or date.max) for pause in more["pauses"])


@given(questions(), calendars(rolling=st.booleans()))
def test_the_original_due_day_knows_neither_pauses_nor_extensions(question, calendar):
    rule, start, more = question
    assert due(rule, start, calendar, **more).original_on == due(rule, start, calendar).on


@given(questions(), calendars(rolling=st.booleans()))
def test_the_explanation_leaves_no_day_out_and_counts_the_amount_and_the_extensions(question, calendar):
    rule, start, more = question
    answer = due(rule, start, calendar, **more)
    stretches = answer.explanation
    assert stretches[0].from_ == start + DAY
    assert stretches[-1].to == answer.on
    assert all(one.to + DAY == other.from_ for one, other in pairwise(stretches))
    assert all(stretch.why and stretch.from_ <= (stretch.to or stretch.from_) for stretch in stretches)
    for stretch in stretches[:-1]:
        assert stretch.counted in (0, (stretch.to - stretch.from_).days + 1)
    total = rule.amount + more["extensions"] * rule.extension_amount
    counted = sum(stretch.counted for stretch in stretches)
    assert counted == total if answer.on else counted <= total


@given(questions(), calendars(rolling=st.booleans()), st.randoms(use_true_random=False))
def test_the_order_of_pauses_does_not_matter_nor_do_empty_or_repeated_ones(question, calendar, random):
    rule, start, more = question
    shuffled = [
        *more["pauses"],
        *more["pauses"],
        *(Pause(pause.start, pause.start) for pause in more["pauses"]),
    ]
    random.shuffle(shuffled)
    assert (
        due(rule, start, calendar, **{**more, "pauses": shuffled}).on == due(rule, start, calendar, **more).on
    )


# --- Counted back --------------------------------------------------------------------------------------------------


@given(AMOUNTS, STARTS, calendars(rolling=st.booleans()), DAYS)
def test_counted_back_a_day_off_never_makes_the_day_later(amount, event, calendar, off):
    rule = a_rule(amount, Unit.CALENDAR_DAY_BEFORE)
    assert due(rule, event, with_day(calendar, off, is_working=False)).on <= due(rule, event, calendar).on


@given(AMOUNTS, AMOUNTS, STARTS, calendars(rolling=st.booleans()))
def test_counted_back_a_longer_amount_never_makes_the_day_later(amount, added, event, calendar):
    shorter, longer = (a_rule(days, Unit.CALENDAR_DAY_BEFORE) for days in (amount, amount + added))
    assert due(longer, event, calendar).on <= due(shorter, event, calendar).on


@given(AMOUNTS, STARTS, calendars(rolling=st.booleans()))
def test_counted_back_the_day_is_worked_early_enough_and_told_without_a_gap(amount, event, calendar):
    answer = due(a_rule(amount, Unit.CALENDAR_DAY_BEFORE), event, calendar)
    assert calendar.is_working_day(answer.on)
    assert (event - answer.on).days >= amount
    stretches = answer.explanation
    assert (stretches[0].from_, stretches[-1].to) == (answer.on, event - DAY)
    assert all(one.to + DAY == other.from_ for one, other in pairwise(stretches))
    assert sum(stretch.counted for stretch in stretches) == amount


# --- The rule on pauses, written a second time ---------------------------------------------------------------------


def due_with_every_pause(rule, total, start, calendar, pauses, not_before):
    """The due day if all of these pauses have an effect, counted day by day; None if it is not found in four years."""

    def is_covered(day):
        return any(pause.start <= day and (pause.end is None or day < pause.end) for pause in pauses)

    day, left = start, total
    for _n in range(1_500):
        day += DAY
        if is_covered(day):
            continue
        worked = calendar.is_working_day(day)
        if left and (worked or rule.unit == Unit.CALENDAR_DAY):
            left -= 1
        may_end = worked or (rule.unit == Unit.CALENDAR_DAY and not calendar.roll_forward)
        if not left and may_end and day >= not_before:
            return day
    return None


@given(questions(), calendars(rolling=st.booleans()))
def test_a_pause_has_an_effect_only_if_it_begins_on_or_before_the_due_day_reached_without_it(
    question, calendar
):
    rule, start, more = question
    total = rule.amount + more["extensions"] * rule.extension_amount
    not_before = more.get("not_before", start)
    effective = []
    for pause in sorted(more["pauses"], key=lambda pause: pause.start):
        without = due_with_every_pause(rule, total, start, calendar, effective, not_before)
        if without is None or pause.start <= without:
            effective.append(pause)
    expected = due_with_every_pause(rule, total, start, calendar, effective, not_before)
    assert due(rule, start, calendar, **more).on == expected


@given(AMOUNTS, FORWARD, STARTS, calendars(), PAUSES, st.integers(1, 30), st.integers(0, 100))
def test_an_extension_dated_by_the_due_day_is_worth_as_much_as_an_undated_one(
    amount, unit, start, calendar, pauses, days, after
):
    rule = a_rule(amount, unit, extendable_times=1, extension_amount=days)
    before_it = due(rule, start, calendar, pauses=pauses).on
    dated_on = min(start + after * DAY, before_it or date.max)
    dated = due(rule, start, calendar, pauses=pauses, extensions=[Extension(days, dated_on)])
    assert dated.on == due(rule, start, calendar, pauses=pauses, extensions=1).on
