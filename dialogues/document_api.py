"""The papers of a dialogue over HTTP: each as PDF and as a Word draft of the same record."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.views import APIView

from bodies.paper_files import FORMS, file_of
from bodies.papers import Paper
from bodies.scopes import standing_of
from dialogues import documents
from dialogues.models import Dialogue


class DialoguePaperView(APIView):
    """One paper of one dialogue."""

    form = "pdf"
    name = ""
    make: Callable[[Dialogue], Paper]

    @extend_schema(exclude=True)
    def get(self, request: Request, code: str) -> HttpResponse:
        standing = standing_of(request.user, timezone.localdate())
        rows = Dialogue.objects.visible_to(standing).select_related(
            "host__area", "host__superior", "area", "subject", "chaired_by"
        )
        rows = rows.prefetch_related("host__former_names", "host__superior__former_names")
        dialogue = get_object_or_404(rows, code=code)
        return file_of(type(self).make(dialogue), f"{code}-{self.name}", self.form)


def _view(name: str, form: str, make: Callable[[Dialogue], Paper], summary: str) -> Any:
    """The view of one paper in one form, with its line in the API's description."""
    _make, kind, word = FORMS[form]

    class View(DialoguePaperView):
        @extend_schema(responses={(200, kind): OpenApiTypes.BINARY}, summary=f"{summary} ({word})")
        def get(self, request: Request, code: str) -> HttpResponse:
            return super().get(request, code)

    View.form, View.name, View.make = form, name, staticmethod(make)
    View.__name__ = View.__qualname__ = f"Dialogue{name.title()}{form.title()}View"
    return View


PAPERS = {
    "notice": (documents.notice_of, "The notice of a dialogue"),
    "minutes": (documents.minutes_of, "The minutes of a dialogue, marked as a draft until they are signed"),
    "results": (documents.results_of, "The results of a dialogue"),
}
VIEWS = {
    f"{name}.{form}": _view(name, form, make, summary)
    for name, (make, summary) in PAPERS.items()
    for form in FORMS
}
