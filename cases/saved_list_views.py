"""Keeping and dropping lists under a name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bodies.refusals import BadInput, Refused
from cases import kept_lists
from cases.models import SavedView
from cases.view_forms import ViewForm


@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """The lists one has, and the form that keeps the one whose address is given as `in`."""
    standing = request.standing  # type: ignore[attr-defined]
    form = ViewForm(request.POST or None, standing=standing, query=request.GET.get("in", "")[:4000])
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            kept = kept_lists.keep(
                standing,
                name=clean["name"],
                query=clean["query"],
                body=clean["body"],
                is_default=clean["is_default"],
                role=clean.get("role", ""),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error(refused.field or None, refused.sentence)
        except BadInput as wrong:
            for name, sentences in wrong.errors.items():
                form.add_error(name, sentences)
        else:
            messages.success(request, _("The list “%(name)s” is kept.") % {"name": kept.name})
            return redirect(f"{reverse('work-list')}?{kept.query}")
    shown = [
        {"view": view, "may_drop": kept_lists.may_drop(view, standing)}
        for view in kept_lists.views_for(standing)
    ]
    status = 422 if form.errors else 200
    return render(request, "cases/list_views.html", {"form": form, "views": shown}, status=status)


@require_POST
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    standing = request.standing  # type: ignore[attr-defined]
    known = {view.pk for view in kept_lists.views_for(standing)}
    view = get_object_or_404(SavedView, pk=pk if pk in known else None)
    try:
        kept_lists.drop(view, standing)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, _("The list “%(name)s” was dropped.") % {"name": view.name})
    return redirect("saved-views")
