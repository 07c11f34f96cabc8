"""The reception book (Form 03) on the screen and on paper: the lines of some days, and those in which something stands."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bodies.models import Body
from bodies.refusals import BadInput
from bodies.scopes import Standing
from bodies.text import tidy
from cases.list_forms import day_field
from cases.periods import last_of_month
from feedback import book_pages
from feedback.book_pages import MOST_FOUND, MOST_PRINTED, Page
from feedback.permissions import receives_for
from feedback.reception_book import check_span, headings, rows_of


class BookForm(forms.Form):
    """Whose book, which days, and what to look for in it. What is typed to be looked for stands in no address."""

    body = forms.ModelChoiceField(
        Body.objects.open_to_all(), label=gettext_lazy("Book of"), empty_label=None, to_field_name="code"
    )
    q = forms.CharField(
        label=gettext_lazy("Find in the book"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, desks: frozenset[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Body.objects.open_to_all().filter(pk__in=desks).select_related("area").order_by("code")
        self.fields["body"].queryset = mine
        self.fields["from"] = day_field(gettext_lazy("From"), required=True)
        self.fields["to"] = day_field(pgettext_lazy("last day", "Until"), required=True)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("from") and said.get("to"):
            try:
                check_span(said["from"], said["to"])
            except BadInput as bad:
                for name, sentences in bad.errors.items():
                    self.add_error(name, sentences)
        return said

    def query(self) -> str:
        said = self.cleaned_data
        return _query(said["body"].code, said["from"], said["to"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """A page of the book; sent with words or a number, the lines in which they stand."""
    form = _form(request)
    if not form.is_valid():
        return _shown(request, form, Page(()), status=422)
    if request.method == "POST" and not form.cleaned_data["q"]:
        return redirect(f"{reverse('reception-book')}?{form.query()}")
    standing, now, rows = request.standing, timezone.now(), _rows(request, form)
    if request.method != "POST":
        cursor = request.GET.get("cursor", "")[:500]
        return _shown(request, form, book_pages.page_of(rows, cursor, standing, at=now))
    found = list(book_pages.found_in(rows, tidy(form.cleaned_data["q"]), standing, at=now)[: MOST_FOUND + 1])
    lines = book_pages.lines_of(found[:MOST_FOUND], standing, first=1, at=now)
    return _shown(request, form, Page(lines), is_found=True, has_more=len(found) > MOST_FOUND)


@never_cache
@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The whole of these days, to be printed and signed."""
    form = _form(request)
    if not form.is_valid():
        return _shown(request, form, Page(()), status=422)
    rows = list(_rows(request, form)[: MOST_PRINTED + 1])
    if len(rows) > MOST_PRINTED:
        form.add_error("to", _("More than %(most)d lines: name fewer days.") % {"most": MOST_PRINTED})
        return _shown(request, form, Page(()), status=422)
    now, said = timezone.now(), form.cleaned_data
    page = {
        "body": said["body"],
        "first": said["from"],
        "last": said["to"],
        "query": form.query(),
        "headings": headings(),
        "lines": book_pages.lines_of(rows, request.standing, first=1, at=now),
        "totals": book_pages.totals(rows),
        "now": now,
    }
    return render(request, "feedback/book_printed.html", page)


def _form(request: HttpRequest) -> BookForm:
    """What was asked for; by default this month of the first of one's desks."""
    desks = receives_for(request.standing)
    if not desks:
        raise PermissionDenied(_("You take no petitions in: this is for the people of a reception desk."))
    today = timezone.localdate()
    form = BookForm(desks=desks)
    usual = {"from": today.replace(day=1), "to": today}
    asked = (request.POST if request.method == "POST" else request.GET).copy()
    if "body" not in asked and (first := form.fields["body"].queryset.first()):
        asked["body"] = first.code
    for name, day in usual.items():
        asked[name] = _written(asked[name]) if name in asked else f"{day:%d/%m/%Y}"
    return BookForm(asked, desks=desks)


def _written(typed: str) -> str:
    """A day as links have it, in the way people write it; anything else as it was typed."""
    try:
        day = parse_date(typed)
    except ValueError:
        return typed
    return f"{day:%d/%m/%Y}" if day else typed


def _rows(request: HttpRequest, form: BookForm) -> book_pages.Rows:
    standing: Standing = request.standing
    said = form.cleaned_data
    return rows_of(said["body"], standing, first=said["from"], last=said["to"])


def _shown(
    request: HttpRequest, form: BookForm, page: Page, *, status: int = 200, **more: Any
) -> HttpResponse:
    today = timezone.localdate()
    shown = {
        "form": form,
        "page": page,
        "headings": headings(),
        "query": form.query() if form.is_valid() else "",
        "spans": [
            (label, _query(str(form["body"].value() or ""), first, last))
            for label, first, last in _spans(today)
        ],
    }
    return render(request, "feedback/book.html", shown | more, status=status)


def _spans(today: date) -> list[tuple[str, date, date]]:
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    return [
        (_("Today"), today, today),
        (_("This month"), first, last_of_month(today)),
        (_("Last month"), before.replace(day=1), before),
        (_("This year"), date(today.year, 1, 1), date(today.year, 12, 31)),
    ]


def _query(body: str, first: date, last: date) -> str:
    return urlencode({"body": body, "from": first.isoformat(), "to": last.isoformat()})
