"""The passwords of the services and the product's keys, made once and kept beside the data, never in the database."""

import base64
import json
import secrets

from config.embedded.places import Place, write_closed
from config.embedded.trouble import Trouble


def keys_of(place: Place) -> dict[str, str]:
    """The keys of this place; made on the first call. Raises Trouble when there is data whose keys are gone."""
    path = place.folder / "keys.json"
    with place.lock("keys"):
        if not path.exists():
            if (place.folder / "postgres" / "data").exists():
                raise Trouble(
                    f"{path} is gone, and the data beside it cannot be read without it. Put it back from a backup, or"
                    f" remove {place.folder} to begin anew."
                )
            write_closed(path, json.dumps(_new_keys(), indent=2))
        keys: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return keys


def _new_keys() -> dict[str, str]:
    return {
        "ADMIN_PASSWORD": secrets.token_urlsafe(24),
        "OWNER_PASSWORD": secrets.token_urlsafe(24),
        "APP_PASSWORD": secrets.token_urlsafe(24),
        "VALKEY_PASSWORD": secrets.token_urlsafe(24),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "IDENTITY_KEYS": f"k1:{_key()}",
        "INDEX_KEY": _key(),
        "TRACKING_KEY": _key(),
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
