"""The reception desk in the browser: log a walk-in, look for what it may repeat, print the slip."""

from base64 import b64encode
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import segno
import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bodies import phones
from bodies.idempotency import fingerprint, once
from bodies.identity_facts import Identity
from bodies.models import Area, Body
from bodies.refusals import BadInput, Refused, Unprocessable
from bodies.scopes import Standing
from cases.codes import Kind
from cases.steps import Actor, local_day
from feedback import finding, intake, reception_days, repeats
from feedback.desk_forms import REMEMBERED, DeskForm
from feedback.intake import Receipt
from feedback.models import Petition
from feedback.permissions import receives_for
from feedback.repeats import Sought

log = structlog.get_logger(__name__)

_MEMORY = "reception_desk"
# What a clerk asks when the kind is not plain, and what a yes makes it.
_QUESTIONS = (
    (
        Kind.COMPLAINT,
        gettext_lazy("Does it ask to look again at a decision or act that touches the person's own rights?"),
    ),
    (Kind.DENUNCIATION, gettext_lazy("Does it report that somebody broke the law?")),
    (Kind.FEEDBACK, gettext_lazy("Does it tell of something that does not work, or propose something?")),
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """The form, and what it sends: one petition, however often the button is pressed."""
    desks = _desks(request)
    if request.method == "POST":
        return _logged(request, desks)
    known = request.session.get(_MEMORY, {})
    first = {
        "received_by": desks[0].code,
        "channel": "reception",
        "area": desks[0].area.code,
        "kind": Kind.FEEDBACK,
    }
    return _page(request, DeskForm(desks=desks, initial=first | known), key=uuid4())


def _logged(request: HttpRequest, desks: list[Body]) -> HttpResponse:
    form, key = DeskForm(request.POST, desks=desks), _key(request)
    if not form.is_valid():
        return _page(request, form, key=key, status=422)
    now = timezone.now()
    pk, by = uuid4(), Actor.staff(request.user)  # type: ignore[arg-type]

    def make() -> str:
        intake.take_in(checked, by=by, recorded_at=now, petition_id=pk)
        return str(pk)

    try:
        checked = intake.check(form.petition(received_at=now), recorded_at=now)
        # A savepoint: what is refused is taken back alone.
        with transaction.atomic():
            subject, _is_new = once(
                f"user:{request.user.pk}", key, _print_of(request), make, at=now, subject=str(pk)
            )
    except BadInput as bad:
        form.take_faults(bad.errors)
        return _page(request, form, key=key, status=422)
    except (Refused, Unprocessable) as refused:
        form.add_error(None, str(refused))
        return _page(request, form, key=uuid4(), status=409)
    request.session[_MEMORY] = {name: request.POST.get(name, "") for name in REMEMBERED}
    return redirect("receipt", Petition.objects.visible_to(request.standing).get(pk=subject).code)


def _page(request: HttpRequest, form: DeskForm, *, key: UUID, status: int = 200) -> HttpResponse:
    standing: Standing = request.standing  # type: ignore[attr-defined]
    today = timezone.localdate()
    page = {
        "form": form,
        "key": key,
        "people": form.people(),
        "questions": [(kind.value, kind.label, words) for kind, words in _QUESTIONS],
        "next_number": len(reception_days.queue_of(_desk_of(form), today)) + 1,
        "taken": Petition.objects.visible_to(standing).taken_on(today, receives_for(standing)).count(),
    }
    return render(request, "feedback/desk.html", page, status=status)


def _desk_of(form: DeskForm) -> Body:
    """The desk that the form stands at: the one chosen, else the first."""
    desks = form.fields["received_by"].queryset.order_by("code")
    return desks.filter(code=form["received_by"].value() or "").first() or desks[0]


@never_cache
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """What this may repeat, while it is typed: by the person, or by the place and the words."""
    desks = {body.code: body for body in _desks(request)}
    fields = {name: request.POST.get(f"{name}_0", "")[:200] for name in ("name", "id_number", "phone")}
    typed = finding.wholly_typed(Identity(**fields))
    sought = Sought(
        title=request.POST.get("title", "")[:300],
        content=request.POST.get("content", "")[:4000],
        area=Area.objects.open_to_all().filter(code=request.POST.get("area", "")).first(),
        body=desks.get(request.POST.get("received_by", "")),
        people=[typed],
    )
    standing, now = request.standing, timezone.now()  # type: ignore[attr-defined]
    known = finding.known_to_the_desk(typed, standing, now)
    found = repeats.look(sought, standing, today=timezone.localdate(now))
    for each in found:
        each.case["kind_label"] = Kind(each.case["kind"]).label
    people = [(each, phones.shown(each.identity.phone)) for each in known]
    return render(request, "feedback/similar.html", {"found": found, "known": people})


@never_cache
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The slip for whoever came: number, code and what to do with it. The code is told here and kept nowhere."""
    desks = {body.pk for body in _desks(request)}
    seen = Petition.objects.visible_to(request.standing)  # type: ignore[attr-defined]
    petition = seen.select_related("case__body", "received_by__area").filter(code=code).first()
    if petition is None or petition.received_by_id not in desks:
        raise Http404
    log.info("receipt told", case=petition.code, user_id=request.user.pk)
    told, address = Receipt(petition, petition.case), _address()
    page = {
        "petition": petition,
        "case": petition.case,
        "code": told.tracking_code,
        "picture": _picture(address or told.tracking_code),
        "address": address.partition("://")[2],
        "queue_number": reception_days.queue_of(petition.received_by, local_day(petition.received_at)).get(
            petition.pk
        ),
        "size": "a4" if request.GET.get("size") == "a4" else "a5",
    }
    return render(request, "feedback/receipt.html", page)


def _address() -> str:
    """Where the code is entered, for the QR picture: a phone that scans it opens the page.

    The code stays out of the address, even behind a `#`: that part is sent to no server, but scanners, messengers and the
    history of a phone that others use keep it. Where the site has no address of its own the picture holds the code.
    """
    return f"{settings.SITE_URL.rstrip('/')}{reverse('track')}" if settings.SITE_URL else ""


def _picture(content: str) -> str:
    """A QR picture for a phone; the page's policy lets pictures be data."""
    buffer = BytesIO()
    segno.make(content, error="m", micro=False).save(buffer, kind="svg", scale=5, border=2, xmldecl=False)
    return f"data:image/svg+xml;base64,{b64encode(buffer.getvalue()).decode()}"


def _desks(request: HttpRequest) -> list[Body]:
    mine = receives_for(request.standing)  # type: ignore[attr-defined]
    if not mine:
        raise PermissionDenied(_("You take no petitions in: this is for the people of a reception desk."))
    return list(Body.objects.open_to_all().filter(pk__in=mine).select_related("area").order_by("code"))


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _print_of(request: HttpRequest) -> bytes:
    """What the key of the form is bound to: all that was typed, without the token of the page."""
    parts: list[Any] = [
        f"{name}={value}".encode()
        for name, values in sorted(request.POST.lists())
        if name not in {"csrfmiddlewaretoken", "key"}
        for value in values
    ]
    return fingerprint(request.path.encode(), *parts)
