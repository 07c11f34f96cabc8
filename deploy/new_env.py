"""Prints a whole .env for docker-compose.yml: .env.example with a fresh secret in place of each placeholder.

    python deploy/new_env.py NAME [NAME ...] > .env

NAME is what people type into the browser, such as langnghe.example.vn, or the address of the server. Python alone is
enough, so it runs inside the image (docs/deploy.md) as well as on any machine. It writes nothing by itself.
"""

import base64
import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent / ".env.example"
_NAME = re.compile(r"[A-Za-z0-9.:\[\]-]+")


def new_env(example: str, names: Sequence[str]) -> str:
    """The example with every `change-me-…` filled in: a key is 32 bytes in base64, a text is safe inside an address."""
    fill_in = {
        "change-me-names": lambda: ",".join(names),
        "change-me-name": lambda: names[0],
        "change-me-key": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
        "change-me-text": lambda: secrets.token_urlsafe(48),
    }
    return re.sub(r"(?m)(?<=[=:/])change-me-\w+$", lambda found: fill_in[found.group()](), example)


def main(names: Sequence[str]) -> int:
    if not names or not all(_NAME.fullmatch(name) for name in names):
        print(f"{(__doc__ or '').strip()}", file=sys.stderr)
        return 2
    sys.stdout.write(new_env(EXAMPLE.read_text(encoding="utf-8"), names))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
