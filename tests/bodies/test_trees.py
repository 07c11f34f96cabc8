"""Tree files: what they come to, and what is wrong with a bad one, line by line."""

from datetime import date

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bodies import trees
from bodies.kinds import BodyKind, Level
from bodies.world import AreaLine, BodyLine, World, bare_name, name_in_sentence
from bodies.yaml_lines import FileRefused

pytestmark = pytest.mark.usefixtures("in_english")

EMPTY = World()


def read(text, *, world=EMPTY):
    return trees.read(text, source="a.yaml", world=world)


def faults(text, *, world=EMPTY):
    with pytest.raises(FileRefused) as refused:
        read(text, world=world)
    return [(fault.line, fault.what) for fault in refused.value.faults]


# --- Names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "bare", "inside"),
    [
        ("Xã Thi Sơn", "Thi Sơn", "xã Thi Sơn"),
        ("Thành phố Bắc Kạn", "Bắc Kạn", "thành phố Bắc Kạn"),
        ("Thị trấn Quế", "Quế", "thị trấn Quế"),
        ("Tổ dân phố số 1", "số 1", "tổ dân phố số 1"),
        ("Xã Phố Lu", "Phố Lu", "xã Phố Lu"),
        ("Xãtắc", "Xãtắc", "Xãtắc"),
    ],
)
def test_a_place_is_named_with_and_without_its_type(name, bare, inside):
    assert (bare_name(name), name_in_sentence(name)) == (bare, inside)


# --- What is stated ---------------------------------------------------------------------------------------------------

SMALL = """
areas:
  - code: thi-son
    name: Xã Thi Sơn
    level: commune
    valid_from: 2025-07-01
    bodies:
      - kind: ubnd
        name: UBND xã Thi Sơn
        superior: none
        under:
          - {kind: cong_an, name: Công an xã}
"""


def test_a_body_begins_with_its_area_and_only_what_is_written_is_stated():
    tree = read(SMALL)
    area, (ubnd, police) = tree.areas[0], tree.bodies
    assert area.stated == {"name", "valid_from"}
    assert ubnd.stated == {"name", "superior", "valid_from"}
    assert (police.code, police.superior, police.valid_from) == (
        "thi-son-cong-an",
        "thi-son-ubnd",
        date(2025, 7, 1),
    )


def test_names_are_stored_in_one_form_whatever_the_keyboard():
    decomposed = SMALL.replace("Xã Thi Sơn", "Xa\u0303  Thi So\u031bn ")
    assert read(decomposed).areas[0].name == "Xã Thi Sơn"


# --- What is wrong, and where -----------------------------------------------------------------------------------------


def known_world():
    area = AreaLine(code="kim-bang", name="Huyện Kim Bảng", level="district", parent=None)
    body = BodyLine(
        code="kim-bang-ubnd",
        name="x",
        kind="ubnd",
        level="district",
        area="kim-bang",
        number=None,
        superior=None,
    )
    return World({area.code: area}, {body.code: body})


BAD = [
    ("kind: ubnd", "kind: ubdn", 8, "ubdn is not a kind of body"),
    ("kind: ubnd", "kind: thon_tdp", 8, "a village or residential group is an area, not a body"),
    ("level: commune", "level: xa", 3, "xa is not a level"),
    ("code: thi-son", "code: Thi Sơn", 3, "Thi Sơn is not a code"),
    ("code: thi-son", "code: " + "x" * 60, 8, "it is too long"),
    ("name: Xã Thi Sơn", "name: ''", 3, "a name has 1 to 200 letters"),
    (
        "valid_from: 2025-07-01",
        "valid_from: 2025-07-01\n    valid_to: 2025-06-30",
        3,
        "thi-son would end before it begins",
    ),
    ("valid_from: 2025-07-01", "valid_from: yesterday", 6, "valid_from must be a day such as 2025-07-01"),
    ("valid_from: 2025-07-01", "valid_from: 2025-02-30", 6, "2025-02-30 is in no calendar"),
    ("valid_from: 2025-07-01", "valid_form: 2025-07-01", 6, "valid_form is not known here"),
    ("valid_from: 2025-07-01", "use: commune", 6, "there is no template commune"),
    ("valid_from: 2025-07-01", "parent: nowhere", 3, "there is no area nowhere"),
    ("superior: none", "number: 0", 8, "superior is missing"),
    ("superior: none", "superior: none\n        number: 1000", 8, "number must lie between 1 and 999"),
    ("superior: none", "superior: phu-ly-ubnd", 8, "the superior phu-ly-ubnd is missing"),
    ("superior: none", "superior: up", 8, "there is no superior for thi-son-ubnd in the areas above"),
    ("superior: none", "superior: thi-son-ubnd", 8, "thi-son-ubnd would be its own superior"),
    ("superior: none", "superior: thi-son-cong-an", 8, "thi-son-ubnd would be its own superior"),
    ("superior: none", "superior: [none]", 10, "superior must be a text"),
    ("UBND xã Thi Sơn", "UBND {unit}", 9, "in braces"),
    ("under:", "superior: none\n        under:", 11, "superior is given twice"),
    ("kind: cong_an,", "kind: cong_an, superior: none,", 12, "superior is not known here"),
    ("{kind: cong_an, name: Công an xã}", "cong_an", 11, "this must be a group of words with values"),
    (
        "- {kind: cong_an",
        "- {kind: bao_dai, name: Đài}\n          - {kind: bao_dai",
        13,
        "several bodies of one kind need numbers",
    ),
    ("name: Xã Thi Sơn", "name: Xã [Thi Sơn\n    : x", 5, "not readable as YAML"),
    (
        "level: commune",
        "level: commune\n    areas: [{code: thi-son, name: Thôn 1, level: community}]",
        6,
        "thi-son is given twice",
    ),
    (
        "level: commune",
        "level: commune\n    areas: [{code: a, name: Xã A, level: commune}]",
        6,
        "a must be of a narrower level",
    ),
    (
        "level: commune",
        "level: commune\n    areas: [{code: a, name: A, level: community, parent: b}]",
        6,
        "parent is not known here",
    ),
]


@pytest.mark.parametrize(("good", "bad", "line", "what"), BAD, ids=[what for *_, what in BAD])
def test_a_fault_is_named_with_its_line(good, bad, line, what):
    assert good in SMALL
    found = faults(SMALL.replace(good, bad, 1))
    assert [fault for fault in found if fault[0] == line and what in fault[1]], found


def test_all_faults_of_a_kind_are_named_at_once():
    text = SMALL.replace("kind: ubnd", "kind: ubdn").replace("kind: cong_an", "kind: cong_na")
    assert faults(text) == [(8, "ubdn is not a kind of body"), (12, "cong_na is not a kind of body")]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "this must be a group of words with values"),
        ("bodies: []", 1, "bodies is not known here"),
        ("training: 'yes'", 1, "training must be true or false"),
        ("training: true\nareas: &a []\nacts: *a", 3, "an alias (*) cannot be used here"),
        ("areas:\n  - {on: 1}", 2, "True is read as something other than a word"),
        ("areas:\n\x01", 2, "not readable as YAML"),
        ("[" * 5000, 1, "nested too deeply"),
        ("areas: !!python/object:os.system x", 1, "could not determine a constructor"),
    ],
)
def test_a_file_that_is_no_tree_is_refused(text, line, what):
    found = faults(text)
    assert found[0][0] == line
    assert what in found[0][1]


def test_a_circle_may_go_through_bodies_that_are_there_already():
    world = World().plus(read(SMALL))
    text = """
areas:
  - code: thi-son
    name: Xã Thi Sơn
    level: commune
    bodies: [{kind: ubnd, name: UBND, superior: thi-son-cong-an}]
"""
    assert faults(text, world=world) == [(6, "thi-son-ubnd would be its own superior, by way of others")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "areas: [{code: kim-bang, name: Kim Bảng, level: commune}]",
            "already known with the level district",
        ),
        (
            "training: true\nareas: [{code: kim-bang, name: Kim Bảng, level: district}]",
            "one of the two is training data",
        ),
    ],
)
def test_a_file_cannot_make_something_else_of_what_is_there(text, what):
    assert what in faults(text, world=known_world())[0][1]


def test_a_new_commune_finds_its_place_and_superior_among_what_is_there():
    text = SMALL.replace("level: commune", "level: commune\n    parent: kim-bang").replace("none", "up")
    tree = read(text, world=known_world())
    assert tree.areas[0].parent == "kim-bang"
    assert tree.bodies[0].superior == "kim-bang-ubnd"


ACT = """
areas:
  - code: a
    name: Xã A
    level: commune
    bodies:
      - {kind: ubnd, name: UBND, superior: none}
      - {kind: bao_dai, name: Đài, superior: none}
  - {code: b, name: Xã B, level: commune, bodies: [{kind: ubnd, name: UBND, superior: none}]}
acts:
  - kind: merge
    areas: [a]
    into: b
    takes_effect_on: 2025-07-01
    document: 1/NQ
"""


@pytest.mark.parametrize(
    ("good", "bad", "line", "what"),
    [
        ("kind: merge", "kind: split", 11, "split is not a kind of act"),
        ("areas: [a]", "areas: [a, c]", 12, "c is not known here"),
        ("into: b", "into: c", 13, "c is not known here"),
        ("into: b", "into: a", 12, "not as its own successor"),
        ("into: b", "name: b", 11, "a merger needs areas or bodies, and into"),
        ("areas: [a]", "bodies: [a-ubnd]", 13, "b is not known here"),
        ("areas: [a]", "areas: []", 12, "each part of an act is named once"),
        ("areas: [a]", "areas: [{x: 1}]", 12, "areas must be a list of codes"),
        ("document: 1/NQ", "document: ' '", 15, "document must have 1 to 200 letters"),
        ("document: 1/NQ", "", 11, "document is missing"),
        # The loudspeaker station stands under nobody and B has none
        ("kind: merge", "kind: merge", 11, "no body of b takes over from: a-bao-dai"),
    ],
)
def test_a_fault_in_an_act_is_named_with_its_line(good, bad, line, what):
    found = faults(ACT.replace(good, bad, 1))
    assert [fault for fault in found if fault[0] == line and what in fault[1]], found


def test_what_has_no_like_in_the_new_area_goes_where_its_superior_goes():
    text = ACT.replace("Đài, superior: none", "Đài, superior: a-ubnd")
    assert [(act.bodies, act.into) for act in read(text).acts] == [(("a-ubnd", "a-bao-dai"), "b-ubnd")]


KEYS = [
    *trees.FILE.may_have,
    *trees.AREA.needs,
    *trees.AREA.may_have,
    *trees.BODY.may_have,
    *trees.ACT.may_have,
]
WORDS = st.sampled_from([*KEYS, "none", "up", "ubnd", "commune", "province", "merge", "rename", "{unit}"])
THINGS = st.recursive(
    WORDS | st.integers() | st.booleans() | st.dates() | st.none() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=25,
)
AREAS = st.lists(
    st.fixed_dictionaries(
        {"code": st.sampled_from("abc"), "name": WORDS, "level": st.sampled_from(Level.values)},
        optional={
            "use": st.just("t"),
            "areas": THINGS,
            "bodies": st.lists(
                st.fixed_dictionaries(
                    {"kind": st.sampled_from(BodyKind.values), "name": WORDS},
                    optional={
                        "superior": st.sampled_from(["up", "none", "a-ubnd", "b-mttq"]),
                        "number": THINGS,
                    },
                ),
                max_size=4,
            ),
        },
    ),
    max_size=4,
)
ACTS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["merge", "dissolve", "rename"]),
            "takes_effect_on": st.dates(),
            "document": WORDS,
        },
        optional={
            "areas": st.lists(st.sampled_from("abc")),
            "into": st.sampled_from("abc"),
            "bodies": THINGS,
        },
    ),
    max_size=3,
)


@settings(max_examples=200, deadline=None)
@given(
    THINGS
    | st.fixed_dictionaries(
        {"areas": AREAS | THINGS, "acts": ACTS | THINGS, "templates": THINGS | st.just({"t": []})}
    )
)
def test_whatever_a_file_holds_it_is_read_or_refused_with_lines(content):
    text = yaml.dump(content, allow_unicode=True)
    refused, tree = None, None
    try:
        tree = read(text)
    except FileRefused as wrong:
        refused = wrong
    if refused:
        assert refused.faults
        assert all(1 <= fault.line <= text.count("\n") + 1 and fault.what for fault in refused.faults)
    else:
        world = World().plus(tree)
        assert all(body.superior is None or body.superior in world.bodies for body in tree.bodies)
        assert len(world.bodies) == len(tree.bodies)
