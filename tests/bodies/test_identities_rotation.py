"""After a new key every box is sealed again; stopped and begun again it goes on; what does not open is named."""

import json
import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from bodies import identities, key_rotation
from bodies.identity_facts import Identity
from bodies.models import FormerIdentity, Person
from bodies.sealed_rows import Match, opened
from bodies.sealing import CannotOpen, UnknownKey
from tests.bodies.making import make_user
from tests.bodies.sealed import AT, CANARY, TRACES, sharing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

OLD, NEW = os.urandom(32), os.urandom(32)


@pytest.fixture(autouse=True)
def people(settings):
    """Seven people under the old key, one of them corrected; then the new key is put first."""
    settings.IDENTITY_KEYS = {"k1": OLD}
    people = identities.seal_many([Identity(name=f"Người thứ {n}") for n in range(7)], at=AT)
    identities.reseal(people[0], Identity(name="Người đầu"), by=make_user(), at=AT + timedelta(days=1))
    settings.IDENTITY_KEYS = {"k2": NEW, "k1": OLD}
    return people


def rotate(capsys, *arguments):
    call_command("rotate_identity_keys", *arguments)
    return capsys.readouterr().out


def test_every_box_is_sealed_again_and_the_old_key_may_go(settings, capsys):
    said = json.loads(rotate(capsys, "--json", "--batch-size", "2"))
    assert said == {"sealed": 8, "left": {}, "shut": []}
    settings.IDENTITY_KEYS = {"k2": NEW}
    kept = [opened(person).name for person in Person.objects.order_by("pk")]
    assert kept == ["Người đầu", *(f"Người thứ {n}" for n in range(1, 7))]
    assert opened(FormerIdentity.objects.get()).name == "Người thứ 0"
    assert list(sharing(Identity(name="nguoi thu 3")).values()) == [{Match.NAME}]


def test_a_second_run_changes_nothing(capsys):
    rotate(capsys)
    boxes = {bytes(person.box) for person in Person.objects.all()}
    assert json.loads(rotate(capsys, "--json"))["sealed"] == 0
    assert {bytes(person.box) for person in Person.objects.all()} == boxes


def test_stopped_half_way_it_goes_on_with_the_rest(settings, capsys):
    batches = key_rotation.rotate(settings.IDENTITY_KEYS, batch=3)
    assert next(batches).done == 3
    batches.close()
    assert key_rotation.under_old_keys(settings.IDENTITY_KEYS) == {"k1": 5}
    assert json.loads(rotate(capsys, "--json"))["sealed"] == 5


def test_without_json_it_says_in_words_what_it_did(capsys):
    assert "8 sealed again with the first key." in rotate(capsys)
    assert "Nothing is left under an old key" in rotate(capsys)


def test_a_key_that_is_not_there_is_named_and_nothing_is_changed(settings, capsys):
    last = Person.objects.order_by("pk").last()
    Person.objects.filter(pk=last.pk).update(key_id="k0")
    with pytest.raises(CommandError, match="no key with the id k0"):
        rotate(capsys)
    assert key_rotation.under_old_keys(settings.IDENTITY_KEYS) == {"k0": 1, "k1": 7}
    with pytest.raises(UnknownKey):
        opened(Person.objects.get(pk=last.pk))


def test_a_box_that_does_not_open_is_named_and_the_others_are_sealed_again(people, capsys):
    broken = people[3]
    Person.objects.filter(pk=broken.pk).update(box=people[4].box)
    with pytest.raises(CommandError, match=str(broken.token)) as refused:
        call_command("rotate_identity_keys", "--json", "--batch-size", "2")
    assert "Người" not in str(refused.value)
    said = json.loads(capsys.readouterr().out)
    assert said == {"sealed": 7, "left": {"k1": 1}, "shut": [str(broken.token)]}
    row = Person.objects.get(pk=broken.pk)
    assert (row.key_id, bytes(row.box)) == ("k1", bytes(people[4].box))
    with pytest.raises(CannotOpen):
        opened(row)


@pytest.mark.parametrize("size", ["0", "-1", "many", "10001"])
def test_a_batch_size_that_makes_no_sense_is_refused(size):
    with pytest.raises(CommandError, match="whole number"):
        call_command("rotate_identity_keys", "--batch-size", size)


def test_nothing_of_an_identity_shows_on_the_way(capsys, caplog):
    identities.seal(CANARY, at=AT)
    Person.objects.update(key_id="k1", box=b"x" * 60)
    with pytest.raises(CommandError) as refused:
        call_command("rotate_identity_keys")
    out, err = capsys.readouterr()
    assert not [trace for trace in TRACES if trace in out + err + caplog.text + repr(refused.value)]
