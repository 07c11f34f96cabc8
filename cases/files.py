"""Files of a case: let in by what they are, not by what they are called; kept outside the web root.

Allowed: PDF, JPEG and PNG pictures (re-encoded, so that places and cameras are not kept), Word and Excel files without
macros. Each is opened by a real parser before it is kept. Names are ours, so that they hold no personal data.
"""

import hashlib
import io
import uuid
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import filetype
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bodies.later import Later
from bodies.models import User
from bodies.refusals import BadInput
from cases.models import Case, CaseFile

pikepdf, PIL, Image = Later("pikepdf"), Later("PIL"), Later("PIL.Image")

MAX_SIZE = 20 * 1024 * 1024
MAX_PER_CASE = 200
_MAX_PIXELS = 50_000_000
_MAX_UNPACKED = 200 * 1024 * 1024
_MAX_PARTS = 2000


def receive(case: Case, content: bytes, *, by: User | None, at: datetime) -> CaseFile:
    """Check and keep one file. Raises BadInput("file") for what is empty, too large, of a forbidden kind or broken."""
    content, mime, extension = checked(content)
    return _keep(case, content, mime, extension, by=by, at=at)


def checked(content: bytes) -> tuple[bytes, str, str]:
    """The bytes as they may be kept, with what they are and how such files end. Raises BadInput("file")."""
    if not content:
        raise BadInput.of("file", _("The file is empty."))
    if len(content) > MAX_SIZE:
        raise BadInput.of(
            "file", _("A file may have %(most)s MB at most.") % {"most": MAX_SIZE // 1024 // 1024}
        )
    kind = filetype.guess(content)
    check = _CHECKS.get(kind.mime if kind else "")
    if kind is None or check is None:
        raise BadInput.of("file", _("Only PDF, JPEG, PNG, Word (docx) and Excel (xlsx) files are taken."))
    return check(content), kind.mime, kind.extension


@transaction.atomic
def _keep(
    case: Case, content: bytes, mime: str, extension: str, *, by: User | None, at: datetime
) -> CaseFile:
    # The case's row is locked, so that the number in the name and the limit hold for two uploads at once.
    Case.objects.select_for_update().get(pk=case.pk)
    number = CaseFile.objects.filter(case=case).count() + 1
    if number > MAX_PER_CASE:
        raise BadInput.of("file", _("A case holds %(most)s files at most.") % {"most": MAX_PER_CASE})
    pk = uuid.uuid4()
    path = Path(f"{at:%Y/%m}") / f"{pk.hex}.{extension}"
    row = CaseFile.objects.create(
        id=pk,
        case=case,
        name=f"{case.reference}-{number:03d}.{extension}",
        content_type=mime,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        path=str(path),
        uploaded_by=by,
        uploaded_at=at,
    )
    put(content, path)
    return row


def put(content: bytes, path: Path) -> None:
    """Write bytes into the store, under a path that nothing else has."""
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    # Written under another name first: a crash leaves no half file under a name that a row knows.
    half = target.with_suffix(".part")
    half.write_bytes(content)
    half.rename(target)


def open_file(row: CaseFile) -> io.BufferedReader:
    """The bytes of a file. Raises FileNotFoundError when the store lost it (verify_files finds such rows)."""
    return opened(row.path)


def opened(path: str) -> io.BufferedReader:
    """The bytes under a path of the store. Raises FileNotFoundError when the store lost them."""
    return (Path(settings.MEDIA_ROOT) / path).open("rb")


def _pdf(content: bytes) -> bytes:
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            root = document.Root
            if not document.pages:
                raise BadInput.of("file", _("The PDF has no pages."))
            if any(name in root for name in ("/OpenAction", "/AA")) or "/JavaScript" in root.get(
                "/Names", {}
            ):
                raise BadInput.of(
                    "file", _("The PDF runs a program when it is opened; save it again without.")
                )
    except pikepdf.PasswordError:
        raise BadInput.of("file", _("The PDF is locked by a password.")) from None
    except pikepdf.PdfError:
        raise BadInput.of("file", _("The file is broken.")) from None
    return content


def _picture(format_: str) -> Callable[[bytes], bytes]:
    def check(content: bytes) -> bytes:
        try:
            with Image.open(io.BytesIO(content)) as picture:
                if picture.width * picture.height > _MAX_PIXELS:
                    raise BadInput.of("file", _("The picture is too large."))
                clean = io.BytesIO()
                # Encoded anew: no metadata, nothing hidden behind the picture.
                picture.convert("RGB" if format_ == "JPEG" else "RGBA").save(clean, format_)
        except (PIL.UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
            raise BadInput.of("file", _("The file is broken.")) from None
        return clean.getvalue()

    return check


def checked_office(content: bytes, *, most_unpacked: int = _MAX_UNPACKED) -> bytes:
    """A Word or Excel file as it came. Raises BadInput("file") for what is broken, swollen or runs programs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            infos = parts.infolist()
            if len(infos) > _MAX_PARTS or sum(info.file_size for info in infos) > most_unpacked:
                raise BadInput.of("file", _("The file is too large when it is opened."))
            names = [info.filename.lower() for info in infos]
            if any("vbaproject" in name or "activex" in name or ".." in name for name in names):
                raise BadInput.of("file", _("Files with macros are not taken."))
            if parts.testzip() is not None:
                raise zipfile.BadZipFile
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise BadInput.of("file", _("The file is broken.")) from None
    return content


_CHECKS: dict[str, Callable[[bytes], bytes]] = {
    "application/pdf": _pdf,
    "image/jpeg": _picture("JPEG"),
    "image/png": _picture("PNG"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": checked_office,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": checked_office,
}
