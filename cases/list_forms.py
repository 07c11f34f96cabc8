"""What the work list can be asked for on its page: the same names as in the API, with days as people write them."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.codes import Channel, Flag, Kind
from cases.columns import COLUMNS
from cases.filters import DUE, CaseFilter
from cases.models import Subject
from cases.queues import LISTS, QUEUES
from cases.stages import Stage

# 5/12/26, 05.12.2026 and 05-12-2026, as people write them; the last as links do.
DAYS = ["%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d"]
ANY = ("", _("Any"))


def _boxes(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def day_field(label: Any, *, required: bool = False) -> forms.DateField:
    look = forms.DateInput(
        format="%d/%m/%Y", attrs={"class": "numbers", "placeholder": _("dd/mm/yyyy"), "inputmode": "numeric"}
    )
    return forms.DateField(label=label, required=required, input_formats=DAYS, widget=look, localize=False)


def code_field(label: Any, what: str, *, required: bool = False) -> forms.CharField:
    """A code with suggestions while one types a name (cases.list_views.suggest)."""
    look = forms.TextInput(attrs={"data-pick": reverse_lazy("suggest", args=[what]), "autocomplete": "off"})
    return forms.CharField(label=label, required=required, max_length=60, widget=look)


class ListForm(forms.Form):
    """The filters of the page, grouped as they are shown. `queue` names a heap of one's own work."""

    queue = forms.ChoiceField(
        choices=[("", ""), *((name, each.label) for name, each in LISTS.items())],
        required=False,
        widget=forms.HiddenInput,
    )
    q = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    open = forms.ChoiceField(
        label=_("Open or ended"),
        required=False,
        choices=[("true", _("Open")), ("false", _("Ended")), ("", _("All"))],
        widget=forms.RadioSelect,
    )
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[ANY, *((name, QUEUES[name].label) for name in DUE)],
        widget=forms.RadioSelect,
    )
    kind = _boxes(_("Kind"), Kind.choices)
    stage = _boxes(_("Stage"), Stage.choices)
    subject = forms.ChoiceField(label=_("Subject"), required=False)
    area = code_field(_("Area, with all that lies in it"), "area")
    body = code_field(_("Responsible body"), "body")
    subtree = forms.ChoiceField(
        label=_("Below it"),
        required=False,
        choices=[
            ("", _("Only this body")),
            ("superior", _("Bodies below it")),
            ("area", _("Bodies in its area")),
        ],
    )
    handler = code_field(_("Handler"), "person")
    channel = _boxes(_("Channel"), Channel.choices)
    flag = forms.ChoiceField(label=_("Flags"), required=False, choices=[ANY, *Flag.choices])
    received_after = day_field(_("Received from"))
    received_before = day_field(_("Received until"))
    due_before = day_field(_("Due before"))
    col = _boxes(_("Columns"), [(name, column.label) for name, column in COLUMNS.items()])
    ordering = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("due_on", _("Nearest due day first")), ("-received_at", _("Newest first"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.is_localized = False
        self.fields["subject"].choices = [ANY, *subject_choices()]  # type: ignore[attr-defined]

    def asked(self) -> QueryDict:
        """What was asked in one form: known names only, days as ISO, nothing empty. Needs a valid form."""
        query = QueryDict(mutable=True)
        for name in [*self.fields, *sorted(CaseFilter.base_filters.keys() - self.fields.keys())]:
            for value in self.data.getlist(name):  # type: ignore[attr-defined]
                if value.strip():
                    query.appendlist(name, self._plain(name, value.strip()))
        return query

    def _plain(self, name: str, value: str) -> str:
        day = self.cleaned_data.get(name)
        return day.isoformat() if isinstance(self.fields.get(name), forms.DateField) and day else value


def subject_choices() -> list[tuple[str, str]]:
    """Every subject under the wider one that it belongs to."""
    name = "name_en" if get_language() == "en" else "name_vi"
    rows = list(
        Subject.objects.open_to_all()
        .filter(is_active=True)
        .order_by("code")
        .values_list("pk", "parent", "code", name)
    )
    below: dict[int | None, list[tuple[int, str, str]]] = {}
    for pk, parent, code, words in rows:
        below.setdefault(parent, []).append((pk, code, words))
    found = []
    for pk, code, words in below.get(None, []):
        found.append((code, words))
        found += [(narrow, f"– {called}") for _pk, narrow, called in below.get(pk, [])]
    return found
