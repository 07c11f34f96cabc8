"""The health page of the installation."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import health_facts


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Codes, counts and times of the installation; nothing of any case. For whoever runs it, and nobody else."""
    if not request.user.is_staff:  # type: ignore[union-attr]
        raise Http404
    now = timezone.now()
    return render(request, "health.html", health_facts.facts(now) | {"parts": health_facts.parts(now)})
