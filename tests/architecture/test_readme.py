"""What the README tells a newcomer to call is there: addresses, commands, files, logins."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import resolve

from config import demo_data

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOUR = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))
# What stands for a variable of the shell in an address.
FOR = {"REF": "2024-que-ubnd-000001", "DIALOGUE": "2026-que-dang-uy-dt-001", "1": "2024-que-ubnd-000001"}


def addresses():
    for found in re.findall(r"\$A(/[^\s\"?]*)", TOUR):
        yield re.sub(r"\$(\w+)", lambda name: FOR.get(name[1], "abc"), found)


def test_it_has_a_tour():
    assert len(set(addresses())) > 12


@pytest.mark.parametrize("address", sorted(set(addresses())))
def test_every_address_of_the_tour_is_one_of_ours(address):
    assert resolve(address).func


def test_every_command_is_there():
    called = {found.split()[0] for found in re.findall(r'manage ARGS="?([^"`\s]+)', README)}
    assert len(called) >= 5
    assert called <= set(get_commands())


def test_every_target_of_make_is_in_the_makefile():
    made = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert made >= {"demo", "test"}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert made <= targets


def test_every_link_leads_to_a_file():
    linked = [link for link in re.findall(r"\]\(([^)#]+)", README) if "://" not in link]
    assert linked
    assert [link for link in linked if not (ROOT / link).exists()] == []


def test_the_demo_has_everybody_who_signs_in():
    asked = set(re.findall(r"sign_in ([a-z.]+)\)", TOUR))
    assert len(asked) >= 5
    assert asked <= {login.username for login in demo_data.CAST}
