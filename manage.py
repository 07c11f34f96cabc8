#!/usr/bin/env python
"""Django's command line for Lắng Nghe."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Tables belong to the owner role. Everything else signs in as the app role, which may not rewrite history.
    if sys.argv[1:2] == ["migrate"] and "DATABASE_OWNER_URL" in os.environ:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
