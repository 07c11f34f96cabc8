"""The closed words of a plan file: how a promise is counted, compared, and over what time. Pure."""

from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bodies.kinds import BodyKind


class ValueType(TextChoices):
    PERCENT_OF_BODIES = "percent_of_bodies", _("Share of bodies that pass")
    COUNT_PER_BODY = "count_per_body", _("Count for each body")
    COUNT_TOTAL = "count_total", _("Count in total")
    PERCENT_OF_ITEMS = "percent_of_items", _("Share of items")
    PERCENT_OF_PEOPLE = "percent_of_people", _("Share of people")
    PER_EVENT = "per_event", _("Must hold for each one")
    DEADLINE = "deadline", _("Done before a day")
    QUALITATIVE = "qualitative", _("In words, no number")


# Their value is a share of one hundred.
SHARES = frozenset(
    {
        ValueType.PERCENT_OF_BODIES,
        ValueType.PERCENT_OF_ITEMS,
        ValueType.PERCENT_OF_PEOPLE,
        ValueType.PER_EVENT,
    }
)
# Each body passes or not; above the body it is the share of those that pass.
BODY_BY_BODY = frozenset({ValueType.PERCENT_OF_BODIES, ValueType.COUNT_PER_BODY})


class Comparator(TextChoices):
    AT_LEAST = ">=", _("at least")
    MORE = ">", _("more than")
    EQUAL = "=", _("exactly")
    LESS = "<", _("less than")
    AT_MOST = "<=", _("at most")
    # Judged by its lower end: "1 or 2" is kept with one (rulings on targets).
    RANGE = "range", _("from … to …")


class Span(TextChoices):
    """Over what time a promise is judged. What stands always, or at each event, is judged year by year."""

    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")
    PLAN = "plan", _("Whole plan")
    EVENT = "event", _("At each event")
    STANDING = "standing", _("Always")


class Per(TextChoices):
    """What is judged: each body in scope, its head, its members, or all bodies of one area together."""

    BODY = "body", _("Body")
    HEAD = "head", _("Head")
    AREA = "area", _("Area")
    MEMBER = "member", _("Member")


class Source(TextChoices):
    MANUAL = "manual", _("Typed in")
    CASE = "auto:case", _("Counted from cases")
    DIALOGUE = "auto:dialogue", _("Counted from dialogues")
    RECEPTION = "auto:reception", _("Counted from reception days")
    SUPERVISION = "auto:supervision", _("Counted from supervision sessions")
    MEETING = "auto:meeting", _("Counted from meetings")


# Of a note that figures are to be counted again: bodies themselves changed, or the plan, so whole plans are.
STRUCTURE = "structure"


class Joint(TextChoices):
    """For whose head a dialogue of several hosts counts: a setting of the plan, shown beside the figure."""

    EVERY_HEAD = "every_head", _("A joint dialogue counts for the head of every host")
    HOST = "host", _("A joint dialogue counts for the head of the first host only")


# A scope may name people: then it means the committees they sit on.
MEMBERS = "cap_uy_vien"
COMMITTEES = (BodyKind.TINH_UY, BodyKind.HUYEN_UY, BodyKind.DANG_UY_XA)
# The level "other" takes the kinds that belong to no unit of their own.
OTHER = "other"
WITHOUT_UNIT = frozenset(
    {BodyKind.DANG_UY_TRUC_THUOC, BodyKind.CHI_BO, BodyKind.CHI_DOAN_CHI_HOI, BodyKind.DOANH_NGHIEP}
)


def holds(value: Decimal | int, comparator: str, threshold: Decimal | int) -> bool:
    """Whether a figure keeps its promise."""
    match comparator:
        case Comparator.AT_LEAST | Comparator.RANGE:
            return value >= threshold
        case Comparator.MORE:
            return value > threshold
        case Comparator.EQUAL:
            return value == threshold
        case Comparator.LESS:
            return value < threshold
        case Comparator.AT_MOST:
            return value <= threshold
    raise ValueError(comparator)
