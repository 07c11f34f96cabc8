"""The tree of subjects, from its data file."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from cases.models import Subject

SHIPPED = Path(__file__).parent / "data" / "subjects.yaml"


@transaction.atomic
def load(path: Path = SHIPPED) -> dict[str, int]:
    """Bring the table in line with the file; a second run changes nothing. A code no longer in it is retired, not deleted."""
    seen: list[str] = []
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    for row in yaml.safe_load(path.read_text(encoding="utf-8")):
        _load_row(row, None, seen, counts)
    counts["retired"] = Subject.objects.exclude(code__in=seen).filter(is_active=True).update(is_active=False)
    return counts


def _load_row(row: dict[str, Any], parent: Subject | None, seen: list[str], counts: dict[str, int]) -> None:
    wanted = {"name_vi": row["vi"], "name_en": row["en"], "parent": parent, "is_active": True}
    subject, created = Subject.objects.get_or_create(code=row["code"], defaults=wanted)
    changed = [name for name, value in wanted.items() if getattr(subject, name) != value]
    if changed:
        for name in changed:
            setattr(subject, name, wanted[name])
        subject.save(update_fields=changed)
    counts["created" if created else "changed" if changed else "unchanged"] += 1
    seen.append(subject.code)
    for narrower in row.get("narrower", []):
        _load_row(narrower, subject, seen, counts)
