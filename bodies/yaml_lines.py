"""YAML that remembers its lines, so that a refused data file can be mended by the person who wrote it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import yaml
from django.utils.translation import gettext as _


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """One thing that is wrong with a file, at a line counted from 1, in the reader's language."""

    line: int
    what: str


class Unreadable(Exception):
    """The text is not YAML, or uses what a data file of ours must not: repeated keys, anchors and aliases."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.line}: {fault.what}")
        self.fault = fault


class Entry(dict[str, object]):
    """A mapping of the file, with the line on which it begins and the line of each of its keys."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self._lines: dict[str, int] = {}

    def put(self, key: str, value: object, line: int) -> None:
        self[key] = value
        self._lines[key] = line

    def line_of(self, key: str) -> int:
        """The line of a key; of the whole entry where the key is missing."""
        return self._lines.get(key, self.line)


class FileRefused(Exception):
    """A data file that cannot be taken in, with everything found wrong with it. Nothing of it was used."""

    def __init__(self, source: str, faults: list[Fault]) -> None:
        self.source = source
        self.faults = sorted(set(faults))
        super().__init__("\n".join(f"{source}:{fault.line}: {fault.what}" for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Shape:
    """The words an entry may hold, and of what type each must be."""

    needs: Mapping[str, type]
    may_have: Mapping[str, type] = field(default_factory=dict)

    def faults(self, entry: object, line: int) -> list[Fault]:
        """What is wrong with an entry that should have this shape; `line` is where it was expected."""
        if not isinstance(entry, Entry):
            return [Fault(line, _("this must be %(type)s") % {"type": _type_in_words(Entry)})]
        types = {**self.needs, **self.may_have}
        unknown = [key for key in entry if key not in types]
        missing = [key for key in self.needs if key not in entry]
        mistyped = [key for key, value in entry.items() if key in types and type(value) is not types[key]]
        return [
            *(Fault(entry.line_of(key), _("%(key)s is not known here") % {"key": key}) for key in unknown),
            *(Fault(entry.line, _("%(key)s is missing") % {"key": key}) for key in missing),
            *(
                Fault(
                    entry.line_of(key),
                    _("%(key)s must be %(type)s") % {"key": key, "type": _type_in_words(types[key])},
                )
                for key in mistyped
            ),
        ]


def _type_in_words(wanted: type) -> str:
    words = {
        str: _("a text"),
        int: _("a whole number"),
        bool: _("true or false"),
        date: _("a day such as 2025-07-01"),
        list: _("a list"),
        Entry: _("a group of words with values"),
    }
    return words[wanted]


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases: a small file of aliases can stand for more data than a machine has memory."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise _unreadable(event.start_mark, _("an alias (*) cannot be used here"))
        return super().compose_node(parent, index)

    def construct_entry(self, node: yaml.MappingNode) -> Entry:
        entry = Entry(node.start_mark.line + 1)
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                what = _("%(key)s is read as something other than a word; put it in quotes") % {"key": key}
                raise _unreadable(key_node.start_mark, what)
            if key in entry:
                raise _unreadable(key_node.start_mark, _("%(key)s is given twice") % {"key": key})
            entry.put(key, self.construct_object(value_node, deep=True), key_node.start_mark.line + 1)
        return entry

    def construct_day(self, node: yaml.ScalarNode) -> object:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            raise _unreadable(node.start_mark, _("%(day)s is in no calendar") % {"day": node.value}) from None


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_entry)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_day)


def _unreadable(mark: yaml.Mark, what: str) -> Unreadable:
    return Unreadable(Fault(mark.line + 1, what))


def load(text: str) -> object:
    """The content of a YAML text; every mapping in it is an Entry. Raises Unreadable, which names the line."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with less
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line = mark.line + 1 if mark else 1
        problem = wrong.problem or wrong.context
    except yaml.reader.ReaderError as wrong:
        line = text.count("\n", 0, wrong.position) + 1
        problem = wrong.reason
    except RecursionError:
        line, problem = 1, _("nested too deeply")
    raise Unreadable(Fault(line, _("not readable as YAML: %(problem)s") % {"problem": problem}))
