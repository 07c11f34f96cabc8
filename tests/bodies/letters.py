"""What the tests of letters share: people to write to, a message told to them, what came of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bodies import messages
from bodies.messages import Wording
from bodies.models import Delivery, User

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 3, 5, 9, 0, tzinfo=HCM)  # a Thursday
MORNING = datetime(2026, 3, 6, 7, 30, tzinfo=HCM)


def people(count, **facts):
    return [
        User.objects.create(
            **{"username": f"u{n}", "full_name": f"Tên {n}", "email": f"u{n}@example.org", **facts}
        )
        for n in range(count)
    ]


def tell(users, *, key="k", at=NOW, urgent=True, subject="2026-kim-bang-ubnd-000123"):
    wording = Wording("Khiếu nại của ông Nguyễn Văn A quá hạn", "Nội dung: đất đai")
    messages.tell(users, key=key, topic="t", wording=wording, subject=subject, at=at, urgent=urgent)


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


def body_of(letter):
    return letter.get_payload(decode=True).decode()
