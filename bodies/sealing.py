"""The cryptography of sealed identities: boxes that only the key opens, and hashes that only find an equal value. Pure.

A box is AES-256-GCM with a random 96-bit nonce in front. Bound into it are the token of its row and the id of its key,
so that a box moved to another row, or said to be under another key, does not open.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

_NONCE, _TAG = 12, 16
_DOMAIN = b"lang-nghe/identity/1/"
# The length of a box must not tell the length of a name: it is filled up with spaces, which JSON ignores.
_BLOCK = 128


class CannotOpen(Exception):
    """A box stays shut. The sentence tells why and nothing of what is inside."""


class UnknownKey(CannotOpen):
    """The box was sealed with a key that this installation does not have."""

    def __init__(self, key_id: str) -> None:
        super().__init__(_("IDENTITY_KEYS has no key with the id %(key)s.") % {"key": key_id})
        self.key_id = key_id


@dataclass(frozen=True, slots=True)
class Box:
    """What is stored of a sealed text: the bytes, and the id of the key that opens them."""

    key_id: str
    content: bytes


def seal(text: bytes, *, token: UUID, keys: Mapping[str, bytes]) -> Box:
    """Seal a JSON text for the row with this token, with the first of the keys."""
    key_id, key = next(iter(keys.items()))
    nonce = secrets.token_bytes(_NONCE)
    filled = text.ljust(-(-len(text) // _BLOCK) * _BLOCK)
    return Box(key_id, nonce + _cipher(key).encrypt(nonce, filled, _bound(token, key_id)))


def unseal(box: Box, *, token: UUID, keys: Mapping[str, bytes]) -> bytes:
    """The text in the box. Raises UnknownKey, or CannotOpen: wrong key, wrong row, or a byte was changed."""
    key = keys.get(box.key_id)
    if key is None:
        raise UnknownKey(box.key_id)
    if len(box.content) < _NONCE + _TAG:
        raise CannotOpen(_("This sealed identity is damaged."))
    nonce, sealed = box.content[:_NONCE], box.content[_NONCE:]
    try:
        return _cipher(key).decrypt(nonce, sealed, _bound(token, box.key_id))
    except InvalidTag:
        pass
    raise CannotOpen(_("This sealed identity was changed, moved to another row, or sealed with another key."))


def keyed_hash(value: str, *, of: str, key: bytes) -> bytes:
    """What an index holds of a value: the same for equal values of the same field, and telling nothing else."""
    return hmac.digest(key, f"lang-nghe/index/1/{of}\0{value}".encode(), "sha256")


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _bound(token: UUID, key_id: str) -> bytes:
    return _DOMAIN + token.bytes + key_id.encode()
