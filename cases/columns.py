"""The columns that a work list can show, in the order in which they stand. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Column:
    """One column: its name in addresses, its heading, and the field (cases.visibility) that says who sees it."""

    name: str
    label: Promise
    field: str
    # The order (cases.paging) by which the list can be read along this column.
    ordering: str = ""


COLUMNS = {
    column.name: column
    for column in (
        Column("due", _("Due"), "due_on", "due_on"),
        Column("reference", _("Reference"), "reference"),
        Column("title", _("Matter"), "title"),
        Column("kind", _("Kind"), "kind"),
        Column("stage", _("Stage"), "stage"),
        Column("subject", _("Subject"), "subject"),
        Column("area", _("Area"), "area"),
        Column("body", _("Responsible body"), "responsible_body"),
        Column("handler", _("Handler"), "handler"),
        Column("received", _("Received on"), "received_on", "-received_at"),
        Column("channel", _("Channel"), "channel"),
        Column("flags", _("Flags"), "flags"),
        Column("people", _("People"), "people_count"),
        Column("ended", _("Ended on"), "ended_on"),
        Column("result", _("Result"), "result"),
    )
}
# By these a case is recognised; they always stand.
FIXED = ("reference",)
USUAL = ("due", "reference", "title", "kind", "stage", "handler")


def chosen(names: Iterable[str]) -> list[Column]:
    """The columns somebody asked for, in their usual order; unknown names are passed over, none known: the usual ones."""
    asked = set(names) & COLUMNS.keys()
    wanted = asked | set(FIXED) if asked else set(USUAL)
    return [column for name, column in COLUMNS.items() if name in wanted]
