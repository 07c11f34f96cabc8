"""What the files of the deployment say, read in one place for the tests about them."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLE = (PROJECT / ".env.example").read_text(encoding="utf-8")
COMPOSE_TEXT = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = re.sub(r"\\\n", " ", (PROJECT / "Dockerfile").read_text(encoding="utf-8"))
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "deploy").glob("*.sh")}

# Services whose image is ours.
PRODUCT = [name for name, service in SERVICES.items() if "build" in service]
_INTERPOLATED = re.compile(r"(?<!\$)\$\{(?P<name>[A-Z_]+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}")


def example_values() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Of .env.example: what must be filled in, what shows a default, and what docker-compose.yml sets by itself."""
    for_compose, _, without_compose = EXAMPLE.partition("# --- Set by docker-compose.yml itself")
    assert without_compose
    return _assigned(for_compose, ""), _assigned(for_compose, "#"), _assigned(without_compose, "#")


def _assigned(text: str, mark: str) -> dict[str, str]:
    return dict(re.findall(rf"(?m)^{mark}([A-Z_]+)=(.*)$", text))


def interpolations() -> list[tuple[str, str, str]]:
    """Each ${NAME:-default} or ${NAME:?message} of docker-compose.yml as (name, ":-" or ":?", default or message)."""
    return [
        (found["name"], found["kind"] or "", found["rest"] or "")
        for found in _INTERPOLATED.finditer(COMPOSE_TEXT)
    ]


def interpolated(text: str, values: Mapping[str, str]) -> str:
    """As docker compose would fill it in from a .env with these values."""

    def value_of(found: re.Match[str]) -> str:
        value = values.get(found["name"], "")
        assert value or found["kind"] == ":-", f"{found['name']} is not set"
        return value or found["rest"]

    return _INTERPOLATED.sub(value_of, text).replace("$$", "$")


def environment_of(service: str, values: Mapping[str, str]) -> dict[str, str]:
    """The environment of a service's container."""
    return {
        name: interpolated(str(value), values) for name, value in SERVICES[service]["environment"].items()
    }


def variables_read_by_the_product() -> set[str]:
    """Every environment variable that the code of the image reads, found in its source."""
    return {name for path in product_files() for name in _variables_read(ast.parse(path.read_text("utf-8")))}


def product_files() -> Iterator[Path]:
    """The Python files that come into the image (.dockerignore leaves out the services of a demo)."""
    yield PROJECT / "manage.py"
    yield from (PROJECT / "deploy").glob("*.py")
    for room in ("bodies", "cases", "feedback", "dialogues", "plans", "config"):
        for path in (PROJECT / room).rglob("*.py"):
            if "embedded" not in path.parts and path.name != "bootstrap.py":
                yield path


def _variables_read(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        name = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            of = ast.unparse(node.func.value)
            if of == "env" or (of == "os.environ" and node.func.attr == "get") or node.func.attr == "getenv":
                name = node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            name = node.slice
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value


def command_text() -> str:
    """Every command that a container runs: of the services, their health checks, and the Dockerfile."""
    lines = re.findall(r"(?m)^(?:RUN|HEALTHCHECK|CMD) (.*)$", DOCKERFILE)
    for service in SERVICES.values():
        words = [*service.get("entrypoint", []), *service.get("command", [])]
        lines.append(" ".join([*words, *service.get("healthcheck", {}).get("test", [])]))
    # The list form of the Dockerfile reads like the others without its signs.
    return re.sub(r'[\[\]",]', "", "\n".join(lines))
