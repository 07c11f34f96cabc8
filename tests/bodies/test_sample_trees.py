"""The tree files of the product say what the plans and the rulings say."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bodies import trees
from bodies.kinds import Level
from bodies.text import slug
from bodies.world import AreaEnd, World

DATA = Path(trees.__file__).parent / "data"
SAMPLES = ["kim-bang", "bac-kan", "bac-giang", "ninh-binh"]
FILES = [*SAMPLES, "merger-2025"]


def read_file(name):
    return trees.read((DATA / f"{name}.yaml").read_text(), source=name, world=World())


def communes(tree, *, within=None):
    """The communes of a tree, or those directly in one area."""
    return [
        area
        for area in tree.areas
        if area.level == Level.COMMUNE and (within is None or area.parent == within)
    ]


def test_every_code_is_unique_over_all_files_and_fit_for_a_url():
    trees_read = [read_file(name) for name in FILES]
    for lines in (
        [a for tree in trees_read for a in tree.areas],
        [b for tree in trees_read for b in tree.bodies],
    ):
        codes = [line.code for line in lines]
        assert [code for code, times in Counter(codes).items() if times > 1] == []
        assert [
            code for code in codes if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) or len(code) > 60
        ] == []


def test_area_codes_are_the_name_without_its_type_and_carry_the_parent_where_the_name_occurs_twice():
    areas = [area for name in FILES for area in read_file(name).areas if area.level != Level.COMMUNITY]
    plain = {
        area.code: slug(re.sub(r"^(Tỉnh|Thành phố|Huyện|Thị trấn|Xã|Phường) ", "", area.name))
        for area in areas
    }
    times = Counter(plain.values())
    for area in areas:
        name = plain[area.code]
        if area.name.startswith("Thành phố") and (times[name] > 1 or name == area.parent):
            assert area.code == f"tp-{name}"
        elif area.level == Level.COMMUNE and (times[name] > 1 or name.isdigit()):
            assert area.code == f"{area.parent}-{name}"
        elif area.name == "Phường A":
            assert area.code == "phuong-a"  # a stand-in for a name the plan does not give
        else:
            assert area.code == name
    assert {"kim-bang-tan-son", "cho-moi-tan-son", "tp-bac-kan", "tp-ninh-binh", "tp-tam-diep"} & set(
        plain
    ) == {
        "kim-bang-tan-son",
        "cho-moi-tan-son",
        "tp-bac-kan",
        "tp-ninh-binh",
    }


def test_kim_bang_has_two_towns_and_sixteen_communes():
    kinds = Counter(area.name.split()[0] for area in communes(read_file("kim-bang"), within="kim-bang"))
    assert kinds == {"Xã": 16, "Thị": 2}


def test_bac_kan_has_its_108_communes_in_8_districts():
    tree = read_file("bac-kan")
    assert Counter(area.name.split()[0] for area in communes(tree)) == {"Phường": 6, "Thị": 6, "Xã": 96}
    assert Counter(area.parent for area in communes(tree)) == {
        "tp-bac-kan": 8,
        "ba-be": 15,
        "bach-thong": 14,
        "cho-don": 20,
        "cho-moi": 14,
        "na-ri": 17,
        "ngan-son": 10,
        "pac-nam": 10,
    }


def test_ninh_binh_has_143_numbered_communes():
    tree = read_file("ninh-binh")
    assert Counter(area.parent for area in communes(tree)) == {
        "tp-ninh-binh": 14,
        "tam-diep": 9,
        "nho-quan": 27,
        "gia-vien": 21,
        "hoa-lu": 11,
        "yen-khanh": 19,
        "kim-son": 25,
        "yen-mo": 17,
    }
    assert [area.name for area in communes(tree, within="tam-diep")] == [
        f"Xã 0{number}" for number in range(1, 10)
    ]


@pytest.mark.parametrize("name", ["kim-bang", "bac-kan", "ninh-binh"])
def test_every_commune_has_all_bodies_of_the_template(name):
    tree = read_file(name)
    for area in communes(tree):
        bodies = Counter(body.kind for body in tree.bodies if body.area == area.code)
        assert bodies == {
            "dang_uy_xa": 1,
            "khoi_dan_van": 1,
            "ubkt": 1,
            "hdnd": 1,
            "ubnd": 1,
            "bo_phan_tiep_dan": 1,
            "cong_an": 1,
            "quan_su": 1,
            "co_quan_don_vi": 3,
            "mttq": 1,
            "ban_ttnd": 1,
            "ban_gsdtcd": 1,
            "doan_the": 5,
        }


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_open_training_data_without_villages_as_bodies(name):
    tree = read_file(name)
    assert all(line.is_training and line.valid_to is None for line in [*tree.areas, *tree.bodies])
    assert tree.acts == []


# What a commune's bodies answer to: a kind of its own area, or the kinds of the areas above.
OWN = {
    "khoi_dan_van": "dang_uy_xa",
    "ubkt": "dang_uy_xa",
    "bo_phan_tiep_dan": "ubnd",
    "cong_an": "ubnd",
    "quan_su": "ubnd",
    "co_quan_don_vi": "ubnd",
    "ban_ttnd": "mttq",
    "ban_gsdtcd": "mttq",
}
ABOVE = {"dang_uy_xa": "huyen_uy", "ubnd": "ubnd", "mttq": "mttq", "doan_the": "doan_the"}


@pytest.mark.parametrize("name", ["kim-bang", "bac-kan", "ninh-binh"])
def test_the_bodies_of_a_commune_answer_to_their_own_line(name):
    tree = read_file(name)
    world = World().plus(tree)
    for area in communes(tree):
        for body in world.bodies_in[area.code]:
            superior = world.bodies.get(body.superior or "")
            if body.kind in OWN:
                assert superior is not None
                assert (superior.area, superior.kind) == (area.code, OWN[body.kind])
            elif body.kind == "hdnd":
                assert superior is None
            else:
                assert superior is not None
                assert superior.kind == ABOVE[body.kind]
                assert superior.area in {area.parent, world.areas[area.parent].parent}
                # The same organisation: a farmers' association answers to a farmers' association
                assert superior.number == body.number


def test_the_people_of_a_ward_group_answer_to_the_ward():
    world = World().plus(read_file("bac-giang"))
    assert {
        code: world.bodies[code].superior for code in world.bodies if code.startswith("phuong-a-tdp-2-")
    } == {
        "phuong-a-tdp-2-chi-bo": "phuong-a-dang-uy",
        "phuong-a-tdp-2-ban-ctmt": "phuong-a-mttq",
        "phuong-a-tdp-2-to-dvcd": "phuong-a-bcd-to-dvcd",
        "phuong-a-tdp-2-to-lien-gia-1": "phuong-a-tdp-2-to-dvcd",
        "phuong-a-tdp-2-to-lien-gia-2": "phuong-a-tdp-2-to-dvcd",
        "phuong-a-tdp-2-to-hoa-giai": "phuong-a-ubnd",
    }
    assert world.areas["phuong-a-tdp-2"].level == Level.COMMUNITY
    assert world.bodies["phuong-a-to-tu-quan"].level == Level.COMMUNITY


def test_codes_that_other_documents_name_are_there():
    codes = {body.code for name in SAMPLES for body in read_file(name).bodies}
    assert codes >= {
        "kim-bang-ubnd",
        "kim-bang-huyen-uy",
        "que-ubnd",
        "que-dang-uy",
        "bac-kan-tinh-uy",
        "tp-bac-kan-ubnd",
    }


def test_the_merger_sends_every_body_to_its_like_and_the_district_to_the_province():
    tree = read_file("merger-2025")
    successor = {code: act.into for act in tree.acts for code in act.bodies}
    assert successor["dong-mau-ubnd"] == successor["bai-mau-ubnd"] == "song-mau-ben-mau-ubnd"
    assert successor["bai-mau-khoi-dan-van"] == "song-mau-ben-mau-khoi-dan-van"
    assert successor["ben-mau-huyen-uy"] == "song-mau-tinh-uy"
    assert successor["ben-mau-phong-ban-huyen-1"] == "song-mau-ubnd"
    assert {body.code for body in tree.bodies if body.area in {"dong-mau", "bai-mau", "ben-mau"}} == set(
        successor
    )
    assert tree.endings == [
        AreaEnd(areas=("dong-mau", "bai-mau"), into="song-mau-ben-mau", takes_effect_on=date(2025, 7, 1)),
        AreaEnd(areas=("ben-mau",), into=None, takes_effect_on=date(2025, 7, 1)),
    ]
