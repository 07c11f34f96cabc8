"""Asks the web server of this machine whether it is ready to serve: the health check of its container. Ends with 1 if not.

    python deploy/ready.py

It asks under the first name of ALLOWED_HOSTS, because the product answers to no other.
"""

import os
import sys
import urllib.error
import urllib.request

ADDRESS = "http://127.0.0.1:8000/readyz"


def ready(address: str, host: str) -> bool:
    request = urllib.request.Request(address, headers={"Host": host})  # noqa: S310 - the address is our own
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False


if __name__ == "__main__":
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".") or "localhost"
    sys.exit(0 if ready(ADDRESS, host) else 1)
