"""What the holder of a tracking code can still say: add to the petition, or take it back, whole or in part.

The citizen's own text is kept beside the petition; the history of the case, which is never erased, says only that it
came and its number. Both are moves like every other: cases.workflow decides whether the case allows them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from bodies.refusals import BadInput, Refused
from bodies.text import tidy
from cases import files as case_files
from cases import workflow
from cases.models import Case, CaseFile, Event
from cases.moves import MOVES
from cases.stages import Stage
from cases.steps import CITIZEN
from feedback.following import followed
from feedback.models import Petition, Word

TEXT_LENGTH = 20_000
# Files that come with one supplement, their bytes together, and files that citizens may bring to one case in all.
MOST_FILES, MOST_BYTES, MOST_IN_ALL = 5, 24 * 1024 * 1024, 30


@transaction.atomic
def supplement(petition: Petition, *, text: str, at: datetime, files: Sequence[bytes] = ()) -> Word:
    """Add something to what was petitioned, with proof. Raises BadInput without a text and for files that are not taken,
    Refused when the case takes nothing more.
    """
    text = _checked(text, needed=True)
    petition = _locked(petition)
    case = followed(petition)
    _still_open(petition, case, "supplement")
    number = _next_number(petition)
    facts: dict[str, Any] = {"what": _in_house_words(_SUPPLEMENT, petition, number)}
    if files:
        facts["files"] = _received(case, files, at)
    event = workflow.move(case, "supplement", by=CITIZEN, recorded_at=at, facts=facts)
    return _kept(petition, event, Word.Kind.SUPPLEMENT, number, text, at)


@transaction.atomic
def withdraw(petition: Petition, *, whole: bool, text: str, at: datetime) -> Word:
    """Take the petition back, or the part that the text names. A withdrawn whole is not taken up again.

    A petition joined to another is taken out of it as a part: those who also asked still get their answer.
    Law on Complaints, Art. 10; Law on Denunciations, Art. 33.
    """
    text = _checked(text, needed=not whole)
    petition = _locked(petition)
    case = followed(petition)
    _still_open(petition, case, "withdraw")
    number = _next_number(petition)
    is_all_of_the_case = whole and case.pk == petition.case_id
    facts: dict[str, Any] = {"whole": is_all_of_the_case}
    if not is_all_of_the_case:
        facts["part"] = _in_house_words(_WHOLE_OF_A_PART if whole else _PART, petition, number)
    event = workflow.move(case, "withdraw", by=CITIZEN, recorded_at=at, facts=facts)
    if whole:
        petition.withdrawn_at = at
        petition.save(update_fields=["withdrawn_at"])
    return _kept(petition, event, Word.Kind.WITHDRAWAL, number, text, at, is_whole=whole)


def _checked(text: str, *, needed: bool) -> str:
    text = tidy(text)
    if needed and not text:
        raise BadInput.of("text", _("Write in your own words what you want to say."))
    if len(text) > TEXT_LENGTH:
        raise BadInput.of("text", _("At most %(limit)d characters.") % {"limit": TEXT_LENGTH})
    return text


def _received(case: Case, contents: Sequence[bytes], at: datetime) -> list[CaseFile]:
    """The files as rows of the case, each looked through as those that staff bring."""
    if len(contents) > MOST_FILES:
        raise BadInput.of("files", _("At most %(most)d files at a time.") % {"most": MOST_FILES})
    if case.files.filter(uploaded_by=None).count() + len(contents) > MOST_IN_ALL:
        raise BadInput.of(
            "files",
            _("This petition holds %(most)d files already: bring more to the office.")
            % {"most": MOST_IN_ALL},
        )
    rows = []
    for position, content in enumerate(contents):
        try:
            rows.append(case_files.receive(case, content, by=None, at=at))
        except BadInput as bad:
            raise BadInput({f"files.{position}": told for told in bad.errors.values()}) from None
    return rows


def _locked(petition: Petition) -> Petition:
    """Two browsers with one code write one after the other."""
    rows = Petition.objects.select_for_update(of=("self",)).select_related("case__body__area", "case__area")
    return rows.get(pk=petition.pk)


def takes(petition: Petition, case: Case, move: str) -> bool:
    """Whether the holder of the code can still add to it (`supplement`) or take it back (`withdraw`)."""
    return not _is_withdrawn(petition, case) and MOVES[move].is_lawful(case.stage, case.kind)


def _is_withdrawn(petition: Petition, case: Case) -> bool:
    return petition.withdrawn_at is not None or case.stage == Stage.WITHDRAWN


def _still_open(petition: Petition, case: Case, move: str) -> None:
    if _is_withdrawn(petition, case):
        raise Refused(_("This petition was withdrawn: nothing can be added or taken back any more."))
    if not takes(petition, case, move):
        raise Refused(
            _(
                "The handling of this petition has ended or rests: nothing can be added or taken back now. Ask the office."
            )
        )


def _next_number(petition: Petition) -> int:
    last = petition.words.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _kept(
    petition: Petition,
    event: Event,
    kind: str,
    number: int,
    text: str,
    at: datetime,
    *,
    is_whole: bool | None = None,
) -> Word:
    return Word.objects.create(
        petition=petition,
        case_id=event.case_id,
        event_seq=event.seq,
        number=number,
        kind=kind,
        is_whole=is_whole,
        text=text,
        given_at=at,
    )


_SUPPLEMENT, _PART, _WHOLE_OF_A_PART = "supplement", "part", "whole of a part"


def _in_house_words(which: str, petition: Petition, number: int) -> str:
    """What the history says of it, in the language of the house, whatever language the citizen reads."""
    with translation.override(settings.LANGUAGE_CODE):
        sentence = {
            _SUPPLEMENT: _(
                "Sent by the citizen through the tracking code: petition %(code)s, item %(number)d."
            ),
            _PART: _("The part that the citizen names: petition %(code)s, item %(number)d."),
            _WHOLE_OF_A_PART: _(
                "The whole of petition %(code)s (item %(number)d); the other petitions stand."
            ),
        }[which]
        return sentence % {"code": petition.code, "number": number}
