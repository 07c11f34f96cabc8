"""The first thing a fresh machine runs: real Pythons, a real package index (ours, on a free port), no network."""

import hashlib
import http.server
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
VERSION = "0.13.8"
# What stands in for uv: it tells what it was asked, and makes an environment.
UV = """#!/bin/sh
echo "$UV_DEFAULT_INDEX $*" >> "$UV_TOLD"
case "$1" in
    sync|venv) mkdir -p .venv/bin && ln -sf "$UV_PYTHON_LINK" .venv/bin/python ;;
esac
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with nothing installed yet."""
    project = tmp_path / "project"
    (project / "config").mkdir(parents=True)
    for name in ("uv.lock", "config/bootstrap.py", "config/uv.txt"):
        shutil.copy(PROJECT / name, project / name)
    return project


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """A Python without pip and without the pip that Python carries, as on a minimal machine."""
    library = tmp_path / "bare" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    library.mkdir(parents=True)
    for entry in Path(sysconfig.get_path("stdlib")).iterdir():
        if entry.name not in {"ensurepip", "site-packages", "dist-packages"}:
            (library / entry.name).symlink_to(entry)
    python = tmp_path / "bare" / "python"
    python.write_text(
        f'#!/bin/sh\nPYTHONHOME={tmp_path / "bare"} exec {os.path.realpath(sys.executable)} "$@"\n'
    )
    python.chmod(0o755)
    return python


@pytest.fixture
def index(tmp_path: Path):
    """A package index with one package: a uv of ours. The fixture is its address."""
    folder = tmp_path / "index"
    name = f"uv-{VERSION}-py3-none-manylinux_2_17_{platform.machine()}.whl"
    (folder / "simple" / "uv").mkdir(parents=True)
    with zipfile.ZipFile(folder / name, "w") as wheel:
        script = zipfile.ZipInfo(f"uv-{VERSION}.data/scripts/uv")
        script.external_attr = 0o755 << 16
        wheel.writestr(script, UV)
        wheel.writestr(
            f"uv-{VERSION}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: uv\nVersion: {VERSION}\n"
        )
        wheel.writestr(f"uv-{VERSION}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n")
        wheel.writestr(f"uv-{VERSION}.dist-info/RECORD", "")
    (folder / "simple" / "uv" / "index.html").write_text(f'<a href="../../{name}">{name}</a>')

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()
        thread.join()


def pin(project: Path, index_folder: Path) -> None:
    """Pins the hash of our own uv."""
    [wheel] = index_folder.glob("*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (project / "config" / "uv.txt").write_text(f"uv=={VERSION} \\\n    --hash=sha256:{digest}\n")


def bootstrap(python: str | Path, project: Path, *groups: str, **environment: str):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    told = {"UV_TOLD": str(project / "told"), "UV_PYTHON_LINK": sys.executable, "PIP_RETRIES": "0"}
    return subprocess.run(
        [python, project / "config" / "bootstrap.py", *groups],
        env={**kept, "PIP_CONFIG_FILE": os.devnull, **told, **environment},
        capture_output=True,
        text=True,
        timeout=100,
    )


def told(project: Path) -> str:
    return (project / "told").read_text()


def test_an_older_python_is_refused_with_a_sentence(project):
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 2);"
        f"runpy.run_path({str(project / 'config' / 'bootstrap.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed, this is 3.9.")
    assert not (project / ".tools").exists()


def test_make_says_what_to_do_when_there_is_no_python(tmp_path):
    for name in ("sh", "test", "echo"):
        (tmp_path / name).symlink_to(shutil.which(name))
    done = subprocess.run(
        [shutil.which("make"), "-C", PROJECT, "demo"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed and was not found." in done.stderr


def test_without_pip_and_without_the_index_one_is_told_both_and_what_to_do(project, bare_python):
    done = bootstrap(bare_python, project, "embedded", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert done.returncode == 1
    assert "this Python has no pip and carries none" in done.stderr
    assert "http://127.0.0.1:9/simple/uv/" in done.stderr
    assert "HTTPS_PROXY" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / ".venv").exists()


def test_a_wheel_that_is_not_the_pinned_one_is_refused(project, bare_python, index):
    done = bootstrap(bare_python, project, "embedded", PIP_INDEX_URL=index)
    assert done.returncode == 1
    assert "is not the file pinned in config/uv.txt" in done.stderr
    assert not (project / ".tools" / "uv").exists()


@pytest.mark.parametrize("way", ["plain download", "the pip that Python carries"])
def test_uv_comes_from_the_users_index_and_is_told_of_it(way, project, bare_python, index, tmp_path):
    pin(project, tmp_path / "index")
    python = bare_python if way == "plain download" else sys.executable
    done = bootstrap(python, project, "embedded", PIP_INDEX_URL=index)
    assert done.returncode == 0, done.stderr
    lines = told(project).splitlines()
    assert all(line.startswith(index) for line in lines[1:])
    assert "--frozen --no-default-groups --group=embedded" in told(project)
    assert "--require-hashes" in told(project)


def test_what_is_installed_is_not_installed_again(project, bare_python, index, tmp_path):
    pin(project, tmp_path / "index")
    bootstrap(bare_python, project, "embedded", PIP_INDEX_URL=index)
    before = told(project)
    began = time.monotonic()
    done = bootstrap(bare_python, project, "embedded", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert (done.returncode, done.stderr) == (0, "")
    # On any machine sooner than it could be installed.
    assert time.monotonic() - began < 5
    assert told(project) == before


def test_a_changed_lock_and_a_further_group_are_installed_and_groups_are_kept(
    project, bare_python, index, tmp_path
):
    pin(project, tmp_path / "index")
    for group in ("dev", "embedded"):
        bootstrap(bare_python, project, group, PIP_INDEX_URL=index)
    assert json.loads((project / ".venv" / "installed.json").read_text())["groups"] == ["dev", "embedded"]
    with (project / "uv.lock").open("a") as lock:
        lock.write("# newer\n")
    before = told(project)
    bootstrap(bare_python, project, "embedded", PIP_INDEX_URL=index)
    assert "--group=dev --group=embedded" in told(project).removeprefix(before)


def test_an_environment_made_in_another_folder_is_made_anew(project, bare_python, index, tmp_path):
    pin(project, tmp_path / "index")
    bootstrap(bare_python, project, "embedded", PIP_INDEX_URL=index)
    (project / ".venv" / "of-the-old-folder").touch()
    moved = project.rename(tmp_path / "moved")
    done = bootstrap(bare_python, moved, "embedded", PIP_INDEX_URL=index)
    assert done.returncode == 0, done.stderr
    assert not (moved / ".venv" / "of-the-old-folder").exists()
    assert (moved / ".venv" / "installed.json").exists()
