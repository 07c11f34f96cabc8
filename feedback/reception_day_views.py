"""Reception days of a head in the browser: a month of them, one written down, who was received on it, what was concluded."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bodies.idempotency import fingerprint, once
from bodies.models import Body
from bodies.refusals import BadInput, Refused, Unprocessable
from cases.steps import local_day
from feedback import reception_days, receptions
from feedback.models import Reception
from feedback.permissions import receives_for
from feedback.reception_day_forms import ConclusionForm, DayForm


@never_cache
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """The reception days of a body in a month, beside those that its head owed."""
    hosts = _hosts(request)
    body, today = _host(request, hosts), timezone.localdate()
    asked = _day(f"{request.GET.get('month', '')}-01") or today
    page = {
        "body": body,
        "hosts": hosts,
        "month": reception_days.month_of(body, asked.replace(day=1), request.standing, today=today),
        "today": today,
        "now": timezone.now(),
    }
    return render(request, "feedback/reception_month.html", page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_down(request: HttpRequest) -> HttpResponse:
    """A reception day: whoever came to the desk on it stands ready to be ticked."""
    hosts, now = _hosts(request), timezone.now()
    host, today = _host(request, hosts), local_day(now)
    day = _day(request.GET.get("day", "")) or today
    came = reception_days.came_on(host, day, request.standing)
    guests = reception_days.guests(host, day, came, request.standing, at=now)
    common = {"host": host, "day": day, "guests": guests}
    shown = {"host": host, "hosts": hosts, "guests": guests, "day": day, "today": today}
    if request.method != "POST":
        form = DayForm(**common, initial=_usual(request, guests))
        return _with_key(request, "feedback/reception_write_down.html", form, shown)
    form = DayForm(request.POST, **common)

    def make() -> str:
        row = receptions.record(form.reception(), petitions=form.taken(), by=request.user, at=now)
        return str(row.pk)

    pk, status = _sent(request, form, make, now)
    if pk:
        return redirect("reception-day", pk)
    return _with_key(request, "feedback/reception_write_down.html", form, shown, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def day(request: HttpRequest, pk: int) -> HttpResponse:
    """One reception day, to be read, printed, and concluded: a conclusion sent becomes a case."""
    seen = Reception.objects.visible_to(request.standing).hosted_by(receives_for(request.standing))
    reception, now = (
        get_object_or_404(seen.select_related("host__area", "received_by"), pk=pk),
        timezone.now(),
    )
    if request.method != "POST":
        return _day_page(request, reception, ConclusionForm(on=reception.day), now)
    form = ConclusionForm(request.POST, on=reception.day)

    def make() -> str:
        return receptions.conclude(reception, form.promise(), by=request.user, at=now).reference

    made, status = _sent(request, form, make, now)
    if made:
        return redirect(f"{reverse('reception-day', args=[pk])}#concluded")
    return _day_page(request, reception, form, now, status=status)


def _day_page(
    request: HttpRequest, reception: Reception, form: Form, now: datetime, *, status: int = 200
) -> HttpResponse:
    host = reception.host
    came = reception_days.came_with(reception, request.standing)
    shown = {
        "reception": reception,
        "guests": reception_days.guests(host, reception.day, came, request.standing, at=now),
        "conclusions": reception_days.concluded_on(reception, request.standing),
        "may_conclude": receptions.may_conclude(reception, request.user, on=local_day(now)),
        "now": now,
    }
    return _with_key(request, "feedback/reception_day.html", form, shown, status=status)


def _sent(request: HttpRequest, form: Form, make: Callable[[], str], now: datetime) -> tuple[str, int]:
    """What the form made, once however often it is sent; else nothing, and the status of the page that says why not."""
    if not form.is_valid():
        return "", 422
    sent = sorted(each for each in form.data.lists() if each[0] not in {"csrfmiddlewaretoken", "key"})
    print_ = fingerprint(request.get_full_path().encode(), repr(sent).encode())
    try:
        # A savepoint: what is refused is taken back alone.
        with transaction.atomic():
            made, _is_new = once(f"user:{request.user.pk}", _key(request), print_, make, at=now)
    except BadInput as bad:
        for name, sentences in bad.errors.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
        return "", 422
    except (Refused, Unprocessable) as refused:
        form.add_error(None, refused.sentence if isinstance(refused, Refused) else str(refused))
        return "", 409
    return made, 302


def _with_key(
    request: HttpRequest, template: str, form: Form, shown: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    key = uuid4() if status in {200, 409} else _key(request)
    return render(request, template, shown | {"form": form, "key": key}, status=status)


def _usual(request: HttpRequest, guests: list[reception_days.Guest]) -> dict[str, Any]:
    return {
        "kind": Reception.Kind.PERIODIC,
        "received_by": request.user.username,
        "turns": len(guests),
        "people": sum(guest.petition.people_count for guest in guests),
        "groups": 0,
        "petitions": [guest.petition.code for guest in guests],
    }


def _hosts(request: HttpRequest) -> list[Body]:
    mine = receives_for(request.standing)
    if not mine:
        raise PermissionDenied(_("You take no petitions in: this is for the people of a reception desk."))
    rows = Body.objects.open_to_all().filter(pk__in=mine).select_related("area").order_by("code")
    return list(rows)


def _host(request: HttpRequest, hosts: list[Body]) -> Body:
    asked = request.GET.get("body", "")
    host = next((body for body in hosts if not asked or body.code == asked), None)
    if host is None:
        raise Http404
    return host


def _day(typed: str) -> date | None:
    """A day as links write it, or as people do; None for anything else, and for days that nobody lived."""
    try:
        found = parse_date(typed) or datetime.strptime(typed, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    return found if 1945 <= found.year <= 2200 else None


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
