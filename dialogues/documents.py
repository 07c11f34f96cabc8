"""The papers of a dialogue, each from its one record: the notice, the minutes, the results.

Words stand in data/papers.yaml. What a paper says of a conclusion is what was concluded that day: a later extension or
transfer of its case changes no paper. Who asked a question stands on none.
"""

from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.paper_pages import Page, Words, paper_of
from bodies.paper_words import day_in_words, hour_in_words
from bodies.papers import Paper, Signature, written_out
from bodies.refusals import Refused
from cases.conclusions import promised_on_the_day
from dialogues.codes import Chair, QuestionState
from dialogues.models import Dialogue, Minutes, Question
from dialogues.stages import WAS_HELD

DATA = Path(__file__).parent / "data" / "papers.yaml"


@lru_cache(maxsize=1)
def words() -> Words:
    """The data file; it changes with the product, not while it runs."""
    found: Words = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return found


# --- The notice -------------------------------------------------------------------------------------------------------


def notice_of(dialogue: Dialogue) -> Paper:
    """The invitation, as it was announced or would be. Raises Refused while no day is named."""
    if dialogue.starts_at is None:
        raise Refused(_("No day is named yet."))
    said, page = words()["notice"], Page()
    starts_at = timezone.localtime(dialogue.starts_at)
    as_of = dialogue.announced_on or starts_at.date()
    host = written_out(dialogue.host.name_on(as_of))
    page.line(said["opening"], host=host)
    page.heading(said["content"])
    page.typed(dialogue.title)
    if dialogue.subject:
        page.line(said["subject"], subject=dialogue.subject.name_vi)
    page.typed(dialogue.announcement)
    page.heading(said["when"])
    page.line(said["hour"], hour=hour_in_words(starts_at), day=day_in_words(starts_at.date()))
    page.heading(said["where"])
    page.typed(dialogue.place)
    if dialogue.online_at:
        page.line(said["online"], address=dialogue.online_at)
    page.heading(said["who"])
    page.item(said["chair"], host=host)
    _joint_hosts(page, said, dialogue, as_of)
    page.item(said["participants"], participants=_participants(dialogue), area=dialogue.area.name)
    if dialogue.how_to_attend:
        page.heading(said["attend"])
        page.typed(dialogue.how_to_attend)
    page.line(said["closing"], host=host)
    return paper_of(
        dialogue.host,
        said,
        page,
        about=said["about"].format(title=dialogue.title),
        day=dialogue.announced_on,
        as_of=as_of,
        is_draft=dialogue.announced_on is None,
    )


def _participants(dialogue: Dialogue) -> str:
    found: str = words()["participants"][dialogue.participants]
    return found


def _joint_hosts(page: Page, said: Words, dialogue: Dialogue, as_of: date) -> None:
    rows = dialogue.joint_hosts.select_related("body").order_by("pk")
    if names := [row.body.name_on(as_of) for row in rows.prefetch_related("body__former_names")]:
        page.item(said["joint"], bodies="; ".join(names))


# --- The minutes ------------------------------------------------------------------------------------------------------


def minutes_of(dialogue: Dialogue) -> Paper:
    """The minutes as they were signed, or their last draft, marked as one. Raises Refused before there is a draft."""
    minutes = Minutes.objects.select_related("drafted_by").filter(dialogue=dialogue).first()
    if minutes is None or dialogue.held_on is None or dialogue.chaired_by is None:
        raise Refused(_("The minutes are not drafted yet."))
    said, page = words()["minutes"], Page()
    _circumstances(page, said, dialogue, dialogue.held_on)
    page.heading(said["text"])
    page.typed(minutes.text)
    page.heading(said["questions"])
    _questions(page, said, dialogue)
    page.heading(said["conclusions"])
    if not _conclusions(page, said, dialogue):
        page.line(said["no_conclusions"] if minutes.has_no_conclusions else said["not_concluded"])
    signed_on = date.fromisoformat(minutes.document["date"]) if minutes.locked_at else None
    if signed_on:
        page.line(said["closing"], day=f"{signed_on:%d/%m/%Y}")
    return paper_of(
        dialogue.host,
        said,
        page,
        about=said["about"].format(title=dialogue.title),
        day=signed_on,
        as_of=dialogue.held_on,
        number=minutes.document["number"] if signed_on else "",
        signatures=(
            Signature(authority="", title=said["secretary"], name=minutes.drafted_by.full_name),
            Signature(authority="", title=said["signer"], name=dialogue.chaired_by.full_name),
        ),
        is_draft=signed_on is None,
    )


def _circumstances(page: Page, said: Words, dialogue: Dialogue, held_on: date) -> None:
    assert dialogue.starts_at is not None  # noqa: S101 - it was held
    assert dialogue.chaired_by is not None  # noqa: S101 - a constraint sees to it
    starts_at = timezone.localtime(dialogue.starts_at)
    host = written_out(dialogue.host.name_on(held_on))
    page.line(said["when"], hour=hour_in_words(starts_at), day=day_in_words(held_on))
    page.line(said["where"], place="; ".join(filter(None, [dialogue.place, dialogue.online_at])))
    page.heading(said["who"])
    chair = said["chair"] if dialogue.chair == Chair.HEAD else said["delegate"]
    page.item(chair, name=dialogue.chaired_by.full_name, host=host, reason=dialogue.delegate_reason)
    _joint_hosts(page, said, dialogue, held_on)
    page.item(said["participants"], participants=_participants(dialogue))
    for key, count in (("invited", dialogue.invited_count), ("present", dialogue.present_count)):
        if count is not None:
            page.item(said[key], count=count)
    for key, invited in (("party", dialogue.party_invited), ("government", dialogue.government_invited)):
        if invited:
            page.item(said[key])


def _questions(page: Page, said: Words, dialogue: Dialogue) -> None:
    rows = list(dialogue.questions.select_related("answered_by").order_by("number"))
    if not rows:
        page.line(said["no_questions"])
    for row in rows:
        page.line(said["question"], number=row.number, text=row.text)
        _answer(page, said, row)


def _answer(page: Page, said: Words, row: Question) -> None:
    if row.state == QuestionState.ANSWERED and row.answered_by:
        page.item(said["answered"], body=row.answered_by.name, answer=row.answer)
    else:
        page.item(said["waiting" if row.state == QuestionState.OPEN else row.state])


# --- The results ------------------------------------------------------------------------------------------------------


def results_of(dialogue: Dialogue) -> Paper:
    """What came of it, for everybody to read. Raises Refused before it was held."""
    if dialogue.held_on is None or dialogue.stage not in WAS_HELD:
        raise Refused(_("It has not been held yet."))
    said, page = words()["results"], Page()
    as_of = dialogue.published_on or dialogue.held_on
    host = written_out(dialogue.host.name_on(as_of))
    page.line(said["opening"], day=f"{dialogue.held_on:%d/%m/%Y}", host=host)
    page.heading(said["text"])
    page.typed(dialogue.results)
    page.heading(said["conclusions"])
    if not _conclusions(page, said | words()["minutes"], dialogue):
        page.line(words()["minutes"]["no_conclusions"])
    page.line(said["closing"], host=host)
    return paper_of(
        dialogue.host,
        said,
        page,
        about=said["about"].format(title=dialogue.title),
        day=dialogue.published_on,
        as_of=as_of,
        is_draft=dialogue.published_on is None,
    )


def _conclusions(page: Page, said: Words, dialogue: Dialogue) -> bool:
    """Whether there are any."""
    rows = list(dialogue.conclusions.select_related("case").order_by("position"))
    assert dialogue.held_on is not None  # noqa: S101 - whoever asks has looked
    promises = promised_on_the_day([row.case for row in rows], as_of=dialogue.held_on)
    for row in rows:
        body, due_on = promises[row.case_id]
        page.line(said["conclusion"], number=row.position, text=row.text)
        page.item(said["owed"], body=body, due=f"{due_on:%d/%m/%Y}" if due_on else said["no_day"])
        if row.proof:
            page.item(said["proof"], proof=row.proof)
    return bool(rows)
