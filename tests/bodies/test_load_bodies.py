"""load_bodies: all files or none, the same file twice, what people and acts have changed since."""

import json
from datetime import date
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from bodies import structure
from bodies.management.commands.load_bodies import DATA, SAMPLES
from bodies.models import Area, Body, BodyName, StructureAct
from tests.bodies.making import make_area, make_body
from tests.bodies.test_structure import PAPER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

MERGER = DATA / "merger-2025.yaml"
TEXT = """
training: true
areas:
  - code: thi-son
    name: Xã Thi Sơn
    level: commune
    bodies:
      - kind: dang_uy_xa
        name: Đảng ủy xã Thi Sơn
        superior: none
        under: [{kind: ubkt, name: Ủy ban Kiểm tra}]
      - {kind: ubnd, name: UBND xã Thi Sơn, superior: none}
"""


@pytest.fixture
def file(tmp_path):
    """Write a text as a file to load."""

    def write(text, name="a.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def load(*files, **options):
    out = StringIO()
    call_command("load_bodies", *map(str, files), stdout=out, **options)
    return out.getvalue()


def counts(*files, **options):
    return json.loads(load(*files, json=True, **options))


def rows():
    """Everything that loading could change."""
    return [
        list(Area.objects.order_by("pk").values()),
        list(Body.objects.order_by("pk").values()),
        list(StructureAct.objects.order_by("pk").values()),
        list(BodyName.objects.order_by("pk").values()),
    ]


def count(created=0, changed=0, unchanged=0):
    return {"created": created, "changed": changed, "unchanged": unchanged}


# --- The product's own files ------------------------------------------------------------------------------------------


def test_the_samples_load_once_with_paths_that_follow_the_tree():
    first = counts(samples=True)
    before = rows()
    assert first["areas"]["created"] == Area.objects.count()
    assert first["bodies"]["created"] == Body.objects.count() > 5000
    again = counts(samples=True)
    assert again["areas"] == count(unchanged=Area.objects.count())
    assert again["bodies"] == count(unchanged=Body.objects.count())
    assert rows() == before

    bac_kan = Area.objects.get(code="bac-kan")
    assert Area.objects.within(bac_kan).filter(level="commune").count() == 108
    for body in Body.objects.filter(area__path__startswith=bac_kan.path).select_related("superior"):
        assert body.path == (body.superior.path if body.superior else "/") + f"{body.pk}/"
    assert not Area.objects.filter(is_training=False).exists()
    assert not Body.objects.filter(is_training=False).exists()
    assert not Body.objects.exclude(valid_to=None).exists()


def test_the_ladder_from_a_commune_leads_to_the_province():
    load(DATA / "bac-kan.yaml")
    ubnd = Body.objects.get(code="cho-moi-tan-son-ubnd")
    assert [body.code for body in Body.objects.chain_above(ubnd)] == ["cho-moi-ubnd", "bac-kan-ubnd"]
    committee = Body.objects.get(code="cho-moi-tan-son-khoi-dan-van")
    assert [body.code for body in Body.objects.chain_above(committee)] == [
        "cho-moi-tan-son-dang-uy",
        "cho-moi-huyen-uy",
        "bac-kan-tinh-uy",
    ]


def test_the_merger_of_2025_is_carried_out_once():
    assert counts(MERGER)["acts"]["created"] > 0
    before = rows()
    again = counts(MERGER)
    assert [again[what]["created"] + again[what]["changed"] for what in ("areas", "bodies", "acts")] == [
        0,
        0,
        0,
    ]
    assert rows() == before

    last_day, first_day = date(2025, 6, 30), date(2025, 7, 1)
    district = Body.objects.filter(area__code="ben-mau")
    assert district.open_on(last_day).count() == district.count() > 0
    assert not district.open_on(first_day).exists()
    old = Body.objects.get(code="dong-mau-ubnd")
    new = Body.objects.get(code="song-mau-ben-mau-ubnd")
    assert (old.valid_to, old.successor, new.valid_from) == (last_day, new, first_day)
    # The commune that stays answers to the province now, and the village to the new commune
    assert Body.objects.get(code="go-mau-ubnd").superior.code == "song-mau-ubnd"
    assert Body.objects.get(code="dong-mau-thon-1-chi-bo").superior.code == "song-mau-ben-mau-dang-uy"
    assert Area.objects.get(code="dong-mau").parent.code == "song-mau-ben-mau"
    village = Area.objects.get(code="dong-mau-thon-1")
    assert village in Area.objects.within(new.area)
    assert not Area.objects.valid_on(first_day).filter(level="district").exists()


def test_bodies_of_each_day_stand_under_bodies_of_that_day_after_the_merger():
    load(MERGER)
    day = date(2025, 7, 1)
    for body in Body.objects.open_on(day).filter(code__contains="mau"):
        chain = [body, *Body.objects.chain_above(body)]
        assert all(above.is_open_on(day) for above in chain), [above.code for above in chain]
        assert all(lower.superior_id == upper.pk for lower, upper in pairwise(chain))


# --- Once more, and what has changed since ----------------------------------------------------------------------------


def test_what_a_file_says_otherwise_is_changed_and_nothing_else(file):
    load(file(TEXT))
    text = TEXT.replace("UBND xã Thi Sơn", "UBND phường Thi Sơn").replace(
        "name: Xã", "remote: true\n    name: Phường"
    )
    assert counts(file(text)) == {
        "areas": count(changed=1),
        "bodies": count(changed=1, unchanged=2),
        "acts": count(),
    }
    assert Body.objects.get(code="thi-son-ubnd").name == "UBND phường Thi Sơn"
    area = Area.objects.get()
    assert (area.name, area.remote) == ("Phường Thi Sơn", True)


def test_what_a_file_does_not_say_is_left_to_people(file):
    load(file(TEXT))
    Area.objects.update(key_area=True, remote=True)
    Body.objects.filter(code="thi-son-ubkt").update(valid_to=date(2030, 1, 1))
    before = rows()
    load(file(TEXT))
    assert rows() == before


def test_a_body_moves_with_everything_below_it(file):
    load(file(TEXT))
    load(
        file(
            TEXT.replace(
                "Đảng ủy xã Thi Sơn\n        superior: none", "Đảng ủy\n        superior: thi-son-ubnd"
            )
        )
    )
    ubnd, board = Body.objects.get(code="thi-son-ubnd"), Body.objects.get(code="thi-son-ubkt")
    assert board in Body.objects.subordinate_to(ubnd)


def test_an_old_file_undoes_no_act(file):
    load(file(TEXT))
    party, ubnd = Body.objects.get(code="thi-son-dang-uy"), Body.objects.get(code="thi-son-ubnd")
    successor = make_body(area=make_area(code="moi"), kind="dang_uy_xa", is_training=True)
    structure.merge([party], successor, on=date(2025, 7, 1), **PAPER)
    structure.rename(ubnd, "UBND phường Thi Sơn", on=date(2025, 7, 1), **PAPER)
    structure.end_areas([party.area], on=date(2025, 7, 1))
    before = rows()
    load(file(TEXT))
    assert rows() == before
    # A body that is new in the file finds the one who answers now
    load(file(TEXT.replace("[{kind: ubkt,", "[{kind: ban_to_chuc, name: Ban Tổ chức}, {kind: ubkt,")))
    assert Body.objects.get(code="thi-son-ban-to-chuc").superior == successor


def test_several_files_are_one(file):
    village = """
training: true
areas:
  - code: thi-son-thon-1
    parent: thi-son
    name: Thôn 1
    level: community
    bodies: [{kind: chi_bo, name: Chi bộ Thôn 1, superior: up}]
"""
    load(file(TEXT), file(village, "b.yaml"))
    cell = Body.objects.get(code="thi-son-thon-1-chi-bo")
    assert (cell.superior.code, cell.level) == ("thi-son-dang-uy", "community")


# --- What is refused changes nothing ----------------------------------------------------------------------------------

ACT = """
acts:
  - {kind: dissolve, bodies: [thi-son-ubnd], takes_effect_on: 2999-01-01, document: 1/NQ}
"""


@pytest.mark.parametrize(
    ("bad", "line", "what"),
    [
        (TEXT.replace("kind: ubnd", "kind: ubdn"), 12, "ubdn is not a kind of body"),
        (TEXT + ACT, 15, "on the day it takes effect, or later"),
    ],
)
def test_a_bad_file_changes_nothing_and_names_the_line(file, bad, line, what):
    good = file(TEXT.replace("thi-son", "an-son"))
    bad = file(bad, "bad.yaml")
    with pytest.raises(CommandError) as refused:
        load(good, bad)
    assert str(refused.value).startswith("Nothing was changed.\n")
    assert f"{bad}:{line}: " in str(refused.value)
    assert what in str(refused.value)
    assert not Area.objects.exists()


def test_faults_are_told_to_machines_too(file):
    bad, out = file(TEXT.replace("kind: ubnd", "kind: ubdn")), StringIO()
    with pytest.raises(CommandError):
        call_command("load_bodies", str(bad), json=True, stdout=out)
    assert json.loads(out.getvalue()) == {
        "file": str(bad),
        "faults": [{"line": 12, "what": "ubdn is not a kind of body"}],
    }


def test_only_the_first_faults_are_shown(file):
    places = "".join(f"  - {{code: x{number}, name: X, level: y}}\n" for number in range(30))
    with pytest.raises(CommandError) as refused:
        load(file(f"areas:\n{places}"))
    assert str(refused.value).count("y is not a level") == 20
    assert str(refused.value).endswith("and 10 more")


def test_training_data_never_becomes_real_by_loading(file):
    make_area(code="thi-son", is_training=False)
    with pytest.raises(CommandError, match="one of the two is training data"):
        load(file(TEXT))


@pytest.mark.parametrize(
    ("content", "what"), [(None, "cannot be read"), (b"\xff\xfe\x00", "not a text in UTF-8")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, content, what):
    path = tmp_path / "x.yaml"
    if content:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=what):
        load(path)


def test_the_command_wants_something_to_load():
    with pytest.raises(CommandError, match="Name a file"):
        load()


def test_people_are_told_the_counts(file):
    assert load(file(TEXT)).splitlines() == [
        "areas: 1 created, 0 changed, 0 unchanged",
        "bodies: 3 created, 0 changed, 0 unchanged",
        "acts: 0 created, 0 changed, 0 unchanged",
    ]


def test_every_sample_is_there():
    assert all((DATA / name).is_file() for name in SAMPLES)
