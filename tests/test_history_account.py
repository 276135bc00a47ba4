"""The account leaves the interpreter as it found it."""

import gc

import pytest

from conftest import SCHEMAS, Plant
from gitplant import begun
from qms.history.account import read_account


@pytest.mark.parametrize("held", [True, False])
def test_the_account_leaves_the_collector_as_it_was(plant: Plant, held: bool) -> None:
    git = begun(plant)
    was = gc.isenabled()
    try:
        (gc.enable if held else gc.disable)()
        read_account(git.root, plant.load(), SCHEMAS)
        assert gc.isenabled() is held
    finally:
        (gc.enable if was else gc.disable)()
