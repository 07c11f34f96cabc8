"""The table of fields: complete, closed to monitors on denunciations, and one rule for lists, cases and history."""

from itertools import product

import pytest

from cases.codes import Kind
from cases.serializers import CaseRowSerializer, CaseSerializer
from cases.visibility import FIELDS, OUTLINE, Viewer, cut, fields_for

# What every reader gets: their own moves are no fact of the case.
ABOUT_THE_READER = {"moves"}


def test_every_field_of_the_api_stands_in_the_table():
    shown = set(CaseSerializer().fields) | set(CaseRowSerializer().fields)
    assert shown - ABOUT_THE_READER == FIELDS


@pytest.mark.parametrize(("viewer", "kind"), list(product(Viewer, Kind)))
def test_a_field_is_shown_exactly_where_the_ruling_says(viewer, kind):
    everything = dict.fromkeys(FIELDS, "x")
    closed = viewer == Viewer.MONITOR and kind == Kind.DENUNCIATION
    assert set(cut(everything, viewer, kind)) == fields_for(viewer, kind) == (OUTLINE if closed else FIELDS)


def test_the_outline_holds_nothing_that_somebody_wrote():
    assert {"title", "content", "handler", "against_body", "earlier_settled_by", "files"}.isdisjoint(OUTLINE)
