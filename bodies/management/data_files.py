"""Data files on the command line: read, or refused in words that help whoever wrote them, or as JSON."""

import json
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from bodies.yaml_lines import FileRefused

# A mistake in a template shows in every commune that uses it: nobody reads hundreds of lines
_MOST_FAULTS = 20


def read(path: Path) -> str:
    """The text of a file. Raises CommandError where there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as wrong:
        what = _("%(file)s cannot be read: %(reason)s")
        raise CommandError(what % {"file": path, "reason": wrong.strerror}) from None
    except UnicodeDecodeError:
        raise CommandError(_("%(file)s is not a text in UTF-8.") % {"file": path}) from None


def faults_as_text(refused: FileRefused) -> str:
    lines = [f"{refused.source}:{fault.line}: {fault.what}" for fault in refused.faults[:_MOST_FAULTS]]
    more = len(refused.faults) - _MOST_FAULTS
    if more > 0:
        lines.append(_("and %(count)d more") % {"count": more})
    return "\n".join([_("Nothing was changed."), *lines])


def faults_as_json(refused: FileRefused) -> str:
    faults = [{"line": fault.line, "what": fault.what} for fault in refused.faults]
    return json.dumps({"file": refused.source, "faults": faults}, ensure_ascii=False)
