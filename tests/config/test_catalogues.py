"""What is said of catalogues before they are shipped."""

from pathlib import Path

from config import catalogues

PO = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid " and "
msgstr "{and_}"

msgid " or "
msgstr " hoặc "
"""


def faults_of(project: Path, and_: str) -> list[str]:
    po = project / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_text(PO.format(and_=and_), encoding="utf-8")
    return [fault for fault in catalogues.faults(project) if "no translation" not in fault]


def test_a_translation_keeps_the_spaces_at_its_ends(tmp_path: Path) -> None:
    assert faults_of(tmp_path, " và ") == []
    (fault,) = faults_of(tmp_path, "và")
    assert "' and '" in fault
    assert "spaces" in fault
