"""The translations: compiled when they have changed, checked for what has none yet.

    python -m config.catalogues          compile what is stale
    python -m config.catalogues check    name each text of the source without a translation, and exit 1

Babel does both, so a fresh machine needs no GNU gettext.
"""

import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

PROJECT = Path(__file__).resolve().parent.parent
ROOMS = ("bodies", "cases", "feedback", "dialogues", "plans", "config")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

# allauth has no Vietnamese of its own: of its files those that speak on pages of ours (config.accounts). No page asks for
# an address or a phone, nobody signs up, and mail leaves by the outbox: those texts are never seen.
SPEAKS = (
    "account/{adapter,forms}.py", "mfa/adapter.py", "mfa/*/forms.py", "socialaccount/adapter.py",
    "templates/account/{account_inactive,base_reauthenticate,logout,password_change,reauthenticate}.html",
    "templates/account/messages/{logged_in,logged_out,password_changed}.txt",
    "templates/mfa/{authenticate,reauthenticate}.html", "templates/mfa/messages/*.txt",
    "templates/mfa/{recovery_codes,totp}/*.html",
    "templates/mfa/webauthn/{add_form,authenticator_confirm_delete,base,edit_form,reauthenticate}.html",
    "templates/mfa/webauthn/snippets/scripts.html",
    "templates/socialaccount/{authentication_error,connections,login_cancelled}.html", "templates/socialaccount/messages/*.txt",
    "templates/usersessions/messages/*.txt",
)  # fmt: skip


class Text(NamedTuple):
    """One text of the source that people may see."""

    place: str
    context: str | None
    msgid: str
    # Of a text that counts something.
    plural: str | None = None


def catalogues(project: Path = PROJECT) -> list[Path]:
    return sorted(project.glob("locale/*/LC_MESSAGES/django.po"))


def compile_stale(project: Path = PROJECT) -> list[Path]:
    """Compiles the catalogues that are newer than their compiled form; returns those it wrote."""
    written = []
    for source in catalogues(project):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        compiled = BytesIO()
        write_mo(compiled, _read(source))
        fresh = target.with_suffix(".mo.new")
        fresh.write_bytes(compiled.getvalue())
        fresh.replace(target)
        written.append(target)
    return written


def faults(project: Path = PROJECT) -> list[str]:
    """What is wrong, one line each: texts without a translation, and translations with other placeholders."""
    found = []
    texts = list(texts_of(project))
    for source in catalogues(project):
        name = source.relative_to(project)
        catalogue = _read(source)
        for text in texts:
            message = catalogue.get(text.msgid, text.context)
            counts = text.plural is not None
            if (
                message is None
                or not all(_strings(message.string))
                or message.fuzzy
                or counts != message.pluralizable
            ):
                found.append(f"{name}: no translation of {text.msgid!r} ({text.place})")
        for message, errors in catalogue.check():
            found.extend(f"{name}: {message.id!r}: {error}" for error in errors)
        found.extend(f"{name}: {msgid!r}: other spaces at its ends" for msgid in _ends_otherwise(catalogue))
    return found


def _ends_otherwise(catalogue: Catalog) -> Iterator[str]:
    """Texts with a space at an end that their translation has not, or the other way round: what is joined runs together."""
    for message in catalogue:
        said, told = _strings(message.id), _strings(message.string)
        if said and told and _ends(said[0]) != _ends(told[0]):
            yield said[0]


def _ends(text: str) -> tuple[bool, bool]:
    return text[:1] == " ", text[-1:] == " "


def texts_of(project: Path = PROJECT) -> Iterator[Text]:
    """Every text marked for translation in the rooms' Python files and templates, and what allauth says on our pages."""
    for room in ROOMS:
        for path in sorted((project / room).rglob("*.py")):
            yield from _marked(path, project, path.read_bytes())
        for path in sorted((project / room).glob("templates/**/*.*")):
            yield from _marked(path, project, _as_python(path))
    home = Path(find_spec("allauth").submodule_search_locations[0])  # type: ignore[union-attr, index]
    for path in sorted({path for each in SPEAKS for shape in _spread(each) for path in home.glob(shape)}):
        yield from _marked(path, home.parent, path.read_bytes() if path.suffix == ".py" else _as_python(path))


def _spread(shape: str) -> list[str]:
    """`a/{b,c}.d` as `a/b.d` and `a/c.d`."""
    found = re.fullmatch(r"(.*)\{(.*)\}(.*)", shape)
    return [f"{found[1]}{name}{found[3]}" for name in found[2].split(",")] if found else [shape]


def _marked(path: Path, project: Path, source: bytes) -> Iterator[Text]:
    for line, msgid, _, context in extract("python", BytesIO(source), KEYWORDS):
        forms = [*_strings(msgid), None]
        yield Text(f"{path.relative_to(project)}:{line}", context, forms[0] or "", forms[1])


def _as_python(path: Path) -> bytes:
    """A template as Python that holds its texts and nothing else, in the way Django's own makemessages reads it."""
    from django.utils.translation.template import templatize

    # What stands between the texts is blotted out, but keeps its indentation, which would be wrong in Python.
    return re.sub(r"(?m)^[ \t]+", "", templatize(path.read_text(encoding="utf-8"), origin=str(path))).encode()


def _strings(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """The forms of a text: one, or singular and plural."""
    return (value or "",) if isinstance(value, str) or value is None else tuple(value)


def _read(source: Path) -> Catalog:
    try:
        with open(source, "rb") as file:
            return read_po(file, abort_invalid=True)
    except PoFileError as error:
        raise SystemExit(f"{source}: {error}") from None


def main(arguments: list[str]) -> int:
    if arguments == ["check"]:
        found = faults()
        print(*found, sep="\n", end="\n" if found else "")
        return 1 if found else 0
    compile_stale()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
