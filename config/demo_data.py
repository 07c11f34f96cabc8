"""The small seed of a demo: the sample trees, one login for each role, and a handful of cases, one of them late.

Training data only: refused where the product is reached over TLS, so that no office gets logins everybody knows.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from bodies.identity_facts import Identity
from bodies.models import Area, Body, Membership, Post, User
from cases import workflow
from cases.codes import Kind
from cases.models import Case, Subject
from cases.steps import Actor
from config import demo_years
from feedback import intake

# Known to everybody who reads this; the demo listens on this machine only.
PASSWORD = "lang-nghe-demo"  # noqa: S105
_SINCE = "2020-01-01"


@dataclass(frozen=True)
class Login:
    """One person of the demo."""

    username: str
    full_name: str
    role: str
    body: str
    # Posts by duty and title (bodies' posts); a head is who escalations reach.
    duty: str = ""
    title: str = ""


CAST = [
    Login("tiepdan", "Cán bộ tiếp dân Quế", "receptionist", "que-ubnd"),
    Login("xuly", "Cán bộ xử lý Quế", "handler", "que-ubnd"),
    Login("chutich", "Chủ tịch UBND Quế", "head", "que-ubnd", "head", "chu_tich_ubnd"),
    Login("chutich.huyen", "Chủ tịch UBND huyện", "head", "kim-bang-ubnd", "head", "chu_tich_ubnd"),
    Login("vanphong.huyen", "Văn phòng UBND huyện", "superior_office", "kim-bang-ubnd"),
    Login("bithu", "Bí thư Đảng ủy Quế", "head", "que-dang-uy", "head", "bi_thu"),
    Login("bithu.huyen", "Bí thư Huyện ủy", "head", "kim-bang-huyen-uy", "head", "bi_thu"),
    Login(
        "thuongtruc",
        "Thường trực Huyện ủy",
        "superior_office",
        "kim-bang-huyen-uy",
        "standing_member",
        "thuong_truc_cap_uy",
    ),
    Login("mttq", "Giám sát MTTQ huyện", "monitor", "kim-bang-mttq", "head", "chu_tich_mttq"),
    Login("danvan", "Ban Dân vận Huyện ủy", "monitor", "kim-bang-ban-dan-van", "head", "truong_ban_dan_van"),
    Login("quantri", "Quản trị cơ quan", "administrator", "kim-bang-ubnd"),
]
TECHNICAL = Login("kythuat", "Quản trị kỹ thuật", "technical", "")


@dataclass(frozen=True)
class Sample:
    """One case of the demo: what it is about, and how many days ago it came."""

    kind: Kind
    subject: str
    title: str
    days_ago: int
    accepted: bool = False
    channel: str = "reception"
    by: str = "tiepdan"
    body: str = "que-ubnd"
    area: str = "que"
    people: int = 1


SAMPLES = [
    # Accepted and left lying: the worker escalates it within a minute of the start.
    Sample(
        Kind.COMPLAINT,
        "compensation",
        "Khiếu nại mức bồi thường khi thu hồi đất làm đường gom",
        60,
        accepted=True,
    ),
    Sample(
        Kind.FEEDBACK,
        "water_power",
        "Nước sinh hoạt yếu và đục nhiều ngày liền",
        20,
        accepted=True,
        channel="hotline",
    ),
    Sample(Kind.RECOMMENDATION, "transport", "Đề nghị lắp đèn chiếu sáng đường trường học", 6),
    Sample(Kind.FEEDBACK, "environment", "Xe chở đá quá tải gây bụi từ sáng sớm", 2, channel="zalo_group"),
    Sample(Kind.COMPLAINT, "poverty", "Khiếu nại kết quả xét hộ nghèo", 1),
    # Of the district, and of many people: the Front and the others of that level are told at once.
    Sample(
        Kind.COMPLAINT,
        "land",
        "Nhiều hộ khiếu nại việc thu hồi đất làm khu công nghiệp",
        4,
        by="vanphong.huyen",
        body="kim-bang-ubnd",
        area="kim-bang",
        people=12,
    ),
]


def load(*, now: datetime) -> list[dict[str, str]]:
    """Load what is not there yet; the logins, one a role. A second run changes nothing.

    Two years of activity follow, by a job of the worker (config.demo_years).
    """
    if not settings.INSECURE_HTTP:
        raise CommandError("load_demo is for a demo on this machine: it makes logins that everybody knows.")
    for command in ("load_calendar", "load_rules", "load_subjects"):
        call_command(command, verbosity=0, stdout=_Quiet())
    call_command("load_bodies", samples=True, minimums=True, verbosity=0, stdout=_Quiet())
    with transaction.atomic():
        for login in CAST:
            _person(login)
        if not User.objects.filter(username=TECHNICAL.username).exists():
            User.objects.create_superuser(TECHNICAL.username, PASSWORD, full_name=TECHNICAL.full_name)
        if not Case.objects.exists():
            _cases(now)
    demo_years.start(now)
    return [
        {"role": login.role, "name": login.full_name, "username": login.username, "password": PASSWORD}
        for login in [*CAST, TECHNICAL]
    ]


def _person(login: Login) -> None:
    if User.objects.filter(username=login.username).exists():
        return
    user = User.objects.create_user(login.username, PASSWORD, full_name=login.full_name)
    body = Body.objects.get(code=login.body)
    Membership.objects.create(user=user, body=body, role=login.role, valid_from=_SINCE)
    if login.duty:
        Post.objects.create(body=body, duty=login.duty, title=login.title, holder=user, valid_from=_SINCE)


def _cases(now: datetime) -> None:
    head = Actor.staff(User.objects.get(username="chutich"))
    handler = User.objects.get(username="xuly")
    for number, sample in enumerate(SAMPLES, start=1):
        came = _morning(now - timedelta(days=sample.days_ago))
        who = Identity(name=f"Nguyễn Văn Mẫu {number}", phone=f"09120000{number:02d}", address="Thị trấn Quế")
        new = intake.NewPetition(
            kind=sample.kind,
            channel=sample.channel,
            title=sample.title,
            content=sample.title,
            received_at=came,
            received_by=Body.objects.get(code=sample.body),
            area=Area.objects.get(code=sample.area),
            subject=Subject.objects.get(code=sample.subject),
            petitioners=[intake.NewPetitioner(identity=who)],
            people_count=sample.people,
        )
        clerk = Actor.staff(User.objects.get(username=sample.by))
        case = intake.receive(new, by=clerk, recorded_at=came).case
        if sample.accepted:
            accepted = came + timedelta(hours=1)
            workflow.move(case, "accept", by=head, recorded_at=accepted)
            workflow.move(case, "assign", by=head, recorded_at=accepted, facts={"person": handler})


def _morning(at: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(at), time(8, 30)))


class _Quiet:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False
