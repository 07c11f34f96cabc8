"""Every field of every table is declared personal or not, with how long it is kept; nothing is declared that is not."""

import pytest
import yaml
from django.apps import apps
from django.db import models

from tests.architecture.source import PROJECT, ROOMS


def fields_of(model):
    fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
    # A number that the database gives tells nothing.
    return {field.name for field in fields if not isinstance(field, models.AutoField | models.BigAutoField)}


def tables_of(room):
    return {model.__name__: fields_of(model) for model in apps.get_app_config(room).get_models()}


def register_of(room):
    path = PROJECT / room / "data" / "personal_data.yaml"
    return (
        yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {"keeping": {}, "tables": {}}
    )


def faults(tables, register):
    """What the register lacks, has too much of, or says twice."""
    declared, keeping = register["tables"], register["keeping"]
    found = [f"{name}: no such table" for name in declared.keys() - tables.keys()]
    found += [f"{name}: {why!r} is no time of keeping" for name, why in _kept(declared) if why not in keeping]
    found += [
        f"{why}: no table is kept like this" for why in keeping.keys() - {why for _, why in _kept(declared)}
    ]
    for name, fields in tables.items():
        entry = declared.get(name, {"personal": [], "other": []})
        said = [*entry["personal"], *entry["other"]]
        found += [f"{name}.{field}: personal or not?" for field in fields - set(said)]
        found += [f"{name}.{field}: no such field" for field in set(said) - fields]
        found += [f"{name}.{field}: said twice" for field in set(said) if said.count(field) > 1]
    return sorted(found)


def _kept(declared):
    return [(name, entry["kept"]) for name, entry in declared.items()]


@pytest.mark.parametrize("room", ROOMS)
def test_every_field_is_declared_personal_or_not_and_how_long_it_is_kept(room):
    assert faults(tables_of(room), register_of(room)) == []


def test_there_are_tables_to_declare():
    assert {"Person", "User"} <= tables_of("bodies").keys()
    assert "Case" in tables_of("cases")
    assert "Petitioner" in tables_of("feedback")


@pytest.mark.parametrize("field", ["box", "name_index", "phone_index", "id_number_index"])
def test_what_is_sealed_is_personal(field):
    assert field in register_of("bodies")["tables"]["Person"]["personal"]


def test_whoever_links_to_a_person_or_a_member_of_staff_says_so():
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for field in model._meta.local_fields:
                if field.is_relation and field.related_model.__name__ in {"Person", "User"}:
                    assert field.name in register_of(room)["tables"][model.__name__]["personal"], (
                        model,
                        field,
                    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"personal": []}, "A.name: personal or not?"),
        ({"other": ["code", "gone"]}, "A.gone: no such field"),
        ({"other": ["code", "name"]}, "A.name: said twice"),
        ({"kept": "for_ever"}, "A: 'for_ever' is no time of keeping"),
    ],
)
def test_a_register_that_does_not_fit_is_seen(change, fault):
    register = {
        "keeping": {"k": "."},
        "tables": {"A": {"kept": "k", "personal": ["name"], "other": ["code"]}},
    }
    assert faults({"A": {"name", "code"}}, register) == []
    register["tables"]["A"] |= change
    assert fault in faults({"A": {"name", "code"}}, register)


def test_a_table_without_an_entry_and_an_entry_without_a_table_are_seen():
    register = {"keeping": {"k": "."}, "tables": {"Old": {"kept": "k", "personal": [], "other": []}}}
    assert faults({"New": {"name"}}, register) == ["New.name: personal or not?", "Old: no such table"]
