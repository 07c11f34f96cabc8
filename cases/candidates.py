"""Whom and what the form of a move can name: people of the body, standing members, bodies and cases by what is typed."""

from datetime import date

from django.db.models import CharField, Func

from bodies.models import Area, Body, Membership, Post, User
from bodies.scopes import Standing
from bodies.text import fold
from cases.clock_table import CLOCK_RULES
from cases.codes import Duty, Kind
from cases.models import Case, Clock
from cases.querysets import WORKS_ON_CASES
from cases.stages import OPEN, Stage
from cases.wording import rule_name

Choices = list[tuple[str, str]]
_COMMITTEES = ("tinh_uy", "huyen_uy", "dang_uy_xa")
_FOLLOWING = {Duty.DELAY_COMPLAINED, Duty.REPORT_ASKED}


def members_of(body: Body, on: date) -> Choices:
    """Who works on cases in this body on a local day: user name and full name, by given name."""
    rows = Membership.objects.on(on).filter(body=body, role__in=WORKS_ON_CASES)
    people = User.objects.filter(pk__in=rows.values("user"))
    return _by_given_name([(user.username, user.full_name) for user in people])


def standing_members_for(case: Case, on: date) -> Choices:
    """Standing members of the party committees of the area and of those above it, who may direct a case."""
    areas = [int(part) for part in case.body.area.path.strip("/").split("/")]
    posts = Post.objects.on(on).filter(
        duty__in=["standing_member", "head"],
        body__kind__in=_COMMITTEES,
        body__area__in=areas,
        holder__is_active=True,
    )
    rows = posts.select_related("holder", "body")
    return _by_given_name(
        [(post.holder.username, f"{post.holder.full_name} ({post.body.name})") for post in rows]
    )


def _by_given_name(people: Choices) -> Choices:
    """In the order of Vietnamese lists: the given name, then the family name."""
    return sorted(
        dict(people).items(), key=lambda pair: (fold(pair[1].split("(")[0]).split()[-1:], fold(pair[1]))
    )


def body_named(typed: str, on: date) -> Body | None:
    """The open body of this code; else the only one of this name, whatever its case and marks."""
    rows = Body.objects.open_on(on).select_related("area")
    found = rows.filter(code=typed.lower()).first()
    if found is not None:
        return found
    folded = Func("name", function="public.vi_fold", output_field=CharField())
    named = list(rows.annotate(folded=folded).filter(folded=fold(typed))[:2])
    return named[0] if len(named) == 1 else None


def area_named(typed: str) -> Area | None:
    """The area of this code."""
    return Area.objects.filter(code=typed.lower()).first()


def person_named(typed: str) -> User | None:
    """The member of staff with this user name."""
    return User.objects.filter(username=typed, is_active=True).first()


def case_named(typed: str, standing: Standing) -> Case | None:
    """The case of this reference, if this person may know of it."""
    return Case.objects.visible_to(standing).filter(reference=typed.lower()).first()


def clocks_to_extend(clocks: list[Clock]) -> Choices:
    """The limits that run or rest, the deciding one first."""
    live = sorted((clock for clock in clocks if clock.is_live), key=lambda clock: not clock.is_deciding)
    return [(clock.rule, rule_name(clock.rule)) for clock in live]


def duties_owed(case: Case, clocks: list[Clock]) -> Choices:
    """The duties whose limit runs; of an open denunciation also the two that begin a limit."""
    acts = {act for clock in clocks if clock.is_live for act in CLOCK_RULES[clock.rule].met_by}
    owed = {duty for duty in Duty if f"record_duty:{duty}" in acts}
    if case.kind == Kind.DENUNCIATION and case.stage in OPEN - {Stage.ANSWERED}:
        owed |= _FOLLOWING
    return [(duty.value, str(duty.label)) for duty in Duty if duty in owed]
