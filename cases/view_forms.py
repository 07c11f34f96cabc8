"""The form that keeps a list under a name. Shape only."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bodies.models import Body, Role
from bodies.scopes import Standing
from bodies.text import tidy
from cases.kept_lists import BY_ROLE, may_keep_for
from cases.list_forms import ListForm

# Where one stands in the list is no part of the list.
_PASSING = ("cursor", "page_size")


class ViewForm(forms.Form):
    """A name for the list whose address is given, for oneself or a body."""

    name = forms.CharField(label=_("Name of the list"), max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, max_length=4000, required=False)
    body = forms.ModelChoiceField(
        label=_("For whom"), queryset=Body.objects.none(), to_field_name="code", required=False
    )
    is_default = forms.BooleanField(label=_("The work list opens with it"), required=False)
    role = forms.ChoiceField(
        label=_("For which role of the body"),
        choices=[("", _("Everybody")), *((role.value, role.label) for role in BY_ROLE)],
        required=False,
    )

    def __init__(self, data: Any = None, *, standing: Standing, query: str = "") -> None:
        super().__init__(data, initial={"query": query}, prefix="view")
        bodies = Body.objects.open_to_all().filter(pk__in=may_keep_for(standing)).order_by("name")
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["body"].empty_label = _("Only me")  # type: ignore[attr-defined]
        if not standing.bodies(Role.HEAD):
            del self.fields["role"]

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])

    def clean_query(self) -> str:
        """The address as the list itself would write it; what means nothing to the list is not kept."""
        asked = ListForm(QueryDict(self.cleaned_data["query"]))
        if not asked.is_valid():
            raise forms.ValidationError(_("This list cannot be kept."))
        query = asked.asked()
        for name in _PASSING:
            query.pop(name, None)
        return query.urlencode()
