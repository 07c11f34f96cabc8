"""What rooms put on the pages of cases: registered twice, as when applications are set up anew, it stands there once."""

import pytest
from django.apps import apps
from django.utils import timezone

from bodies.scopes import standing_of
from cases.panels import figure_acts_for
from tests.cases.making import make_body, make_user

pytestmark = pytest.mark.django_db


def test_a_room_that_starts_again_adds_no_second_button_beside_a_figure():
    standing = standing_of(make_user(("monitor", make_body())), timezone.localdate())
    before = [act.url_name for act in figure_acts_for(standing)]
    apps.get_app_config("dialogues").ready()
    assert before == ["write-recommendation"]
    assert [act.url_name for act in figure_acts_for(standing)] == before
