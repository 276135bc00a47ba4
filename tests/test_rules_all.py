"""All rules together: each has a failing example, an English requirement and a Chinese message; none falls over another record's fault."""

import inspect
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import test_approvals_rules
import test_rules_actions
import test_rules_complaints
import test_rules_customers
import test_rules_documents
import test_rules_records
import test_rules_surveys
from conftest import ROOT, Plant
from qms.check import check
from qms.load import load_register
from qms.model import Register
from qms.output import format_text
from qms.rules import RULES, Rule

MODULES = (
    *(test_rules_records, test_rules_customers, test_rules_complaints, test_rules_actions, test_rules_surveys, test_rules_documents),
    test_approvals_rules,
)
GROUPS = ("customers", "memos", "complaints", "plans", "answers", "capas", "reworks", "reports", "people", "documents")
WRONG = Path(__file__).parent / "plants" / "wrong"


def test_every_rule_has_a_failing_example() -> None:
    shown = {case.rule for module in MODULES for case in module.CASES} | test_rules_documents.OTHER_RULES | test_approvals_rules.OTHER_RULES
    assert {rule.id for rule in RULES} == shown


def test_every_rule_that_is_written_is_used() -> None:
    used = [rule.check for rule in RULES]
    assert len({rule.id for rule in RULES}) == len(RULES)
    written = {
        function
        for module in {inspect.getmodule(rule.check) for rule in RULES}
        for name, function in inspect.getmembers(module, inspect.isgeneratorfunction)
        if not name.startswith("_") and function.__module__ == module.__name__
    }
    assert written == set(used)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_states_its_requirement_with_a_clause(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z][^.]*(\.[^.]+)*\((QP-M-05|QP-M-02|QP-T-08|QM-01|WI-QC-006|organization\.yml)[^()]*\)\.", rule.requirement), (
        rule.requirement
    )
    assert "\n" not in rule.requirement


@pytest.fixture
def wrong(tmp_path: Path) -> Register:
    """The miniature plant in which everything is wrong, read with the repository's schemas."""
    shutil.copytree(WRONG, tmp_path / "wrong")
    shutil.copytree(ROOT / "schemas", tmp_path / "wrong" / "schemas")
    return load_register(tmp_path / "wrong")


def test_messages_are_chinese_and_say_what_to_do(wrong: Register) -> None:
    messages = [finding.message for finding in check(wrong)]
    assert messages
    for message in messages:
        assert re.search("[\u4e00-\u9fff]", message)
        assert not re.search("[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", re.sub("'[^']*'|“[^”]*”", "", message)), message
        assert not re.search(r"Error|Traceback|None|datetime|\bstr\b|\bint\b|\bdict\b", message), message


def test_findings_of_a_plant_in_which_everything_is_wrong(wrong: Register, bless: bool) -> None:
    expected = WRONG / "expected.txt"
    found = format_text(check(wrong), wrong)
    if bless:
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")
    assert {rule.id for rule in RULES} - {finding.rule for finding in check(wrong)} == set()


def test_findings_are_sorted_and_have_their_clause(repository_register: Register, plant: Plant) -> None:
    plant.bend("CC-2026-0001", {"capa": "CA-2026-0098", "closed.verification": "无"})
    plant.bend("CM-2026-0001", {"by": "nobody"})
    found = plant.findings()
    assert [(finding.path[-16:], finding.rule, finding.clause) for finding in found] == [
        ("CA-2026-0001.yml", "complaint-and-capa-agree", "5.3.3"),
        ("CC-2026-0001.yml", "capa-exists", "5.3.3"),
        ("CC-2026-0001.yml", "facts-are-stated", "5.5"),
        ("CM-2026-0001.yml", "person-exists", ""),
    ]
    assert found == tuple(sorted(found, key=lambda finding: (finding.path, finding.line, finding.column, finding.rule)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_rule_falls_over_what_is_missing(data: st.DataObject, repository_register: Register) -> None:
    """Whatever part of the register is not there, rules speak or are silent, but they do not raise."""
    kept = {}
    for group in GROUPS:
        whole = getattr(repository_register, group)
        kept[group] = tuple(data.draw(st.lists(st.sampled_from(whole), unique_by=id, max_size=12), label=group))
    assert isinstance(check(replace(repository_register, **kept)), tuple)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_order_of_records_does_not_matter(data: st.DataObject, repository_register: Register) -> None:
    shuffled = {group: tuple(data.draw(st.permutations(getattr(repository_register, group)))) for group in ("complaints", "capas", "reworks")}
    assert check(replace(repository_register, **shuffled)) == check(repository_register)


def test_no_rule_reads_the_clock_or_files() -> None:
    for path in (ROOT / "scripts/qms/rules").glob("*.py"):
        assert not re.search(r"\b(now|today|open|read_text|read_bytes)\(|\b(import os|subprocess|time\.time)\b", path.read_text(encoding="utf-8")), (
            path.name
        )
