"""How a petition comes in, by whatever channel: people sealed, case opened, receipt made, in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from bodies import identities, tracking
from bodies.identity_facts import BadIdentity, Identity, hints, normalise
from bodies.kinds import BodyKind
from bodies.models import Announcement, Area, Body, Person
from bodies.refusals import BadInput
from bodies.text import tidy
from cases.codes import PETITIONS, Flag, Instance, Kind
from cases.law import current_law
from cases.models import Case, Subject
from cases.opening import NewCase, open_case
from cases.steps import Actor, local_day
from feedback import eligibility, filing
from feedback.eligibility import Eligibility
from feedback.models import Petition, Petitioner

TITLE_LENGTH, CONTENT_LENGTH = 300, 100_000
# More people than this are counted, not named.
MOST_NAMED = 500
MOST_PEOPLE = 1_000_000
# Their heads owe a written notice within ten working days (Regulation 11-QĐi/TW).
PARTY_COMMITTEES = frozenset({BodyKind.TINH_UY, BodyKind.HUYEN_UY, BodyKind.DANG_UY_XA})


@dataclass(frozen=True, kw_only=True, repr=False)
class NewPetitioner:
    """Somebody who petitions, as told; never printed."""

    identity: Identity
    is_representative: bool = False


@dataclass(frozen=True, kw_only=True, repr=False)
class NewPetition:
    """What came in. `is_dated` and `is_signed` may be unknown; `people_count` counts also those not named."""

    kind: Kind
    channel: str
    received_by: Body
    received_at: datetime
    title: str = ""
    content: str = ""
    petitioners: Sequence[NewPetitioner] = ()
    people_count: int | None = None
    instance: str = ""
    subject: Subject | None = None
    area: Area | None = None
    # Who answers, where that is not the body that receives it.
    body: Body | None = None
    addressed_to: Body | None = None
    sender_body: Body | None = None
    against_body: Body | None = None
    flags: frozenset[str] = frozenset()
    is_anonymous: bool = False
    has_evidence: bool = False
    is_dated: bool | None = None
    is_signed: bool | None = None
    learned_on: date | None = None
    is_repeat: bool = False
    settled_before_count: int = 0
    earlier_settled_by: str = ""
    # The case whose answer a complaint of the second instance is not content with.
    appeal_of: Case | None = None
    is_imported: bool = False
    # What the first line of history says beside the rest: codes and days, nothing personal.
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def people(self) -> int:
        return max(len(self.petitioners), 1) if self.people_count is None else self.people_count


@dataclass(frozen=True)
class Notice:
    """Something a clerk should look at again; it refuses nothing. Names a field, never repeats what was typed."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Receipt:
    """What is told to whoever brought it. The tracking code is told here and recomputed for a reprint, kept nowhere."""

    petition: Petition
    case: Case
    notices: tuple[Notice, ...] = ()

    @property
    def tracking_code(self) -> str:
        return tracking.code_of(self.petition.pk)


@dataclass(frozen=True, repr=False)
class Checked:
    """What came in and can be written: with its people in the form in which they are kept."""

    new: NewPetition
    judged: Eligibility
    identities: tuple[Identity, ...]


def receive(
    new: NewPetition, *, by: Actor, recorded_at: datetime, petition_id: UUID | None = None
) -> Receipt:
    """Check a petition and take it in. Raises what `check` and `take_in` raise."""
    return take_in(
        check(new, recorded_at=recorded_at), by=by, recorded_at=recorded_at, petition_id=petition_id
    )


@transaction.atomic(savepoint=False)
def take_in(
    checked: Checked, *, by: Actor, recorded_at: datetime, petition_id: UUID | None = None
) -> Receipt:
    """Take a petition in: all of it or nothing. A caller that wants to survive a refusal brings its own savepoint.

    `petition_id`: where the caller must know it beforehand. Raises Refused where the body must not hold the case.
    """
    new = checked.new
    people = identities.boxed(checked.identities, at=recorded_at)
    pk, told = petition_id or uuid4(), announcement_of(recorded_at)
    made: list[Petition] = []

    def also(case: Case) -> list[Model]:
        made.append(petition_of(new, case, by, recorded_at, pk))
        return [told(case), *made, *petitioners_of(made[0], people, new.petitioners)]

    opened = case_of(new, checked.judged)
    case = open_case(opened, by=by, recorded_at=recorded_at, first=people, also=also)
    return Receipt(made[0], case, tuple(_warnings(checked, recorded_at)))


def told_again(petition_id: str) -> Receipt:
    """The receipt of what the same key of the same caller made before."""
    petition = Petition.objects.select_related("case__body", "received_by").get(pk=petition_id)
    return Receipt(petition, petition.case)


def facts_of(new: NewPetition) -> eligibility.Facts:
    """What decides whether it can be handled. Of several people one with a name and an address is enough."""
    named = [each.identity for each in new.petitioners if each.identity.name.strip()]
    return eligibility.Facts(
        kind=new.kind,
        channel=new.channel,
        is_anonymous=new.is_anonymous,
        has_name=bool(named) or new.sender_body is not None,
        has_address=any(each.address.strip() for each in named) or new.sender_body is not None,
        has_evidence=new.has_evidence,
        is_dated=new.is_dated,
        is_signed=new.is_signed,
    )


# --- What is refused ------------------------------------------------------------------------------------------------


def check(new: NewPetition, *, recorded_at: datetime) -> Checked:
    """Everything that can be said before anything is written. Raises BadInput naming every wrong field."""
    clean: list[Identity] = []
    received_on = local_day(new.received_at)
    errors = _about_texts(new) | _about_people(new) | _about_days(new, received_on, recorded_at)
    errors |= _about_places(new, received_on)
    if "petitioners" not in errors:
        clean, faults = _read(new.petitioners, local_day(recorded_at))
        errors |= faults
    if new.appeal_of is not None and (new.kind, new.appeal_of.kind) != (Kind.COMPLAINT, Kind.COMPLAINT):
        errors["appeal_of"] = [_("Only a complaint goes on to the second instance, from a complaint.")]
    if new.kind not in PETITIONS:
        errors["kind"] = [_("A petition is a complaint, denunciation, recommendation, feedback or opinion.")]
    if errors:
        raise BadInput(errors)
    return Checked(new, eligibility.judge(facts_of(new)), tuple(clean))


def _about_texts(new: NewPetition) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not _says_something(new.title) and not _says_something(new.content):
        errors["title"] = [_("Say in a few words what it is about.")]
    for name, text, most in (
        ("title", new.title, TITLE_LENGTH),
        ("content", new.content, CONTENT_LENGTH),
        ("earlier_settled_by", new.earlier_settled_by, 200),
    ):
        if len(tidy(text)) > most:
            errors[name] = [_("At most %(limit)d characters.") % {"limit": most}]
    return errors


def _says_something(text: str) -> bool:
    """Signs that nobody sees, or dots and dashes, are no words."""
    return any(sign.isalnum() for sign in text)


def _about_people(new: NewPetition) -> dict[str, list[str]]:
    named, speakers = len(new.petitioners), sum(each.is_representative for each in new.petitioners)
    errors: dict[str, list[str]] = {}
    if named > MOST_NAMED:
        errors["petitioners"] = [
            _("Name at most %(most)d people; give the number of all in people_count.") % {"most": MOST_NAMED}
        ]
    elif new.is_anonymous and named:
        errors["petitioners"] = [_("An anonymous petition names nobody: leave the people out, or anonymous.")]
    elif fault := eligibility.group_fault(new.people, speakers):
        errors["petitioners"] = [fault]
    if not 1 <= new.people <= MOST_PEOPLE:
        errors["people_count"] = [_("Give a whole number of at least 1.")]
    elif new.people < named:
        errors["people_count"] = [
            _("%(named)d people are named: the number of all cannot be smaller.") % {"named": named}
        ]
    return errors


def _read(petitioners: Sequence[NewPetitioner], today: date) -> tuple[list[Identity], dict[str, list[str]]]:
    """The people in the form in which they are kept, and what is wrong with those who cannot be."""
    clean: list[Identity] = []
    errors: dict[str, list[str]] = {}
    for position, each in enumerate(petitioners):
        try:
            clean.append(normalise(each.identity, today=today))
        except BadIdentity as bad:
            errors |= {f"petitioners.{position}.{name}": told for name, told in bad.errors.items()}
    return clean, errors


def _about_days(new: NewPetition, received_on: date, recorded_at: datetime) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if new.received_at > recorded_at:
        errors["received_at"] = [_("This lies in the future.")]
    elif received_on < FIRST_DAY:
        errors["received_at"] = [_("This lies before %(day)s.") % {"day": FIRST_DAY.strftime("%d/%m/%Y")}]
    if new.learned_on is not None and new.learned_on > received_on:
        errors["learned_on"] = [_("This lies after the day on which the petition was received.")]
    return errors


# No petition of the law on complaints of 1998 or later is older; a year such as 0202 is a slip of the keyboard.
FIRST_DAY = date(1999, 1, 1)


def _about_places(new: NewPetition, received_on: date) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for name in ("received_by", "body", "addressed_to", "sender_body"):
        body: Body | None = getattr(new, name)
        if body is not None and not body.is_open_on(received_on):
            errors[name] = [_closed(body)]
    if new.area is not None and not new.area.is_valid_on(received_on):
        errors["area"] = [_("%(area)s did not exist on that day.") % {"area": new.area.name}]
    return errors


def _closed(body: Body) -> str:
    if body.successor is None:
        return _("%(body)s is closed on that day.") % {"body": body.name}
    return _("%(body)s is closed on that day; its work went to %(successor)s (%(code)s).") % {
        "body": body.name,
        "successor": body.successor.name,
        "code": body.successor.code,
    }


# --- What is written ------------------------------------------------------------------------------------------------


def case_of(new: NewPetition, judged: Eligibility) -> NewCase:
    """The case that a petition opens."""
    flags = set(new.flags) | judged.flags
    if new.people >= eligibility.GROUP:
        flags.add(Flag.GROUP)
    content, title = tidy(new.content), tidy(new.title)
    lacks = {"lacks": [lack.value for lack in judged.lacks]} if judged.lacks else {}
    return NewCase(
        kind=new.kind,
        instance=new.instance or (Instance.SECOND if new.appeal_of else ""),
        channel=new.channel,
        title=title if _says_something(title) else _first_words(content),
        content=content,
        received_by=new.received_by,
        received_at=new.received_at,
        body=new.body,
        subject=new.subject,
        area=new.area,
        flags=frozenset(flags),
        people_count=new.people,
        against_body=new.against_body,
        addressed_to_party_head=new.addressed_to is not None and new.addressed_to.kind in PARTY_COMMITTEES,
        is_repeat=new.is_repeat,
        settled_before_count=max(new.settled_before_count, int(bool(tidy(new.earlier_settled_by)))),
        earlier_settled_by=tidy(new.earlier_settled_by),
        appeal_of=new.appeal_of,
        is_imported=new.is_imported,
        details=new.details | lacks,
    )


def _first_words(content: str) -> str:
    """A title for what came without one: its first line, cut between words."""
    line = content.split("\n", 1)[0]
    return line if len(line) <= 120 else line[:120].rsplit(" ", 1)[0] + "…"


def petition_of(new: NewPetition, case: Case, by: Actor, recorded_at: datetime, pk: UUID) -> Petition:
    facts = facts_of(new)
    return Petition(
        id=pk,
        code=case.reference,
        case=case,
        tracking_hash=tracking.hash_of(tracking.code_of(pk)),
        kind=case.kind,
        instance=case.instance,
        channel=case.channel,
        received_by=new.received_by,
        received_at=new.received_at,
        addressed_to=new.addressed_to,
        sender_body=new.sender_body,
        recorded_by=by.user,
        recorded_at=recorded_at,
        people_count=new.people,
        is_dated=new.is_dated,
        is_signed=new.is_signed,
        has_name=facts.has_name and not facts.is_anonymous,
        has_address=facts.has_address,
        has_evidence=new.has_evidence,
        learned_on=new.learned_on,
    )


def petitioners_of(
    petition: Petition, people: Sequence[Person], petitioners: Sequence[NewPetitioner]
) -> list[Petitioner]:
    return [
        Petitioner(
            petition=petition, person=person, position=position, is_representative=each.is_representative
        )
        for position, (person, each) in enumerate(zip(people, petitioners, strict=True))
    ]


def announcement_of(recorded_at: datetime) -> Callable[[Case], Announcement]:
    """What others are told with the opening of the case: codes and numbers."""

    def told(case: Case) -> Announcement:
        facts = {
            "kind": case.kind,
            "channel": case.channel,
            "flags": case.flags,
            "people": case.people_count,
            "imported": case.is_imported,
        }
        return Announcement(
            topic="petition.received",
            subject=case.reference,
            body_id=case.body_id,
            day=case.received_on,
            facts=facts,
            at=recorded_at,
        )

    return told


# --- What is pointed out --------------------------------------------------------------------------------------------


def _warnings(checked: Checked, recorded_at: datetime) -> list[Notice]:
    new = checked.new
    speakers = sum(each.is_representative for each in new.petitioners)
    told = [Notice("petitioners", eligibility.group_warning(new.people, speakers))]
    told += [Notice("", sentence) for sentence in eligibility.words_of(checked.judged.lacks)]
    told += [Notice("learned_on", _late_to_file(new, local_day(new.received_at)))]
    told += _about_identities(checked.identities, local_day(recorded_at))
    return [each for each in told if each.sentence]


def _late_to_file(new: NewPetition, received_on: date) -> str:
    if new.learned_on is None or new.kind != Kind.COMPLAINT:
        return ""
    remote = Flag.REMOTE in new.flags or (new.area is not None and new.area.remote)
    last = filing.last_day(new.instance, new.learned_on, current_law(), remote=remote)
    return filing.warning(new.kind, last, received_on)


def _about_identities(identities: Sequence[Identity], today: date) -> list[Notice]:
    return [
        Notice(f"petitioners.{position}.{hint.field}", hint.sentence)
        for position, identity in enumerate(identities)
        for hint in hints(identity, today=today)
    ]
