"""docker-compose.yml, Dockerfile, .env.example and the proxy: they fit together, and name only what there is."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.config.deployment import (
    COMPOSE,
    DOCKERFILE,
    EXAMPLE,
    PRODUCT,
    PROJECT,
    SCRIPTS,
    SERVICES,
    command_text,
    example_values,
    interpolations,
    product_files,
    variables_read_by_the_product,
)

BIN = Path(sys.executable).parent
LONG_RUNNING = [name for name, service in SERVICES.items() if service["restart"] == "unless-stopped"]
# What the images of others read by themselves.
_OF_THE_IMAGES = {
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "POSTGRES_INITDB_ARGS",
    "PGHOST",
    "PGUSER",
    "PGPASSWORD",
    "TZ",
}


def test_the_compose_file_is_one_by_the_compose_specification():
    checked = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", PROJECT / "docker-compose.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


# --- Settings -----------------------------------------------------------------------------------------------------


def test_every_variable_the_product_reads_is_explained_in_the_example():
    secrets, defaults, of_compose = example_values()
    told = secrets.keys() | defaults.keys() | of_compose.keys()
    assert variables_read_by_the_product() - told == set()


def test_every_variable_of_the_example_is_read_by_somebody():
    secrets, defaults, of_compose = example_values()
    filled_in = {name for name, _, _ in interpolations()}
    assert (secrets.keys() | defaults.keys()) - filled_in == set()
    assert of_compose.keys() - variables_read_by_the_product() == set()


def test_what_must_be_filled_in_is_what_the_compose_file_insists_on():
    secrets, _, _ = example_values()
    assert {name for name, kind, _ in interpolations() if kind == ":?"} == set(secrets)


def test_what_must_be_filled_in_holds_a_placeholder_and_nothing_else_does():
    secrets, defaults, of_compose = example_values()
    assert [name for name, value in secrets.items() if "change-me-" not in value] == []
    assert "change-me" not in "".join([*defaults.values(), *of_compose.values()])


def test_a_default_of_the_compose_file_is_the_one_the_example_shows():
    _, defaults, _ = example_values()
    told = {name: rest for name, kind, rest in interpolations() if kind == ":-"}
    assert set(told) == set(defaults)
    assert {name: rest for name, rest in told.items() if rest} == {
        name: defaults[name] for name, rest in told.items() if rest
    }


@pytest.mark.parametrize("service", PRODUCT)
def test_every_variable_given_to_a_service_of_ours_is_read_by_it(service):
    assert SERVICES[service]["environment"].keys() - variables_read_by_the_product() == set()


@pytest.mark.parametrize("service", [name for name in SERVICES if name not in PRODUCT])
def test_every_variable_given_to_a_service_of_others_is_read_by_its_script_or_image(service):
    scripts = "".join(text for name, text in SCRIPTS.items() if name in str(SERVICES[service]))
    given = set(SERVICES[service].get("environment", {})) - _OF_THE_IMAGES
    assert {name for name in given if not re.search(rf"\b{name}\b", scripts)} == set()


def test_only_those_who_change_tables_know_the_owners_password():
    knowing = {
        name for name, service in SERVICES.items() if "OWNER_PASSWORD" in str(service.get("environment"))
    }
    assert knowing == {"database", "migrate", "backup", "restore"}


def test_nothing_switches_debugging_on_or_tls_off():
    given = {name for service in SERVICES.values() for name in service.get("environment", {})}
    assert given & {"DEBUG", "INSECURE_HTTP"} == set()


# --- Commands -----------------------------------------------------------------------------------------------------


def test_every_management_command_exists():
    named = set(re.findall(r"manage\.py (\w+)", command_text()))
    assert {"migrate", "check", "load_rules", "load_calendar", "collectstatic"} <= named
    assert named - set(get_commands()) == set()


def test_the_manual_names_only_commands_services_and_files_that_exist():
    manual = (PROJECT / "docs/deploy.md").read_text("utf-8")
    commands = set(re.findall(r"manage\.py (\w+)", manual))
    assert "rotate_identity_keys" in commands
    assert commands - set(get_commands()) == set()
    services = set(
        re.findall(r"docker compose(?: -p \w+)? (?:exec|run --rm|up -d|logs|stop) ([a-z]+)", manual)
    )
    assert {"web", "restore", "migrate"} <= services
    assert services - set(SERVICES) == set()
    files = set(re.findall(r"`?\b((?:deploy|bodies)/[\w./-]+\.\w+)", manual))
    assert files
    assert [file for file in files if not (PROJECT / file).exists()] == []
    secrets, defaults, _ = example_values()
    named = set(re.findall(r"\b[A-Z]+_[A-Z_]+\b", manual))
    assert named - secrets.keys() - defaults.keys() == set()


def test_every_script_and_module_exists():
    scripts = set(re.findall(r"(?<![\w/])((?:config|deploy)/\w+\.py)", command_text()))
    assert {"deploy/ready.py", "config/gunicorn.py"} <= scripts
    assert [script for script in scripts if not (PROJECT / script).is_file()] == []
    modules = set(re.findall(r"-m (config[\w.]*)", command_text()))
    assert modules
    assert [module for module in modules if importlib.util.find_spec(module) is None] == []


def test_gunicorn_accepts_its_settings():
    words = re.findall(r'(?m)^CMD \["gunicorn", (.*)\]$', DOCKERFILE)[0].replace('"', "").split(", ")
    checked = subprocess.run(
        [BIN / "gunicorn", "--check-config", *words], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_celery_knows_the_options_it_is_given(service):
    program, *words = SERVICES[service]["command"]
    checked = subprocess.run(
        [BIN / program, *words, "--help"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert f"{service} [OPTIONS]" in checked.stdout


def test_every_file_that_is_mounted_is_there_and_the_database_script_may_be_run():
    mounted = {volume for service in SERVICES.values() for volume in service.get("volumes", [])}
    files = {volume.split(":")[0] for volume in mounted if volume.startswith("./")}
    assert len(files) == 5
    assert [file for file in files if not (PROJECT / file).is_file()] == []
    assert os.access(PROJECT / "deploy/database-init.sh", os.X_OK)


def test_every_volume_and_network_is_declared():
    used = {
        volume.split(":")[0]
        for s in SERVICES.values()
        for volume in s.get("volumes", [])
        if volume[0] not in "./$"
    }
    assert used | {"backups"} == set(COMPOSE["volumes"])
    assert {network for service in SERVICES.values() for network in service["networks"]} == set(
        COMPOSE["networks"]
    )


# --- Safety -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_closed_in(service):
    settings = SERVICES[service]
    assert settings["read_only"] is True
    assert settings["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in settings["security_opt"]
    assert settings["logging"]["options"].keys() == {"max-size", "max-file"}
    assert "privileged" not in settings


@pytest.mark.parametrize("service", LONG_RUNNING)
def test_every_lasting_service_runs_without_root_and_says_how_it_is(service):
    assert "cap_add" not in SERVICES[service]
    assert service in PRODUCT or SERVICES[service]["user"] in {"postgres", "valkey", "nginx"}
    assert "test" in SERVICES[service].get("healthcheck", {}) or service == "web"


def test_only_the_proxy_can_be_reached_and_data_has_no_way_out():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    closed = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    assert {name for name, s in SERVICES.items() if not set(s["networks"]) <= closed} == {"proxy", "worker"}
    assert "inside" not in SERVICES["proxy"]["networks"]


@pytest.mark.parametrize("service", ["worker", "web"])
def test_a_service_that_can_be_several_has_nothing_of_which_there_is_one(service):
    assert SERVICES[service].keys() & {"container_name", "ports", "hostname", "mac_address"} == set()


def test_web_takes_petitions_in_without_the_broker():
    assert "valkey" not in SERVICES["web"]["depends_on"]


def test_nobody_works_before_the_tables_are_there():
    waiting = [s for s in ("web", "worker", "beat") if SERVICES[s]["depends_on"]["migrate"]["condition"]]
    assert waiting == ["web", "worker", "beat"]
    assert {SERVICES[s]["depends_on"]["migrate"]["condition"] for s in waiting} == {
        "service_completed_successfully"
    }


# --- Image --------------------------------------------------------------------------------------------------------


def test_the_version_of_the_image_is_that_of_the_project():
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert {SERVICES[name]["image"] for name in PRODUCT} == {f"lang-nghe:${{LANG_NGHE_VERSION:-{version}}}"}


def test_the_last_stage_runs_without_root_and_without_tools():
    stages = re.split(r"(?m)^FROM ", DOCKERFILE)[1:]
    assert len(stages) == 2
    assert re.findall(r"(?m)^USER (\S+)", stages[-1]) == ["lang-nghe"]
    assert re.search(r"apt-get|\buv\b|\bpip install|gcc|COPY \. ", stages[-1]) is None
    assert stages[-1].index("USER lang-nghe") > stages[-1].rindex("RUN ")


def test_packages_come_from_the_lock_with_their_hashes_and_without_the_tools_of_development():
    assert re.search(r"pip install .*--require-hashes --requirement config/uv\.txt", DOCKERFILE)
    assert re.search(r"uv sync --frozen --no-default-groups --no-build\b", DOCKERFILE)


def test_what_the_image_copies_is_there():
    copied = [words.split()[:-1] for words in re.findall(r"(?m)^COPY (?!--from)(.*)$", DOCKERFILE)]
    assert copied
    assert [name for names in copied for name in names if not (PROJECT / name).exists()] == []
    assert set(re.findall(r"COPY --from=(\w+)", DOCKERFILE)) <= set(
        re.findall(r"(?m)^FROM .* AS (\w+)", DOCKERFILE)
    )


def test_the_image_takes_in_every_room_and_nothing_it_does_not_need():
    lines = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and line[0] != "#"]
    taken = [rule[1:] for rule in rules if rule.startswith("!")]
    assert rules[0] == "*"
    assert [name for name in taken if not list(PROJECT.glob(name))] == []
    assert {"bodies", "cases", "feedback", "dialogues", "plans", "config", "locale"} <= set(taken)
    assert {"config/embedded", "config/bootstrap.py"} <= set(rules)


def test_nothing_in_the_image_needs_what_is_left_out_of_it():
    def imported(path):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{name.name}" for name in node.names)
            elif isinstance(node, ast.Import):
                yield from (name.name for name in node.names)

    left_out = re.compile(r"config\.(embedded|bootstrap)\b|tests\b|bench\b")
    assert [path for path in product_files() if any(left_out.match(name) for name in imported(path))] == []


# --- Proxy --------------------------------------------------------------------------------------------------------

NGINX = (PROJECT / "deploy/nginx.conf").read_text("utf-8")


def test_the_proxy_writes_down_no_query_referrer_or_browser():
    written = re.findall(r"log_format .*?;", NGINX, re.DOTALL)
    assert len(written) == 1
    variables = set(re.findall(r"\$(\w+)", written[0]))
    assert (
        variables & {"request", "request_uri", "args", "query_string", "http_referer", "http_user_agent"}
        == set()
    )
    assert re.findall(r"(?m)^\s*access_log (.*);", NGINX) == ["/dev/stdout line", "off"]
    assert re.findall(r"(?m)^\s*error_log (.*);", NGINX) == ["/dev/stderr alert"]


def test_the_proxy_keeps_figures_inside_and_sets_the_headers():
    closed = re.findall(r"location ~ (\S+) \{\s*return 404;", NGINX)
    assert len(closed) == 1
    for path in ("/metrics", "/metrics/", "/readyz"):
        assert re.search(closed[0], path)
    assert not re.search(closed[0], "/healthz")
    headers = set(re.findall(r"add_header (\S+) .* always;", NGINX))
    assert {"Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options"} <= headers
    assert "X-Forwarded-For $remote_addr" in NGINX


def test_the_example_fits_on_a_screen_line():
    assert [line for line in EXAMPLE.splitlines() if len(line) > 120] == []
