"""The monitor's pages: response times with every figure open to its rows, what is late longest, what one was told."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from rest_framework.exceptions import ValidationError

from bodies.scopes import Standing
from cases import figure_pages, figures, follows
from cases.figure_serializers import QuestionSerializer, flat
from cases.figure_tables import table
from cases.list_forms import subject_choices
from cases.models import Case, Notice
from cases.notices import REASONS
from cases.panels import figure_acts_for

_LONGEST = 15
_TOLD = 100


@require_safe
def monitor(request: HttpRequest) -> HttpResponse:
    """Response times of what one may see: the whole, twelve months, and group by group."""
    standing: Standing = request.standing  # type: ignore[attr-defined]
    today = timezone.localdate()
    question, faults = _read(request, today)
    shown = table(question, standing, with_extras=False)
    page = {
        "question": question,
        "faults": faults,
        "form": {
            **figure_pages.choices(question, today),
            **_typed(request, question, today),
            "subjects": subject_choices(),
        },
        "table": shown,
        "total": figure_pages.row(shown["total"]) if shown["total"] else None,
        "classes": figure_pages.by_volume(shown["results"], grouped_by_body=question.group_by == "body"),
        "titles": figure_pages.titles(),
        "columns": figure_pages.titles()[: len(figure_pages.COLUMNS)],
        "trend": figure_pages.trend(question, standing, today),
        "spread": figure_pages.spread(question, standing),
        "longest": _longest(question, standing, today),
        "today": today,
        "query": request.GET.urlencode(),
        "acts": figure_acts_for(standing),
        "hot": f"{reverse('work-list')}?{urlencode({'flag': 'hot_spot', 'open': 'true'})}",
        "groups": f"{reverse('work-list')}?{urlencode({'flag': 'group', 'open': 'true'})}",
        "late": f"{reverse('work-list')}?{urlencode({'overdue': 'true', 'kind': sorted(question.kinds)}, doseq=True)}",
        "followed": f"{reverse('work-list')}?{urlencode({'followed': 'true'})}",
        "prolonged": f"{reverse('work-list')}?{urlencode({'flag': 'prolonged', 'open': 'true'})}",
    }
    return render(request, "cases/monitor.html", page, status=422 if faults else 200)


def _read(request: HttpRequest, today: date) -> tuple[figures.Question, dict[str, Any]]:
    """What is asked; where that cannot be read, this year, with the faults beside the fields."""
    given = flat(request.GET)
    if given.get("from") or given.get("to"):  # Days of one's own go before a named period.
        given.pop("period", None)
    asked = QuestionSerializer(data=given, context={"today": today})
    try:
        asked.is_valid(raise_exception=True)
        return asked.validated_data, {}  # type: ignore[return-value]
    except ValidationError as wrong:
        plain = QuestionSerializer(data={}, context={"today": today})
        plain.is_valid(raise_exception=True)
        return plain.validated_data, dict(wrong.detail)  # type: ignore[return-value, arg-type]


def _typed(request: HttpRequest, question: figures.Question, today: date) -> dict[str, str]:
    """The period as it was named, or its days as they were typed."""
    if request.GET.get("from") or request.GET.get("to"):
        days = (question.period.first, question.period.last)
        return {
            "period": "",
            **{name: f"{day:%d/%m/%Y}" for name, day in zip(("first", "last"), days, strict=True)},
        }
    return {"period": request.GET.get("period") or str(today.year), "first": "", "last": ""}


def _longest(question: figures.Question, standing: Standing, today: date) -> list[dict[str, Any]]:
    """Those of these kinds that are late for the longest time: codes, places and days, never what they say."""
    rows = Case.objects.visible_to(standing, as_list=True).overdue(today).order_by("due_on", "id")
    rows = rows.filter(kind__in=sorted(question.kinds))
    return [
        {"case": case, "days": (today - case.due_on).days}
        for case in rows.select_related("subject", "area", "body").defer("content")[:_LONGEST]
        if case.due_on
    ]


@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """What one's bodies were made to know of, when, and who of them has opened it (the duty to inform)."""
    standing: Standing = request.standing  # type: ignore[attr-defined]
    rows = Notice.objects.visible_to(standing).select_related("case__subject", "body", "opened_by")
    shown = list(rows.order_by("-at", "-id")[:_TOLD])
    for notice in shown:
        notice.reason = REASONS.get(notice.why, notice.why)  # type: ignore[attr-defined]
    return render(request, "cases/told.html", {"notices": shown, "most": _TOLD})


@require_POST
def follow(request: HttpRequest, reference: str) -> HttpResponse:
    """Hear of a case from now on, or no longer."""
    case = get_object_or_404(Case.objects.visible_to(request.standing), reference=reference)  # type: ignore[attr-defined]
    if request.POST.get("wanted") == "yes":
        follows.follow(case, request.user, at=timezone.now())  # type: ignore[arg-type]
    else:
        follows.leave(case, request.user)  # type: ignore[arg-type]
    return redirect("case-page", reference)
