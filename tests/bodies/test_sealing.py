"""A box opens with its key, in its row, unchanged, or not at all; a keyed hash finds an equal value and no other."""

import os
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies.sealing import Box, CannotOpen, UnknownKey, keyed_hash, seal, unseal

pytestmark = pytest.mark.usefixtures("in_english")

OLD, NEW = os.urandom(32), os.urandom(32)
KEYS = {"k2": NEW, "k1": OLD}
TOKEN = UUID("6f0e7c56-8d0d-4c1e-9d38-0a4a5f6d7b10")
TEXT = '{"name":"Nguyễn Văn An"}'.encode()


@given(text=st.text(max_size=300).map(str.encode), token=st.uuids())
def test_a_box_gives_back_what_was_put_in_filled_up_with_spaces(text, token):
    opened = unseal(seal(text, token=token, keys=KEYS), token=token, keys=KEYS)
    assert opened.startswith(text)
    assert opened[len(text) :].strip(b" ") == b""


def test_a_box_is_sealed_with_the_first_key_and_opened_with_the_one_it_names():
    box = seal(TEXT, token=TOKEN, keys={"k1": OLD})
    assert box.key_id == "k1"
    assert unseal(box, token=TOKEN, keys=KEYS).strip() == TEXT
    assert seal(TEXT, token=TOKEN, keys=KEYS).key_id == "k2"


def test_the_same_text_never_gives_the_same_box():
    assert len({seal(TEXT, token=TOKEN, keys=KEYS).content for _ in range(50)}) == 50


@given(length=st.integers(1, 128))
def test_the_length_of_a_box_does_not_tell_the_length_of_a_name(length):
    short = seal(b"x", token=TOKEN, keys=KEYS)
    assert len(seal(b"x" * length, token=TOKEN, keys=KEYS).content) == len(short.content)


def test_nothing_of_the_text_stands_in_the_box():
    box = seal(b"Nguyen" * 20, token=TOKEN, keys=KEYS)
    assert b"Nguyen" not in box.content


@given(st.data())
def test_a_box_with_one_changed_byte_stays_shut(data):
    box = seal(TEXT, token=TOKEN, keys=KEYS)
    place = data.draw(st.integers(0, len(box.content) - 1))
    flip = data.draw(st.integers(1, 255))
    content = bytearray(box.content)
    content[place] ^= flip
    with pytest.raises(CannotOpen):
        unseal(Box(box.key_id, bytes(content)), token=TOKEN, keys=KEYS)


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27, 28, 100])
def test_a_box_that_was_cut_short_stays_shut(length):
    box = seal(TEXT, token=TOKEN, keys=KEYS)
    with pytest.raises(CannotOpen):
        unseal(Box(box.key_id, box.content[:length]), token=TOKEN, keys=KEYS)


def test_a_box_moved_to_another_row_stays_shut():
    with pytest.raises(CannotOpen):
        unseal(seal(TEXT, token=TOKEN, keys=KEYS), token=uuid4(), keys=KEYS)


def test_a_box_said_to_be_under_another_name_of_the_same_key_stays_shut():
    box = seal(TEXT, token=TOKEN, keys={"k1": OLD})
    with pytest.raises(CannotOpen):
        unseal(Box("k9", box.content), token=TOKEN, keys={"k9": OLD})


def test_a_wrong_key_under_the_right_name_opens_nothing():
    box = seal(TEXT, token=TOKEN, keys={"k1": OLD})
    with pytest.raises(CannotOpen):
        unseal(box, token=TOKEN, keys={"k1": NEW})


def test_an_unknown_key_is_named():
    box = seal(TEXT, token=TOKEN, keys={"k0": OLD})
    with pytest.raises(UnknownKey, match="IDENTITY_KEYS has no key with the id k0") as refused:
        unseal(box, token=TOKEN, keys=KEYS)
    assert refused.value.key_id == "k0"


def test_a_box_that_stays_shut_says_nothing_of_what_is_inside():
    box = seal(TEXT, token=TOKEN, keys=KEYS)
    with pytest.raises(CannotOpen) as refused:
        unseal(Box(box.key_id, box.content[:-1]), token=TOKEN, keys=KEYS)
    said = [str(refused.value), repr(refused.value), repr(refused.value.args)]
    assert not any("Nguyễn" in text for text in said)
    # Nothing else hangs on it that an error page could walk to
    assert refused.value.__context__ is None


@given(one=st.text(max_size=40), other=st.text(max_size=40))
def test_equal_values_have_equal_hashes_and_others_do_not(one, other):
    same = keyed_hash(one, of="phone", key=OLD) == keyed_hash(other, of="phone", key=OLD)
    assert same == (one == other)


def test_a_hash_depends_on_the_field_and_on_the_key():
    hashes = {keyed_hash("123456789", of=of, key=key) for of in ("phone", "id_number") for key in (OLD, NEW)}
    assert len(hashes) == 4
    assert {len(each) for each in hashes} == {32}
