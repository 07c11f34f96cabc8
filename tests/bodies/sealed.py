"""What tests of sealed identities share: one well-known person, and a guard that says what it was told to say."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bodies import identities, reveals
from bodies.guards import REFUSED, Verdict
from bodies.identity_facts import Identity
from bodies.models import Person, Reveal
from bodies.sealed_rows import Match

OPEN = Verdict(allowed=True, needs_approval=False, case_reference="2026-kim-bang-ubnd-000001")
GUARDED = Verdict(allowed=True, case_reference="2026-kim-bang-ubnd-000002")
AT = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
CANARY = Identity(
    name="Quách Thị Hoàng Yến",
    id_number="035185009876",
    phone="0987650123",
    address="Thôn Bút Sơn, xã Thi Sơn",
    email="yen@butson.vn",
    birth_year=1985,
    note="Gặp sau 17 giờ",
)
# Parts of it, none of which may ever show outside its box
TRACES = [
    "Quách",
    "Yến",
    "QUÁCH",
    "quach",
    "035185009876",
    "5009876",
    "987650123",
    "Bút Sơn",
    "butson",
    "17 giờ",
]


def make_person(*, at=AT, **facts) -> Person:
    return identities.seal(Identity(**(facts or {"name": "Nguyễn Văn An"})), at=at)


def sharing(*asked):
    """Who shares an id number, a phone or a name with one of these, and which: by the hashes that `sought` gives."""
    sought = identities.sought(asked)
    rows = Person.objects.sharing(
        id_numbers=sought[Match.ID_NUMBER], phones=sought[Match.PHONE], names=sought[Match.NAME]
    )
    return {
        row.pk: {match for match in Match if bytes(getattr(row, f"{match}_index") or b"") in sought[match]}
        for row in rows
    }


@dataclass(eq=False)
class TableGuard:
    """Answers from tables of usernames: who may find anybody, who may read (and how), who may approve."""

    finders: set[str] = field(default_factory=set)
    readers: dict[str, Verdict] = field(default_factory=dict)
    approvers: set[str] = field(default_factory=set)
    knows: set[int] | None = None

    def may_find(self, person_ids, standing):
        found = set(person_ids) if standing.user.username in self.finders else set()
        return found if self.knows is None else found & self.knows

    def may_reveal(self, person, standing):
        known = self.knows is None or person.pk in self.knows
        return self.readers.get(standing.user.username, REFUSED) if known else REFUSED

    def may_approve(self, person, case_reference, standing):
        return standing.user.username in self.approvers and case_reference.startswith("2026-kim-bang")


def consent_to(person, *, asker, decider, at=AT, grant=True) -> Reveal:
    asked = reveals.ask_reveal(person, by=asker, reason="To check the facts", at=at)
    return reveals.decide_reveal(asked, by=decider, grant=grant, at=at)
