"""The start refuses every secret that is not one, and says which; a fresh .env starts the product as composed."""

import os
import subprocess
import sys

import pytest

from config import env
from deploy.new_env import new_env
from tests.config.deployment import EXAMPLE, PRODUCT, PROJECT, environment_of, example_values

FRESH = {
    name: value
    for name, _, value in (line.partition("=") for line in new_env(EXAMPLE, ["site.example.vn"]).splitlines())
    if name.isupper()
}
WEB = environment_of("web", FRESH)
PLAIN = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}


def start(environment, *command):
    """Runs a command in this environment and no other."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env=PLAIN | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def refused(**change):
    """The last line of what the settings say to this change of the environment of `web`. They must not load."""
    environment = {name: value for name, value in (WEB | change).items() if value is not None}
    started = start(environment, "-c", "import config.settings")
    assert started.returncode != 0
    return started.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("service", PRODUCT)
def test_a_fresh_env_starts_each_service_and_django_finds_nothing_to_warn_of(service):
    started = start(
        environment_of(service, FRESH), "manage.py", "check", "--deploy", "--fail-level", "WARNING"
    )
    assert started.returncode == 0, started.stderr


def test_the_example_as_it_is_does_not_start():
    secrets, _, _ = example_values()
    started = start(environment_of("web", secrets), "manage.py", "check")
    assert started.returncode != 0
    assert "still holds the placeholder of .env.example" in started.stderr


@pytest.mark.parametrize(
    "name",
    [
        "SECRET_KEY",
        "DATABASE_URL",
        "REDIS_URL",
        "IDENTITY_KEYS",
        "INDEX_KEY",
        "TRACKING_KEY",
        "ALLOWED_HOSTS",
        "SITE_URL",
    ],
)
def test_a_placeholder_is_refused_by_name(name):
    secrets, _, _ = example_values()
    assert f"{name} still holds the placeholder" in refused(**{name: environment_of("web", secrets)[name]})


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "IDENTITY_KEYS", "INDEX_KEY", "TRACKING_KEY"]
)
def test_an_empty_secret_is_refused_by_name(name):
    assert f"The environment variable {name} is not set" in refused(**{name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [("IDENTITY_KEYS", f"k1:{env.STAND_IN}"), ("INDEX_KEY", env.STAND_IN), ("TRACKING_KEY", env.STAND_IN)],
)
def test_the_stand_in_key_is_refused_where_debugging_is_off(name, value):
    assert f"{name} is the stand-in" in refused(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "postgres://app@database/lang_nghe"), ("REDIS_URL", "redis://valkey:6379/0")],
)
def test_a_service_without_a_password_is_refused_where_debugging_is_off(name, value):
    assert f"{name} has no password" in refused(**{name: value})


def test_a_short_signing_key_is_refused():
    assert "at least 32 characters" in refused(SECRET_KEY="short")


def test_debugging_needs_no_secret_of_ones_own():
    environment = {"DEBUG": "1", "DATABASE_URL": "postgres:///lang_nghe", "REDIS_URL": "redis://localhost"}
    assert start(environment, "-c", "import config.settings").returncode == 0


def test_a_secret_may_stand_in_a_file_and_a_missing_file_is_named(tmp_path):
    (tmp_path / "key").write_text(WEB["INDEX_KEY"] + "\n", encoding="utf-8")
    environment = WEB | {"INDEX_KEY": "", "INDEX_KEY_FILE": str(tmp_path / "key")}
    assert start(environment, "-c", "import config.settings").returncode == 0
    assert "INDEX_KEY_FILE" in refused(INDEX_KEY="", INDEX_KEY_FILE=str(tmp_path / "none"))


# --- A fresh .env -------------------------------------------------------------------------------------------------


def test_the_script_prints_the_whole_example_with_every_placeholder_filled_in():
    made = start({}, "deploy/new_env.py", "site.example.vn", "10.0.0.5")
    assert made.returncode == 0
    assert "change-me-" not in made.stdout
    assert "ALLOWED_HOSTS=site.example.vn,10.0.0.5" in made.stdout.splitlines()
    assert "SITE_URL=https://site.example.vn" in made.stdout.splitlines()
    assert [line.partition("=")[0] for line in made.stdout.splitlines()] == [
        line.partition("=")[0] for line in EXAMPLE.splitlines()
    ]


def test_no_secret_is_made_twice():
    once, twice = new_env(EXAMPLE, ["a"]).splitlines(), new_env(EXAMPLE, ["a"]).splitlines()
    secrets, _, _ = example_values()
    values = [line.partition("=")[2] for line in [*once, *twice] if line.partition("=")[0] in secrets]
    assert len(set(values)) == 2 * (len(secrets) - 2) + 2  # names and address of the site are the same


@pytest.mark.parametrize("names", [[], ["two words"], ["$(id)"]])
def test_without_a_name_the_script_prints_how_it_is_used_and_no_secret(names):
    made = start({}, "deploy/new_env.py", *names)
    assert made.returncode == 2
    assert made.stdout == ""
    assert "deploy/new_env.py NAME" in made.stderr
