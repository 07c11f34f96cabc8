"""Whether a petition can be handled as it came, and who may speak for a group. Pure.

Circular 05/2021/TT-TTCP (conditions of a letter, SEEN), Article 25 of the Law on Denunciations (anonymous, but with
evidence, SEEN), Circular 98/2021/TT-BCA (representatives, SEEN; Decree 124/2020 Art. 5 with the same numbers, RECALLED).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.codes import LETTER_CHANNELS, Channel, Flag, Kind

# "Đoàn đông người" in the statistics, and the first number that must appoint representatives.
GROUP = 5
# Up to so many people appoint one or two; more may appoint up to five.
SMALL_GROUP, FEW, MANY = 10, 2, 5
# What comes on paper has a date and a signature or fingerprint, or should have.
ON_PAPER = frozenset({Channel.LETTER, Channel.SUGGESTION_BOX})


class Lack(StrEnum):
    """What keeps a petition from being handled."""

    NAME = "no_name"
    ADDRESS = "no_address"
    DATE = "no_date"
    SIGNATURE = "no_signature"
    EVIDENCE = "no_evidence"


LACKS: dict[Lack, Promise] = {
    Lack.NAME: gettext_lazy("Nobody is named."),
    Lack.ADDRESS: gettext_lazy("The address is missing."),
    Lack.DATE: gettext_lazy("It is not dated."),
    Lack.SIGNATURE: gettext_lazy("It is not signed."),
    Lack.EVIDENCE: gettext_lazy("It is anonymous and brings no evidence that can be checked."),
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What can be seen on the paper or was said. None: nobody looked, which is no lack."""

    kind: str
    channel: str
    is_anonymous: bool = False
    has_name: bool = True
    has_address: bool = True
    has_evidence: bool = False
    is_dated: bool | None = None
    is_signed: bool | None = None


@dataclass(frozen=True)
class Eligibility:
    """What the petition is by these facts. A person decides what to do: archive it, ask, or look into it all the same."""

    is_anonymous: bool
    lacks: tuple[Lack, ...]

    @property
    def flags(self) -> frozenset[str]:
        given = {Flag.ANONYMOUS: self.is_anonymous, Flag.INELIGIBLE: bool(self.lacks)}
        return frozenset(flag.value for flag, is_so in given.items() if is_so)


def judge(facts: Facts) -> Eligibility:
    """Anonymous: no name. Ineligible: what its kind and channel ask for is missing.

    An anonymous denunciation with evidence that can be checked is anonymous and not ineligible: it is looked into. What
    was said, called in or taken up at a meeting needs no letter's form; what comes without a name that way still counts,
    unless it complains or denounces.
    """
    is_anonymous = facts.is_anonymous or not facts.has_name
    lacks: list[Lack] = []
    if is_anonymous:
        lacks += _of_the_nameless(facts)
    elif not facts.has_address and _asks_for_an_address(facts):
        lacks.append(Lack.ADDRESS)
    if facts.channel in ON_PAPER:
        lacks += [Lack.DATE] * (facts.is_dated is False)
        lacks += [Lack.SIGNATURE] * (facts.is_signed is False and not is_anonymous)
    return Eligibility(is_anonymous, tuple(lacks))


def _of_the_nameless(facts: Facts) -> list[Lack]:
    if facts.kind == Kind.DENUNCIATION:
        return [] if facts.has_evidence else [Lack.EVIDENCE]
    is_letter = facts.channel in LETTER_CHANNELS and facts.kind != Kind.OPINION
    return [Lack.NAME] if facts.kind == Kind.COMPLAINT or is_letter else []


def _asks_for_an_address(facts: Facts) -> bool:
    return facts.kind in {Kind.COMPLAINT, Kind.DENUNCIATION} or facts.channel in ON_PAPER


def most_representatives(people: int) -> int:
    """How many may speak for so many people; below a group everybody speaks for themselves."""
    if people < GROUP:
        return people
    return FEW if people <= SMALL_GROUP else MANY


def group_fault(people: int, representatives: int) -> str:
    """Why these are too many to speak for the group; empty when they are not."""
    most = most_representatives(people)
    if representatives <= most:
        return ""
    return _(
        "A group of %(people)d people appoints %(most)d representatives at most; %(given)d are named."
    ) % {
        "people": people,
        "most": most,
        "given": representatives,
    }


def group_warning(people: int, representatives: int) -> str:
    """What a clerk should still ask a group for; empty when it is complete."""
    if people < GROUP or representatives:
        return ""
    return _(
        "A group of %(people)d people appoints representatives in writing (1 to %(most)d, from among them): ask for them."
    ) % {"people": people, "most": most_representatives(people)}


def words_of(lacks: Sequence[str]) -> list[str]:
    """The lacks in the reader's language."""
    return [str(LACKS[Lack(lack)]) for lack in lacks]
