"""The contracts of import-linter name every module of the rooms that are built: a new one cannot slip past them."""

import tomllib

import pytest

from tests.architecture.source import PROJECT

# What translates between the rules and the outside; every other module is a rule.
EDGES = {
    "plans": {"api", "tasks", "listeners", "serializers", "filters", "views", "urls", "forms", "admin"},
    "bodies": {
        *(
            "admin",
            "api",
            "tasks",
            "serializers",
            "filters",
            "throttles",
            "tokens",
            "submissions",
            "shapes",
            "views",
            "urls",
            "forms",
            "sessions",
        ),
    },
    "cases": {
        *(
            "api",
            "tasks",
            "listeners",
            "serializers",
            "figure_serializers",
            "filters",
            "paging",
            "list_forms",
            "bulk_forms",
            "bulk_jobs",
            "view_forms",
        ),
        *("views", "urls", "forms", "form_fields", "list_reading"),
    },
    "feedback": {
        *("api", "listeners", "public_serializers", "serializers", "filters", "throttles"),
        *("naming", "views", "urls", "forms", "admin", "tasks", "reception_day_forms"),
    },
    "dialogues": {
        *("api", "tasks", "listeners", "public_serializers", "serializers", "filters", "throttles"),
        *("views", "urls", "forms", "admin", "recommendation_forms"),
    },
}
RULES = "The rules know neither Celery nor DRF"


def contracts():
    told = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    return told["tool"]["importlinter"]["contracts"]


def rules_of(room, files):
    """The modules of a room that are rules, by the names of its files."""
    names = {file.removesuffix(".py") for file in files if file.endswith(".py")} | {"models"}
    edges = EDGES[room] | {"__init__", "apps"} | {name for name in names if name.endswith(("_api", "_views"))}
    return {f"{room}.{name}" for name in names - edges}


def files_of(room):
    return [path.name for path in (PROJECT / room).glob("*.py")]


@pytest.mark.parametrize("room", EDGES)
def test_every_rule_is_kept_from_celery_and_drf(room):
    (contract,) = [each for each in contracts() if each["name"] == RULES]
    named = {module for module in contract["source_modules"] if module.split(".")[0] == room}
    assert named == rules_of(room, files_of(room))


@pytest.mark.parametrize("room", EDGES)
def test_the_layers_of_a_room_leave_no_module_out(room):
    (contract,) = [each for each in contracts() if each.get("containers") == [room]]
    assert contract["exhaustive"] is True
    assert set(contract["exhaustive_ignores"]) == {"apps", "migrations", "management"}


def test_a_new_rule_is_seen():
    assert rules_of("cases", ["api.py", "apps.py", "luck.py", "README.md"]) == {"cases.luck", "cases.models"}
