"""What is taken about a person, the form it is kept in, the hints, the masks; and that none of it shows when printed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies import id_numbers, phones
from bodies.id_numbers import IdKind
from bodies.identity_facts import (
    BadIdentity,
    Identity,
    PersonKind,
    changed_fields,
    hints,
    mask,
    masked_name,
    name_key,
    normalise,
    pack,
    title_case,
    unpack,
)

pytestmark = pytest.mark.usefixtures("in_english")

TODAY = date(2026, 8, 3)
# Decomposed, as a Mac types it
NFD_NAME = "Nguye\u0302\u0303n Va\u0306n An"


def kept(**facts) -> Identity:
    return normalise(Identity(**facts), today=TODAY)


def faults(**facts) -> set[str]:
    with pytest.raises(BadIdentity) as bad:
        kept(**facts)
    return set(bad.value.errors)


# --- Phones ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored", "shown", "masked"),
    [
        ("0912345678", "+84912345678", "0912 345 678", "0912•••678"),
        ("0912.345.678", "+84912345678", "0912 345 678", "0912•••678"),
        (" +84 912 345 678 ", "+84912345678", "0912 345 678", "0912•••678"),
        ("+84 (0)912-345-678", "+84912345678", "0912 345 678", "0912•••678"),
        ("84912345678", "+84912345678", "0912 345 678", "0912•••678"),
        ("0084912345678", "+84912345678", "0912 345 678", "0912•••678"),
        ("０９１２３４５６７８", "+84912345678", "0912 345 678", "0912•••678"),
        ("0389\u00a0000\u200b111", "+84389000111", "0389 000 111", "0389•••111"),
        ("(024) 3825 1234", "+842438251234", "024 3825 1234", "0243•••234"),
        ("02263851234", "+842263851234", "0226 385 1234", "0226•••234"),
        ("+49 30 901820", "+4930901820", "+4930901820", "+•••820"),
    ],
)
def test_a_phone_number_is_stored_in_one_form_however_it_is_typed(typed, stored, shown, masked):
    assert phones.e164(typed) == stored
    assert phones.shown(stored) == shown
    assert phones.masked(stored) == masked


@pytest.mark.parametrize(
    "typed",
    [
        "091234567",  # a digit short
        "09123456789",  # a digit long
        "0123456789",  # prefix 01 ended in 2018
        "0612345678",
        "0243825123",  # a landline number has 11 digits
        "+84123",
        "+0912345678",
        "912345678",
        "0912345678 / 0987654321",
        "0912 345 67o",
        "٠٩١٢٣٤٥٦٧٨",  # other digits than ours
        "không có",
        "+",
    ],
)
def test_what_is_no_phone_number_is_refused(typed):
    assert phones.e164(typed) is None
    assert faults(name="An", phone=typed) == {"phone"}


NATIONAL = st.one_of(
    st.from_regex(r"0[35789][0-9]{8}", fullmatch=True), st.from_regex(r"02[0-9]{9}", fullmatch=True)
)


@given(NATIONAL)
def test_every_form_of_a_number_is_stored_alike_and_what_is_shown_is_read_again(number):
    stored = phones.e164(number)
    assert stored == "+84" + number[1:]
    forms = [stored, "84" + number[1:], "0084" + number[1:], phones.shown(stored), ".".join(number)]
    assert {phones.e164(form) for form in forms} == {stored}
    assert phones.shown(stored).replace(" ", "") == number


# --- Identity papers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number", "kind"),
    [
        ("001085004567", "001085004567", IdKind.CITIZEN),
        ("001 085-004.567", "001085004567", IdKind.CITIZEN),
        ("００１０８５００４５６７", "001085004567", IdKind.CITIZEN),
        ("168 123 456", "168123456", IdKind.OLD_CARD),
        ("c1234567", "C1234567", IdKind.PASSPORT),
        ("P 0123 4567", "P01234567", IdKind.PASSPORT),
    ],
)
def test_the_paper_of_a_number_is_told_by_its_form(typed, number, kind):
    identity = kept(id_number=typed)
    assert (identity.id_number, identity.id_kind) == (number, kind.value)


@pytest.mark.parametrize(
    ("number", "kind", "of"),
    [
        ("0700123456", "tax_code", PersonKind.ORGANISATION),
        ("0700123456-001", "tax_code", PersonKind.ORGANISATION),
        ("123456789", "passport", PersonKind.RESIDENT),  # some states' passports have digits only
    ],
)
def test_a_paper_that_its_form_does_not_tell_can_be_said(number, kind, of):
    assert kept(kind=of, name="Hợp tác xã", id_number=number, id_kind=kind).id_kind == kind


@pytest.mark.parametrize(
    "typed", ["00108500456", "0010850045678", "0700123456", "12345678", "chưa rõ", "ABCDEFG"]
)
def test_a_number_of_no_paper_is_refused(typed):
    assert faults(name="An", id_number=typed) == {"id_number"}


def test_a_number_that_does_not_fit_the_paper_that_was_said_is_refused():
    assert faults(name="An", id_number="168123456", id_kind="citizen_id") == {"id_number"}
    assert faults(name="An", id_number="168123456", id_kind="library_card") == {"id_kind"}


@pytest.mark.parametrize(
    ("number", "year"),
    [
        ("001085004567", 1985),
        ("001185004567", 1985),
        ("035203000001", 2003),
        ("035301000001", 2001),
        ("168123456", None),
    ],
)
def test_a_citizen_id_tells_the_year_of_birth(number, year):
    assert id_numbers.year_of_birth(number) == year


@pytest.mark.parametrize(
    ("number", "masked"),
    [("001085004567", "001•••••4567"), ("168123456", "•••••456"), ("C1234567", "•••••567"), ("", "")],
)
def test_of_a_short_number_only_the_end_is_shown(number, masked):
    assert id_numbers.masked(number) == masked


# --- Names and the rest ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "Nguyễn Văn An",
        NFD_NAME,
        "  Nguyễn\tVăn \n An ",
        "Nguyễn Văn\u200b An\u200e",
        "Nguyễn\u00a0Văn\x00 An",
    ],
)
def test_a_name_is_kept_as_typed_but_for_what_cannot_be_seen(typed):
    assert kept(name=typed).name == "Nguyễn Văn An"


def test_a_name_keeps_its_case():
    assert kept(name="NGUYỄN văn An").name == "NGUYỄN văn An"


@pytest.mark.parametrize("other", ["nguyen van an", "NGUYỄN VĂN ÁN", NFD_NAME, "Nguyễn  Văn-An."])
def test_spellings_of_one_name_share_a_key(other):
    assert name_key(other) == name_key("Nguyễn Văn An") == "nguyen van an"


def test_names_that_only_run_together_do_not_share_a_key():
    assert name_key("Nguyễn Văn An") != name_key("Nguyễn Vănan")


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"name": "123"}, {"name"}),
        ({"name": "a" * 121}, {"name"}),
        ({"name": "An", "address": "a" * 301}, {"address"}),
        ({"name": "An", "note": "a" * 1001}, {"note"}),
        ({"name": "An", "email": "an@"}, {"email"}),
        ({"name": "An", "birth_year": 2027}, {"birth_year"}),
        ({"name": "An", "birth_year": 185}, {"birth_year"}),
        ({"name": "An", "kind": "martian"}, {"kind"}),
        ({"kind": "organisation", "phone": "0912345678"}, {"name"}),
        ({}, {"name"}),
        ({"note": "by the gate"}, {"name"}),
        (
            {"phone": "1", "id_number": "1", "email": "1", "birth_year": 1},
            {"phone", "id_number", "email", "birth_year"},
        ),
    ],
)
def test_every_wrong_field_is_named_at_once(facts, wrong):
    assert faults(**facts) == wrong


@pytest.mark.parametrize(
    "facts",
    [{"phone": "0912345678"}, {"id_number": "168123456"}, {"email": "an@xa.vn"}, {"address": "Thôn Đồng"}],
)
def test_somebody_without_a_name_can_be_kept_if_there_is_a_way_to_reach_them(facts):
    assert kept(**facts).name == ""


def test_an_email_keeps_its_name_and_loses_the_case_of_its_host():
    assert kept(email=" An.Nguyen@Xa.VN ").email == "An.Nguyen@xa.vn"


def test_a_paper_without_a_number_is_forgotten():
    assert kept(name="An", id_kind="passport").id_kind == ""


TYPED = st.builds(
    Identity,
    kind=st.sampled_from(["resident", "organisation"]),
    name=st.text(max_size=60),
    id_number=st.from_regex(r"[0-9]{12}|[0-9]{9}|[A-Z][0-9]{7}", fullmatch=True) | st.just(""),
    phone=NATIONAL | st.just(""),
    address=st.text(max_size=80),
    email=st.just("") | st.emails(),
    birth_year=st.none() | st.integers(1850, 2026),
    note=st.text(max_size=80),
)


@given(TYPED)
def test_keeping_what_is_kept_changes_nothing_and_a_box_gives_all_of_it_back(typed):
    try:
        once = normalise(typed, today=TODAY)
    except BadIdentity:
        return
    assert normalise(once, today=TODAY) == once
    assert unpack(pack(once) + b"   ") == once
    assert changed_fields(once, once) == ()


def test_a_box_of_a_later_version_opens_without_the_fields_that_are_not_known():
    assert unpack(b'{"kind":"resident","name":"An","zodiac":"rat"}') == Identity(name="An")


def test_what_changed_is_told_by_the_names_of_the_fields():
    before, after = Identity(name="An", phone="+84912345678"), Identity(name="Ân", birth_year=1985)
    assert changed_fields(before, after) == ("name", "phone", "birth_year")


# --- Hints ----------------------------------------------------------------------------------------------------------


def hinted(**facts) -> set[str]:
    return {hint.field for hint in hints(kept(**facts), today=TODAY)}


def test_an_ordinary_person_gives_no_hint():
    assert (
        hinted(name="Nguyễn Văn An", id_number="001085004567", birth_year=1985, phone="0912345678") == set()
    )


def test_a_citizen_id_that_disagrees_with_the_year_of_birth_is_pointed_at_and_not_refused():
    assert hinted(name="An", id_number="001085004567", birth_year=1986) == {"id_number"}


@pytest.mark.parametrize("number", ["001001004567", "001227004567", "001485004567"])
def test_a_citizen_id_that_nobody_alive_can_hold_is_pointed_at(number):
    # Built for 1901, 2027 and 2185
    assert hinted(name="An", id_number=number) == {"id_number"}


def test_a_passport_of_twelve_digits_is_no_citizen_id():
    assert hinted(name="An", id_number="001085004567", id_kind="passport", birth_year=1990) == set()


def test_a_great_age_and_digits_in_a_name_are_pointed_at():
    assert hinted(name="An 2", birth_year=1900) == {"name", "birth_year"}


def test_a_name_in_capitals_is_offered_as_it_is_written():
    (hint,) = hints(kept(name="NGUYỄN THỊ ĐÀO"), today=TODAY)
    assert (hint.field, hint.suggestion) == ("name", "Nguyễn Thị Đào")
    assert title_case("H'HEN NIÊ") == "H'hen Niê"
    assert hinted(kind="organisation", name="UBND XÃ 2") == set()


# --- Masks, and what printing shows ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "masked"), [("Nguyễn Văn An", "N••••• V•• A•"), ("Y Ban", "Y B••"), ("An", "A•"), ("", "")]
)
def test_of_a_name_the_first_letters_are_shown(name, masked):
    assert masked_name(name) == masked


CANARY = Identity(
    name="Quách Thị Hoàng Yến",
    id_number="035185009876",
    phone="+84987650123",
    address="Thôn Bút Sơn",
    email="yen@butson.vn",
    birth_year=1985,
    note="cạnh cây đa",
)


def test_a_masked_person_shows_no_field_whole():
    masked = mask(CANARY)
    assert (masked.name, masked.id_number, masked.phone) == (
        "Q•••• T•• H•••• Y••",
        "035•••••9876",
        "0987•••123",
    )
    assert (masked.address, masked.email) == ("•••", "•••")
    assert (mask(Identity(name="An")).address, mask(Identity(name="An")).phone) == ("", "")


def test_nothing_of_an_identity_shows_when_it_is_printed():
    hint = hints(Identity(name="QUÁCH"), today=TODAY)[0]
    for thing in (CANARY, mask(CANARY), hint, [CANARY], {"who": CANARY}, (CANARY,)):
        for text in (repr(thing), str(thing), f"{thing}"):
            assert not any(
                part in text for part in ("Qu", "QU", "Q•", "9876", "0123", "Bút", "yen", "1985", "cây")
            )


@pytest.mark.parametrize(
    "field", ["name", "id_number", "phone", "email", "address", "note", "kind", "id_kind"]
)
def test_a_refusal_names_the_field_and_never_what_was_typed(field):
    facts = {"name": "An", "id_number": "168123456", field: "<Bí mật 4711>" * 100}
    with pytest.raises(BadIdentity) as bad:
        kept(**facts)
    seen: BaseException | None = bad.value
    while seen is not None:
        assert "4711" not in f"{seen!s} {seen!r} {seen.args!r} {vars(seen)!r}"
        seen = seen.__context__
