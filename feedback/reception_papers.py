"""What the head concluded on a reception day, as an official notice. Who came stands on no paper."""

from functools import lru_cache
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from bodies.paper_pages import Page, Words, paper_of
from bodies.papers import Paper, written_out
from bodies.refusals import Refused
from cases.conclusions import promised_on_the_day
from feedback.models import Reception

DATA = Path(__file__).parent / "data" / "papers.yaml"


@lru_cache(maxsize=1)
def words() -> dict[str, Words]:
    """The data file; it changes with the product, not while it runs."""
    found: dict[str, Words] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return found


def conclusions_of(reception: Reception) -> Paper:
    """The notice of that day's conclusions, to be numbered, dated and signed. Raises Refused where nothing was concluded."""
    cases = list(reception.conclusions.order_by("pk"))
    if not cases:
        raise Refused(_("Nothing was concluded on that day."))
    said, page, day = words()["conclusions"], Page(), f"{reception.day:%d/%m/%Y}"
    host = written_out(reception.host.name_on(reception.day))
    page.line(said["opening"], day=day, host=host, kind=said["kinds"][reception.kind])
    who = said["head"] if reception.is_in_person else said["delegate"]
    page.item(who, name=reception.received_by.full_name, host=host)
    page.item(said["counts"], turns=reception.turns, people=reception.people, groups=reception.groups)
    page.heading(said["said"])
    promises = promised_on_the_day(cases, as_of=reception.day)
    for number, case in enumerate(cases, start=1):
        body, due_on = promises[case.pk]
        page.typed(f"{number}. {case.content or case.title}")
        page.item(said["owed"], body=body, due=f"{due_on:%d/%m/%Y}" if due_on else said["no_day"])
    page.line(said["closing"], host=host)
    about = said["about"].format(day=day)
    return paper_of(reception.host, said, page, about=about, day=None, as_of=reception.day)
