"""The head's one page: how their offices do, what they concluded, the reception days of the month, targets not met."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bodies.models import Role
from bodies.scopes import Standing
from cases import figure_pages
from cases.codes import Kind
from cases.counts import bodies_asked
from cases.models import Case
from dialogues.models import Dialogue
from plans import head_page
from plans import weekly as letters
from plans.models import Measure


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """This year of one body that the person heads and of what it leads; `body` chooses where they head several."""
    standing: Standing = request.standing  # type: ignore[attr-defined]
    mine = list(head_page.offices_of(standing))
    wanted = request.GET.get("body")
    body = next((each for each in mine if not wanted or each.code == wanted), None)
    if body is None:
        raise Http404
    today = timezone.localdate()
    question = head_page.question_of(body, today)
    cases = Case.objects.visible_to(standing, as_list=True)
    days = head_page.reception_days(question, standing, today)
    shown: dict[str, Any] = {
        "body": body,
        "mine": mine,
        "question": question,
        "today": today,
        "is_head": bool(standing.bodies(Role.HEAD)),
        "now": timezone.now(),
        "offices": head_page.offices(question, standing),
        "trend": figure_pages.trend(question, standing, today),
        "conclusions": _with_words(head_page.conclusions(question, standing, cases)),
        "days": [each for each in days if each.counts],
        "all_days": head_page.together(days),
        "heads": len(days),
        "dialogues": head_page.dialogues_by_stage(question, standing, Dialogue.objects.visible_to(standing)),
        "dialogue_duties": head_page.duties(question, Kind.DIALOGUE, cases),
        "reports": head_page.duties(question, Kind.REPORT, cases),
        "unmet": head_page.targets_not_met(
            question, Measure.objects.visible_to(standing), bodies_asked(question, standing)
        ),
    }
    return render(request, "plans/head.html", shown)


@require_POST
def weekly(request: HttpRequest) -> HttpResponse:
    """Turn the letter of the week on or off, for oneself."""
    if not request.standing.bodies(Role.HEAD):  # type: ignore[attr-defined]
        raise Http404
    wanted = request.POST.get("wanted") == "yes"
    letters.want(request.user, wanted=wanted)  # type: ignore[arg-type]
    if wanted:
        messages.success(request, _("You get the letter of the week from now on."))
    else:
        messages.success(request, _("You get no letter of the week any more."))
    return redirect("my-offices")


def _with_words(links: list[head_page.Link]) -> list[tuple[str, head_page.Link]]:
    words = (
        _("Conclusions being carried out"),
        _("Of these, overdue"),
        _("Carried out in time this year"),
        _("Carried out too late this year"),
    )
    return list(zip(words, links, strict=True))
