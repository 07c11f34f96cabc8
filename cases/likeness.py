"""How alike two texts are, for pointing out repeats. Pure, no trigrams: whole syllables, in pairs.

Vietnamese writes syllables apart; a single one says little ("đất"), two in a row say a lot ("thu hồi", "hồi đất").
"""

from itertools import pairwise
from typing import NamedTuple

from cases.search import terms

# Folded syllables that stand in every petition: they tell no two apart.
_EMPTY = frozenset(
    {
        "va", "cua", "cac", "cho", "la", "co", "khong", "duoc", "nay", "ong", "ba", "toi", "tai", "ve",
        "don", "kinh", "gui", "de", "nghi", "chung", "phan", "anh", "viec", "trong", "da", "theo", "tu",
        "den", "voi", "cung", "nhung", "mot", "nguoi", "xa", "phuong", "thon", "ubnd", "uy", "ban",
        "nhan", "dan", "tinh", "huyen", "khieu", "nai", "to", "cao", "kien",
    }
)  # fmt: skip
# So much of a text is compared: what a petition is about stands at its beginning.
COMPARED = 4000
# So many pairs look for candidates: more find no more and cost more.
_ASKED = 16


def pairs_to_look_for(title: str, content: str) -> list[tuple[str, ...]]:
    """Telling pairs of syllables, of the title first; texts that are alike share several of them.

    A text of one telling syllable is looked for by that one.
    """
    words = terms(f"{title} {content[:COMPARED]}").split()
    told: list[tuple[str, ...]] = [pair for pair in pairwise(words) if _EMPTY.isdisjoint(pair)]
    told = told or [(word,) for word in words if word not in _EMPTY]
    return list(dict.fromkeys(told))[:_ASKED]


def likeness(title: str, content: str, other_title: str, other_content: str) -> float:
    """From 0 (nothing in common) to 1 (the same words in the same order), by titles or by the whole, what is more."""
    return Text.of(title, content).like(Text.of(other_title, other_content))


class Text(NamedTuple):
    """A title and a content, taken apart once and compared often."""

    title: frozenset[tuple[str, ...]]
    whole: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, title: str, content: str) -> "Text":
        first, rest = terms(title).split(), terms(content[:COMPARED]).split()
        return cls(_pairs(first), _pairs(first + rest))

    def like(self, other: "Text") -> float:
        return max(_shared(self.title, other.title), _shared(self.whole, other.whole))


def _pairs(words: list[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(pairwise(words)) if len(words) > 1 else frozenset((word,) for word in words)


def _shared(ours: frozenset[tuple[str, ...]], theirs: frozenset[tuple[str, ...]]) -> float:
    both = len(ours | theirs)
    return len(ours & theirs) / both if both else 0.0
