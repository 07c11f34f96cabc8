"""The browser that the tests look at pages with: Debian's Chromium, installed where this may be done.

python -m config.chromium     installs it as root with apt; elsewhere says what is missing, and ends well
"""

import os
import shutil
import subprocess
import sys


def program() -> str | None:
    """The path of Chromium on this machine."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def prepare() -> None:
    if program():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        _say("There is no Chromium here: the tests in a browser are left out (Debian: apt install chromium).")
        return
    _say("Installing Chromium, for the tests in a browser ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run(["apt-get", *step], env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            _say("Chromium could not be installed: the tests in a browser are left out.")
            return


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    prepare()
