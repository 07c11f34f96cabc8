"""What is sent where an empty body would be refused before anybody asks who sends it: enough for the right person."""

from typing import Any

from tests.feedback.making import Place, posted

# Stands for the user name of whoever asks.
ME = "<me>"
_PAPER = {"number": "15/BC-ĐU", "date": "2026-11-19", "signer": "Bí thư"}


def bodies_of(place: Place, front: str, member: str) -> dict[tuple[str, str], dict[str, Any]]:
    """{(method, address): what is sent}"""
    office, area = place.office.code, place.area.code
    promise = {"text": "Sửa cống", "body": office}
    posts: dict[str, dict[str, Any]] = {
        "/api/v1/people/search/": {"phone": "0912345678"},
        "/api/v1/people/<token>/reveal/": {"reason": "Xác minh"},
        "/api/v1/reveals/<pk>/decision/": {"grant": True},
        "/api/v1/petitions/": posted(place),
        "/api/v1/petitions/<code>/people/": {"reason": "Xác minh"},
        "/api/v1/cases/<reference>/moves/": {"move": "urge", "reason": "Chậm"},
        "/api/v1/verdicts/<pk>/decide/": {"reopen": False, "reason": "Đã sửa"},
        "/api/v1/receptions/": {"host": office, "day": "2026-11-18", "kind": "periodic", "received_by": place.head.username},
        "/api/v1/receptions/<pk>/conclusions/": promise,
        "/api/v1/dialogues/": {
            "host": office, "title": "Đối thoại", "kind": "periodic", "participants": "residents", "area": area,
            "year": 2027, "quarter": 1,
        },
        "/api/v1/dialogues/<code>/comments/": {"text": "Đúng"},
        "/api/v1/dialogues/<code>/conclusions/": promise,
        "/api/v1/dialogues/<code>/moves/": {"move": "correct", "reason": "nhầm", "fields": {"title": "Đối thoại khác"}},
        "/api/v1/dialogues/<code>/questions/": {"text": "Bao giờ?", "brought": "in_room"},
        "/api/v1/dialogues/<code>/questions/<number>/": {"outcome": "set_aside", "text": "Ngoài thẩm quyền"},
        "/api/v1/meetings/": {
            "host": office, "chaired_by": office, "kind": "briefing", "rhythm": "monthly", "day": "2026-11-18",
            "title": "Giao ban",
        },
        "/api/v1/meetings/<pk>/recommendations/": promise,
        "/api/v1/supervisions/": {
            "kind": "supervision", "form": "visit", "chair": front, "day": "2026-11-18", "title": "Giám sát",
        },
        "/api/v1/supervisions/<pk>/recommendations/": promise,
        "/api/v1/attendances/": {
            "committee": place.party.code, "member": member, "kind": "cell", "day": "2026-11-18", "area": area,
            "attended": "Chi bộ",
        },
        "/api/v1/reports/<pk>/hand-in/": {"document": _PAPER},
        "/cases/move/": {"move": "urge"},
        "/cases/<reference>/moves/<move>/draft/": {"writer": ME, "reason": "x"},
        "/reveals/<pk>/": {"decision": "refuse"},
        "/cases/<reference>/verdicts/<number>/": {"decision": "keep", "reason": "Đã sửa"},
    }  # fmt: skip
    posts |= {
        f"/api/v1/{log}/<pk>/strike/": {"reason": "Ghi nhầm"}
        for log in ("meetings", "supervisions", "attendances")
    }
    sent = {("POST", address): body for address, body in posts.items()}
    return sent | {("PATCH", "/api/v1/reports/<pk>/"): {"words": "Lời báo cáo"}}
