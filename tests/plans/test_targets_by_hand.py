"""Every line of the four plans that counts itself, in a world small enough to count on one's fingers.

Beside each expected figure stands how it was counted by hand; what must not count lies in the world on purpose.
"""

import pytest
from django.core.management import call_command

from bodies.kinds import Level
from bodies.models import Area, Body
from tests.cases.making import answered, at, do, make_case
from tests.plans.by_hand import (
    FRESH,
    KEPT,
    LAST,
    MISSED,
    OPEN,
    Unit,
    attends,
    commune,
    conclusion,
    directed,
    head_post,
    held,
    joint,
    load,
    member,
    received,
    settled,
    share,
    shown,
    subject,
    total,
)
from tests.plans.making import make_dialogue, make_meeting, make_reception, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def test_kim_bang():
    call_command("load_bodies", "--minimums", verbosity=0)
    district = Unit(
        Level.DISTRICT,
        huyen_uy="kim-bang-huyen-uy",
        ban_dan_van="kim-bang-ban-dan-van",
        ubnd="",
        mttq="",
        ubkt="",
    )
    farmers, women = district.make("doan_the"), district.make("doan_the")
    kinds = ("dang_uy_xa", "ubnd", "mttq", "doan_the")
    x, y, z = (commune(district, *kinds) for _n in range(3))
    own = district.make("dang_uy_truc_thuoc")

    for unit in (x, y, z):
        head_post(unit.dang_uy_xa, "bi_thu")
    received(x.dang_uy_xa)
    received(y.dang_uy_xa, but="2024-12-19")
    received(z.dang_uy_xa)
    # By the head it was not, and what is not periodic fills no minimum.
    make_reception(y.dang_uy_xa, "2024-12-20", delegate_reason="đi họp")
    make_reception(y.dang_uy_xa, "2024-12-21", kind="ad_hoc")

    with_both = make_dialogue(x.dang_uy_xa, "2024-03-01")
    joint(with_both, x.ubnd, there=True)
    joint(with_both, y.ubnd, there=False)
    make_dialogue(y.dang_uy_xa, "2024-03-01")
    make_dialogue(y.ubnd, "2023-12-31")
    make_dialogue(z.dang_uy_xa, "2024-03-01", chair="delegate")
    make_dialogue(own, "2024-03-01")
    joint(make_dialogue(z.mttq, "2024-03-01"), z.ubnd, there=True)

    for on in ("2024-02-01", "2024-09-01"):
        make_session(district.mttq, on, farmers)
    make_session(farmers, "2024-05-01", women)
    make_session(women, "2023-05-01")
    make_session(district.mttq, "2024-05-02", farmers, kind="criticism")
    make_session(x.mttq, "2024-05-03", x.doan_the)
    make_session(district.mttq, "2024-05-04", y.mttq)
    make_session(x.mttq, "2024-05-05", x.doan_the, kind="criticism")
    make_session(farmers, "2024-05-06", y.doan_the, kind="criticism")

    for on in ("2024-01-10", "2024-02-10"):
        make_meeting(district.huyen_uy, on, kind="working_session")
    make_meeting(x.dang_uy_xa, "2024-01-10", kind="working_session")
    make_meeting(district.ubnd, "2024-01-10", kind="working_session")
    make_meeting(district.ubnd, "2024-01-10")
    member(district.huyen_uy)
    member(district.huyen_uy)
    attends(district.huyen_uy, 0, "2024-05-03", "2024-05-04")
    attends(x.dang_uy_xa, 0, "2024-05-03")
    attends(y.dang_uy_xa, 0, "2024-06-03")

    settled(x.ubnd)
    make_case(x.ubnd, kind="feedback", received="2024-04-02")
    make_case(own, kind="feedback", received="2024-04-02")
    directed(make_case(x.dang_uy_xa, kind="complaint", received=FRESH, flags=("complex",)))
    make_case(x.dang_uy_xa, kind="complaint", received=FRESH, flags=("complex",))
    directed(make_case(x.ubnd, kind="complaint", received=FRESH, flags=("complex",)))
    told, _silent = (make_case(x.ubnd, kind="complaint", received=FRESH, flags=("group",)) for _n in range(2))
    told.notices.create(body=district.mttq, why="group", at=at(LAST))

    expected = {
        # Committees of X, Y, Z and the one without a commune: Y's head missed a day, Z's held no dialogue, the last is late.
        ("KB-01", "2024"): share(1, 4, MISSED),
        # Heads of the district's committee and government and of six in communes: X's two (one of them jointly), Y's secretary.
        ("KB-02b", "2024"): share(3, 8, MISSED),
        # The front chaired three, the farmers one, the women only joined one.
        ("KB-06a", "2024"): share(2, 3, MISSED),
        # The front chaired one and the farmers one (of Y); the women none.
        ("KB-06b", "2024"): share(2, 3, MISSED),
        # X's front and organisation, Y's front as partner; three have none.
        ("KB-06c", "2024"): share(3, 6, MISSED),
        # In X and in Y, where an organisation was partner.
        ("KB-06d", "2024"): share(2, 3, MISSED),
        ("KB-O01", "2024"): shown(3),
        # May: of the district's two members one came, X's only one came, Y's and Z's did not.
        ("KB-O03", "2024-05"): share(1, 4, MISSED),
        # June: Y's.
        ("KB-O03", "2024-06"): share(1, 4, MISSED),
        ("KB-O03", "2024-07"): share(0, 4, MISSED),
        # One of X's committee's two, and the one that its government answers.
        ("KB-O04", "2024"): share(2, 3, MISSED),
        # The government's working session; its briefing is none.
        ("KB-O08", "2024"): shown(1),
        # Y's secretary alone missed a day; of the five whose post is not known nothing is asked.
        ("KB-O09", "2024"): share(7, 8, MISSED),
        # One closed in time, one late.
        ("KB-O10", "2024"): share(1, 2, MISSED),
        ("KB-O11", "2024"): share(1, 2, MISSED),
        # X's government's and the committee's without a commune.
        ("KB-O16", "2024"): total(2, MISSED),
    }
    held(load("kim-bang-2021-2025.yaml"), expected)


def test_bac_kan():
    province = Unit(Level.PROVINCE, tinh_uy="bac-kan-tinh-uy", ban_dan_van="bac-kan-ban-dan-van")
    district = Unit(Level.DISTRICT, province.area, huyen_uy="")
    kinds = ("dang_uy_xa", "ubnd", "khoi_dan_van", "mttq", "doan_the")
    a, b, c, d = (commune(district, *kinds) for _n in range(4))

    # One commune by its secretary, one by its chairman twice; a delegate's and the front's do not count, nor a district's.
    make_dialogue(a.dang_uy_xa, "2024-03-01")
    make_dialogue(b.ubnd, "2024-03-01")
    make_dialogue(b.ubnd, "2024-06-01")
    make_dialogue(c.ubnd, "2024-03-01", chair="delegate")
    joint(make_dialogue(d.mttq, "2024-03-01"), d.ubnd, there=True)
    make_dialogue(district.huyen_uy, "2024-03-01")

    make_meeting(a.dang_uy_xa, "2024-02-01")
    make_meeting(b.khoi_dan_van, "2024-01-10", host=b.dang_uy_xa)
    make_meeting(c.dang_uy_xa, "2024-08-01", host=c.khoi_dan_van)
    make_meeting(d.dang_uy_xa, "2024-08-01", kind="working_session")

    make_session(a.mttq, "2024-05-01", a.doan_the)
    make_session(b.mttq, "2024-05-01", kind="criticism")
    make_session(c.doan_the, "2024-05-01", kind="opinions")

    settled(a.ubnd)
    make_case(a.ubnd, kind="recommendation", received="2024-04-02")
    make_case(b.ubnd, kind="complaint", received="2024-04-02")
    make_case(a.ubnd, kind="complaint", received=FRESH, flags=("hot_spot",))
    make_case(b.dang_uy_xa, kind="complaint", received=FRESH, flags=("group",))
    settled(c.ubnd, flags=("hot_spot", "group"))

    dialogues = share(2, 4, MISSED)
    expected = {
        ("BK-4", "2024"): dialogues,
        # That of B was chaired by the bloc, D had none.
        ("BK-6", "2024"): share(2, 4, MISSED),
        ("BK-6", "2024-Q1"): share(1, 4, MISSED),
        ("BK-6", "2024-Q2"): share(0, 4, MISSED),
        ("BK-6", "2024-Q3"): share(1, 4, MISSED),
        # A's and C's as chair, B's as caller.
        ("BK-O02", "2024"): shown(3),
        # Of the blocs B's as chair in January, C's as caller in August.
        ("BK-O03", "2024"): share(2, 4, MISSED),
        ("BK-O03", "2024-01"): share(1, 4, MISSED),
        ("BK-O03", "2024-02"): share(0, 4, MISSED),
        ("BK-O03", "2024-Q3"): share(1, 4, MISSED),
        ("BK-O04", "2024"): dialogues,
        # A's two of eight.
        ("BK-O05", "2024"): share(2, 8, MISSED),
        ("BK-O06", "2024"): share(2, 8, MISSED),
        # Two closed in time, a recommendation late; the late complaint is none of these.
        ("BK-O07", "2024"): share(2, 3, MISSED),
        # One hot spot is open (and one group); the closed one is neither any more.
        ("BK-O08", "2024"): total(1, MISSED),
    }
    held(load("bac-kan-2023-2025.yaml"), expected)


def test_bac_giang():
    ward = Unit(
        Level.COMMUNE, None, dang_uy_xa="phuong-a-dang-uy", khoi_dan_van="phuong-a-khoi-dan-van", ubnd=""
    )
    office, village = ward.make("co_quan_don_vi"), ward.make("thon_tdp")
    Body.objects.filter(pk=village.pk).update(level="community")
    team = ward.make("to_dvcd")

    of_religion = {"flags": ("hot_spot",), "subject": subject("religion")}
    settled(ward.ubnd, **of_religion)
    make_case(ward.ubnd, kind="feedback", received="2024-08-01", flags=("hot_spot",), subject=subject("land"))
    make_case(ward.ubnd, kind="feedback", received="2024-08-01", subject=subject("religion"))
    first = make_case(ward.ubnd, kind="feedback", received="2024-02-05", **of_religion)
    do(first, "accept", "2024-02-06")
    answered(first, "2024-04-10", "met")
    do(first, "close", "2024-04-10", hour=16)

    make_dialogue(ward.dang_uy_xa, "2024-03-01", kind="thematic", chair="delegate")
    make_dialogue(ward.ubnd, "2024-03-01")
    make_dialogue(office, "2023-03-01", kind="regular")

    conclusion(ward.ubnd, due="2024-04-01", closed="2024-03-20")
    conclusion(ward.ubnd, due="2024-04-01", closed="2024-04-10")
    conclusion(office, due="2024-04-01")
    conclusion(ward.ubnd, due="2025-02-01")
    conclusion(ward.ubnd, due="2024-04-01", channel="reception")

    for on in ("2024-02-01", "2024-03-01"):
        make_meeting(ward.dang_uy_xa, on)
    conduct = {"subject": subject("officials_conduct"), "against_body": office}
    settled(ward.ubnd, **conduct)
    make_case(ward.ubnd, kind="complaint", received=FRESH, **conduct)
    make_case(ward.ubnd, kind="complaint", received=FRESH, against_body=village)
    for channel in ("community_team", "household_member", "hotline"):
        make_case(ward.dang_uy_xa, kind="feedback", received=FRESH, channel=channel)
    assert team.kind == "to_dvcd"

    expected = {
        # One was open from February to April, one opened and closed in April; what is no hot spot or no religion is none.
        ("BG-2.4", "2024-Q1"): total(1, MISSED),
        ("BG-2.4", "2024-Q2"): total(0, KEPT),
        ("BG-2.4", "2024"): total(0, KEPT),
        # The committee's, whoever chaired; the government's is periodic, the office's of last year.
        ("BG-4.2a", "2024"): share(1, 3, MISSED),
        # In time, late, still open and late; one is not due yet, one is of a reception day.
        ("BG-4.2b", "2024"): share(1, 3, MISSED),
        ("BG-O01", "2024"): shown(2),
        # Of two about the office's conduct one is closed: shown, for the plan asks no share.
        ("BG-O02", "2024"): share(1, 2, OPEN),
        # The closed one is feedback, the other a complaint.
        ("BG-O04", "2024"): share(1, 1, OPEN),
        # Two against the office, one against the village.
        ("BG-O09", "2024"): total(3, OPEN),
        # From two channels of the community, whoever took them in.
        ("BG-O11", "2024"): shown(2),
    }
    held(load("bac-giang-phuong-a-2024.yaml"), expected)


def test_ninh_binh():
    call_command("load_bodies", "--minimums", verbosity=0)
    province = Unit(
        Level.PROVINCE,
        tinh_uy="ninh-binh-tinh-uy",
        ban_dan_van="ninh-binh-ban-dan-van",
        ubnd="",
        mttq="",
        doan_the="",
    )
    press = province.make("so_ban_nganh")
    district = Unit(Level.DISTRICT, province.area, huyen_uy="", ubnd="", mttq="", doan_the="")
    a, b = (commune(district, "dang_uy_xa", "ubnd", "mttq", "doan_the") for _n in range(2))
    Area.objects.filter(pk=a.area.pk).update(key_area=True)

    joint(make_dialogue(a.dang_uy_xa, "2024-03-01"), a.ubnd, there=True)
    make_dialogue(province.ubnd, "2024-03-01")
    make_dialogue(district.huyen_uy, "2024-03-01", chair="delegate")
    make_dialogue(b.dang_uy_xa, "2024-04-01", kind="base_heads", chair="delegate")
    make_dialogue(b.mttq, "2024-04-01")

    make_session(province.mttq, "2024-03-01")
    make_session(province.mttq, "2024-04-01", district.mttq)
    make_session(district.mttq, "2024-05-01", a.doan_the)
    make_session(district.doan_the, "2024-05-01", kind="criticism")
    make_session(b.mttq, "2024-05-01", kind="criticism")

    member(a.dang_uy_xa)
    attends(a.dang_uy_xa, 0, "2024-05-03")
    head_post(district.ubnd, "chu_tich_ubnd")
    received(district.ubnd)
    head_post(province.ubnd, "chu_tich_ubnd")

    flagged = {"kind": "complaint", "received": FRESH, "flags": ("complex",)}
    directed(make_case(a.dang_uy_xa, area=a.area, **flagged))
    make_case(a.dang_uy_xa, area=a.area, **flagged)
    make_case(b.dang_uy_xa, area=b.area, **flagged)
    settled(press, channel="media_column")
    make_case(press, kind="feedback", received=FRESH, channel="media_column")
    settled(press, channel="hotline")
    told = make_case(a.ubnd, kind="complaint", received=FRESH, flags=("group",))
    told.notices.create(body=a.mttq, why="group", at=at(LAST))
    settled(b.ubnd, flags=("group",))
    make_case(b.ubnd, kind="complaint", received=FRESH, flags=("hot_spot",))

    expected = {
        # Eight heads: a joint one counts for secretary and chairman of A, and the province's chairman held one.
        ("NB-1b", "2024"): share(3, 8, MISSED),
        # Of four the province's front chaired two; the district's chaired one and joined one.
        ("NB-4a", "2024"): share(1, 4, MISSED),
        ("NB-4b", "2024"): share(1, 4, MISSED),
        # In A an organisation was partner; B's was criticism.
        ("NB-4c", "2024"): share(1, 2, MISSED),
        # Nobody is known to sit on the district's committee and B's: only A's is judged.
        ("NB-O02", "2024-05"): share(1, 1, KEPT),
        ("NB-O02", "2024-06"): share(0, 1, MISSED),
        # A is a key area, B is not.
        ("NB-O03", "2024"): share(1, 2, MISSED),
        # The district's chairman had his two days a month, the province's chairman none of his one; of six nothing is asked.
        ("NB-O06", "2024"): share(7, 8, MISSED),
        # With heads of the base: B's committee, whoever chaired.
        ("NB-O07", "2024"): shown(1),
        # Two questions in the column, one answered.
        ("NB-O10", "2024"): share(1, 2, OPEN),
        # Two group cases, of one another body was told.
        ("NB-O17", "2024"): share(1, 2, MISSED),
        # One group case is open (two were received, and a hot spot is open).
        ("NB-O18", "2024"): total(1, MISSED),
        ("NB-O21", "2024"): shown(1),
    }
    held(load("ninh-binh-2021-2025.yaml"), expected)
