"""Installs what the project needs into the project's folder, with nothing on the machine but Python 3.11.

    python3 config/bootstrap.py [GROUP ...]

The packages and their hashes are those of uv.lock, the installer (uv) and its hashes those of config/uv.txt.
Nothing outside `.tools/` and `.venv/` is touched, apart from uv's own cache. Done before: ends at once. A machine
without Node gets the one from PyPI too (group `node`): config/npm.py needs its npm.
"""

import fcntl
import hashlib
import html.parser
import importlib.util
import json
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

try:
    import ssl
except ImportError:
    ssl = None  # type: ignore[assignment]

if sys.version_info < (3, 11):  # noqa: UP036 - the one file that an older Python may be asked to run
    sys.exit(
        "Python 3.11 or newer is needed, this is %d.%d. " % sys.version_info[:2]  # noqa: UP031
        + "Install it (Debian, Ubuntu: apt install python3.11) or name it: make PYTHON=/path/to/python3.11 ..."
    )

PROJECT = Path(__file__).resolve().parent.parent
PINNED = PROJECT / "config" / "uv.txt"
LOCK = PROJECT / "uv.lock"
PYPI = "https://pypi.org/simple"
# What a user has told pip is told to uv too, under uv's names, unless the user has told uv something else.
FROM_PIP = {
    "index-url": "UV_DEFAULT_INDEX",
    "proxy": "HTTPS_PROXY",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
}


class Trouble(Exception):
    """Something only a person can mend; its text says what is missing and what to do."""


def say(text):
    print(text, file=sys.stderr, flush=True)


# --- What is there already ---------------------------------------------------------------------------------------


class Environment:
    """The project's virtual environment, and the note in it of what was installed."""

    def __init__(self, project):
        self.folder = project / ".venv"
        self.python = self.folder / "bin" / "python"
        self.note = self.folder / "installed.json"

    def groups(self):
        return set(self._noted().get("groups", []))

    def holds(self, wanted):
        return self.python.exists() and self._noted() == wanted

    def write_down(self, wanted):
        self.note.write_text(json.dumps(wanted), encoding="utf-8")

    def drop_unusable(self, project):
        """Removes an environment whose Python is gone, or that was made in another folder: its scripts name it."""
        moved = self._noted().get("folder", str(project)) != str(project)
        if self.folder.exists() and (moved or not runs([self.python, "-c", ""])):
            say("The environment in .venv is no longer usable here; it is made anew.")
            shutil.rmtree(self.folder)

    def _noted(self):
        try:
            return json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}


def runs(command, env=None):
    try:
        return subprocess.run(command, env=env, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


# --- uv: by pip, by the pip that Python carries, by a plain download ------------------------------------------------


def uv_program(tools, settings):
    """The path of the pinned uv, fetched if it is not there. Raises Trouble."""
    home = tools / "uv"
    uv = home / "bin" / "uv"
    note = home / "pinned.txt"
    pinned = PINNED.read_text(encoding="utf-8")
    if uv.exists() and note.exists() and note.read_text(encoding="utf-8") == pinned:
        return uv
    say("Fetching uv, which installs the packages ...")
    failures = []
    first = ("pip", by_pip) if has_pip() else ("the pip inside Python", by_carried_pip)
    for name, way in (first, ("plain download", by_download)):
        fresh = Path(tempfile.mkdtemp(prefix="uv-", dir=tools))
        try:
            way(fresh, settings)
            (fresh / "pinned.txt").write_text(pinned, encoding="utf-8")
            if not runs([fresh / "bin" / "uv", "--version"]):
                raise Trouble("what was fetched does not run on this machine")
            shutil.rmtree(home, ignore_errors=True)
            fresh.rename(home)
            return uv
        except Trouble as trouble:
            failures.append(f"  by {name}: {trouble}")
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    raise Trouble(
        "uv, the installer of the packages, could not be fetched:\n"
        + "\n".join(failures)
        + "\nCheck that the package index can be reached (behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL)"
        " and run the same command again."
    )


def by_pip(target, settings):
    pip_install([sys.executable, "-m", "pip"], target, settings)


def by_carried_pip(target, settings):
    """Runs the pip that comes inside Python (ensurepip) from its wheel; nothing is installed into Python itself."""
    wheels = [
        wheel
        for folder in (sysconfig.get_config_var("WHEEL_PKG_DIR"), ensurepip_folder())
        if folder
        for wheel in sorted(Path(folder).glob("pip-*.whl"))
    ]
    if not wheels:
        raise Trouble("this Python has no pip and carries none")
    pip_install([sys.executable, str(wheels[-1] / "pip")], target, settings)


def has_pip():
    return importlib.util.find_spec("pip") is not None


def ensurepip_folder():
    found = importlib.util.find_spec("ensurepip")
    return Path(found.origin).parent / "_bundled" if found and found.origin else None


def pip_install(pip, target, settings):
    """--target is allowed where Python is "externally managed", and needs no venv module."""
    env = {**settings, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_ROOT_USER_ACTION": "ignore"}
    env.setdefault("PIP_RETRIES", "2")
    command = [
        *pip,
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]
    done = subprocess.run(
        [*command, "--require-hashes", "--target", target, "-r", PINNED],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        raise Trouble((errors or done.stderr.splitlines() or ["pip failed"])[-1].strip())


class Links(html.parser.HTMLParser):
    """File name -> address, from a page of a package index."""

    def __init__(self, page):
        super().__init__()
        self.found = {}
        self._address = page

    def handle_starttag(self, tag, attrs):
        href = dict(attrs).get("href")
        if tag == "a" and href:
            address = urllib.parse.urljoin(self._address, href).partition("#")[0]
            self.found[urllib.parse.unquote(address.rpartition("/")[2])] = address


def by_download(target, settings):
    """Takes the wheel from the index with Python's own means; its hash must be one of the pinned."""
    pinned = PINNED.read_text(encoding="utf-8")
    [version] = re.findall(r"^uv==(\S+)", pinned, re.MULTILINE)
    page = settings.get("UV_DEFAULT_INDEX", PYPI).rstrip("/") + "/uv/"
    links = Links(page)
    links.feed(fetch(page, settings).decode("utf-8", "replace"))
    name = wheel_for_this_machine(version, links.found)
    content = fetch(links.found[name], settings)
    if f"sha256:{hashlib.sha256(content).hexdigest()}" not in pinned:
        raise Trouble(f"{name} is not the file pinned in config/uv.txt")
    with tempfile.TemporaryFile() as file:
        file.write(content)
        with zipfile.ZipFile(file) as wheel:
            program = wheel.read(f"uv-{version}.data/scripts/uv")
    uv = target / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_bytes(program)
    uv.chmod(uv.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def wheel_for_this_machine(version, names):
    system = "macosx" if sys.platform == "darwin" else "manylinux"
    if sys.platform == "linux" and platform.libc_ver()[0] != "glibc":
        system = "musllinux"
    ending = f"_{platform.machine()}.whl"
    fitting = [n for n in names if n.startswith(f"uv-{version}-") and system in n and n.endswith(ending)]
    if not fitting:
        raise Trouble(f"there is no uv {version} for {platform.machine()} and {system}")
    return min(fitting)


def fetch(address, settings):
    if not address.startswith(("https://", "http://")):
        raise Trouble(f"{address} is not an address that can be downloaded from")
    if ssl is None:
        raise Trouble("this Python was built without TLS (the ssl module)")
    context = ssl.create_default_context(cafile=settings.get("SSL_CERT_FILE"))
    try:
        with urllib.request.urlopen(address, timeout=60, context=context) as answer:
            return answer.read()
    except (OSError, urllib.error.URLError) as error:
        raise Trouble(f"{address}: {error}") from None


# --- The packages -------------------------------------------------------------------------------------------------


def install(uv, environment, groups, settings):
    """Installs the locked packages of these groups beside what is there. Raises Trouble."""
    python = environment.python if environment.python.exists() else sys.executable
    say("Installing the packages of uv.lock ...")
    chosen = ["--frozen", "--no-default-groups", *(f"--group={group}" for group in sorted(groups))]
    if settings.get("UV_DEFAULT_INDEX", PYPI).rstrip("/") == PYPI:
        steps = [[uv, "sync", "--inexact", "--python", python, *chosen]]
    else:
        steps = from_another_index(uv, environment, python, chosen)
    for step in steps:
        if subprocess.run(step, cwd=PROJECT, env=settings, check=False).returncode != 0:
            raise Trouble(
                "The packages could not be installed (uv says why above). Check that the package index can be reached"
                " (behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL) and that the disk has 1 GB free, then run"
                " the same command again."
            )


def from_another_index(uv, environment, python, chosen):
    """The lock names files of pypi.org; a mirror must be asked by name. The hashes stay those of the lock."""
    listed = PROJECT / ".tools" / "requirements.txt"
    pip = [uv, "pip", "install", "--no-deps", "--require-hashes", "--python", environment.python]
    return [
        [uv, "export", "--quiet", "--no-header", "--output-file", listed, *chosen],
        *(
            []
            if environment.python.exists()
            else [[uv, "venv", "--quiet", "--python", python, environment.folder]]
        ),
        [*pip, "--requirement", listed],
    ]


def settings_for(environ, tools):
    """The environment for pip and uv: the user's own settings, and nothing that would lead uv elsewhere."""
    settings = {k: v for k, v in environ.items() if k not in {"VIRTUAL_ENV", "UV_LOCKED", "UV_FROZEN"}}
    if "UV_INDEX_URL" in settings:
        settings.setdefault("UV_DEFAULT_INDEX", settings["UV_INDEX_URL"])
    for option, value in pip_settings(environ).items():
        settings.setdefault(FROM_PIP[option], value)
    settings.update(UV_PROJECT_ENVIRONMENT=str(PROJECT / ".venv"), UV_PYTHON_DOWNLOADS="never")
    if "UV_CACHE_DIR" not in settings and not cache_is_writable(settings):
        settings["UV_CACHE_DIR"] = str(tools / "cache")
    return settings


def pip_settings(environ):
    """What pip is told by its own files and by PIP_... variables, as far as uv needs to know it."""
    told = {}
    if has_pip():
        listed = subprocess.run(
            [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
        ).stdout
        found = dict(re.findall(r"^(?:global|install)\.([\w-]+)='(.*)'$", listed, re.MULTILINE))
        told = {option: found[option] for option in FROM_PIP if found.get(option)}
    for option in FROM_PIP:
        value = environ.get("PIP_" + option.upper().replace("-", "_"))
        if value:
            told[option] = value
    return told


def cache_is_writable(settings):
    home = settings.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    while not os.path.exists(home):
        home = os.path.dirname(home) or "/"
    return os.access(home, os.W_OK | os.X_OK)


def prepare(groups):
    environment = Environment(PROJECT)
    groups = set(groups) | environment.groups()
    if shutil.which("npm") is None:
        groups.add("node")
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    wanted = {"lock": lock, "groups": sorted(groups), "folder": str(PROJECT)}
    if environment.holds(wanted):
        return
    tools = PROJECT / ".tools"
    tools.mkdir(exist_ok=True)
    with open(tools / "lock", "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if environment.holds(wanted):
            return
        settings = settings_for(os.environ, tools)
        uv = uv_program(tools, settings)
        environment.drop_unusable(PROJECT)
        install(uv, environment, groups, settings)
        environment.write_down(wanted)


if __name__ == "__main__":
    try:
        prepare(sys.argv[1:])
    except Trouble as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"{error}. The project's folder must be writable for the one who runs make.")
