"""How alike two texts are, for pointing out repeats. Pure, no trigrams: whole syllables, in pairs.

Vietnamese writes syllables apart; a single one says little ("đất"), two in a row say a lot ("thu hồi", "hồi đất").
"""

from itertools import pairwise

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
_COMPARED = 4000
# So many words look for candidates: more find no more and cost more.
_ASKED = 16


def words_to_look_for(title: str, content: str) -> list[str]:
    """Telling words, those of the title first; what is alike shares several of them."""
    told = [word for word in terms(f"{title} {content[:_COMPARED]}").split() if word not in _EMPTY]
    return [word for word in dict.fromkeys(told) if len(word) > 1][:_ASKED]


def likeness(title: str, content: str, other_title: str, other_content: str) -> float:
    """From 0 (nothing in common) to 1 (the same words in the same order), by titles or by the whole, what is more."""
    by_title = _shared(_pairs(title), _pairs(other_title))
    whole = _shared(
        _pairs(f"{title} {content[:_COMPARED]}"), _pairs(f"{other_title} {other_content[:_COMPARED]}")
    )
    return max(by_title, whole)


def _pairs(text: str) -> frozenset[tuple[str, ...]]:
    words = terms(text).split()
    return frozenset(pairwise(words)) if len(words) > 1 else frozenset((word,) for word in words)


def _shared(ours: frozenset[tuple[str, ...]], theirs: frozenset[tuple[str, ...]]) -> float:
    both = len(ours | theirs)
    return len(ours & theirs) / both if both else 0.0
