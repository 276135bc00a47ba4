"""What the guides and the README tell people to type is what ``qms`` understands: each command, each option, each field."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT, SCHEMAS
from qms.cli import _parser
from qms.commands.entering import KINDS
from qms.commands.shared import CommandError
from qms.init import QUESTIONS

PAGES = (*sorted((ROOT / "docs/guide").glob("*.md")), ROOT / "README.md")
_FENCE = re.compile(r"^( *)(```|~~~)[^\n]*\n(.*?)^\1\2", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^ {4}[^\n]*\n)+", re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"^(?:\$ )?(?:\S*[/\\])?qms (?=[a-z-])(.*)$")
_END = re.compile(r"\s+(?:#|&&|\|\||\||;|>).*$|;.*$")
FOREIGN = {"--mirror", "--prune", "--all"}
"""Options of git that the guide for maintainers names by themselves."""


def words_of(line: str) -> list[str] | None:
    """The words after ``qms``, without what the shell does next; None for a line that is no command of ours."""
    found = _COMMAND.match(line.strip())
    if not found:
        return None
    return shlex.split(_END.sub("", found[1]).replace("\\", "/"))


def written(text: str) -> Iterator[list[str]]:
    """The commands that stand in blocks, to be typed as they are."""
    blocks = [block[3] for block in _FENCE.finditer(text)] + _INDENTED.findall(_FENCE.sub("", text))
    for line in "\n".join(blocks).replace("\\\n", " ").splitlines():
        words = words_of(line)
        if words:
            yield words


def mentioned(text: str) -> Iterator[str]:
    """What stands between backticks in the running text."""
    yield from _SPAN.findall(_FENCE.sub("", text))


def below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """A parser's commands."""
    return {name: made for action in parser._actions if isinstance(action, argparse._SubParsersAction) for name, made in action.choices.items()}


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    return {name for action in parser._actions for name in action.option_strings}


def every_option(parser: argparse.ArgumentParser) -> set[str]:
    return options_of(parser).union(*(every_option(made) for made in below(parser).values()))


def unknown(words: list[str]) -> str:
    """What in *words* ``qms`` does not know; empty when it knows all."""
    parser = _parser()
    rest = list(words)
    while rest and not rest[0].startswith("-") and (commands := below(parser)):
        if rest[0] not in commands:
            # A mention may stop before the last word (``qms survey``); a placeholder follows no command.
            return rest[0] if re.fullmatch(r"[a-z-]+", rest[0]) else ""
        parser = commands[rest.pop(0)]
    strange = [word for word in rest if word.startswith("--") and word.partition("=")[0] not in options_of(parser)]
    return " ".join(strange)


def unset(words: list[str]) -> list[str]:
    """The fields after ``--set`` that the record's form does not have."""
    kind = {"new": KINDS.get(words[1]) if len(words) > 1 else None, "answer": "survey_answer"}.get(words[0])
    given = [words[place + 1].partition("=")[0] for place, word in enumerate(words[:-1]) if word == "--set"]
    if words[0] == "init":
        return [field for field in given if field not in QUESTIONS]
    fields = {name for owner, name in SCHEMAS.vocabulary.fields if owner == kind}
    free = ("scores", "reasons", "importance")
    return [field for field in given if kind and field.partition(".")[0] not in free and re.sub(r"\.\d+", "", field) not in fields]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_tells_to_type_is_understood(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    wrong = []
    for words in written(text):
        try:
            _parser().parse_args(words)
        except CommandError as error:
            wrong.append(f"{' '.join(words)}: {error}")
        wrong += [f"{' '.join(words)}: no field {field}" for field in unset(words)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_mentions_is_there(page: Path) -> None:
    spans = list(mentioned(page.read_text(encoding="utf-8")))
    commands = [words for span in spans if (words := words_of(span))]
    wrong = [f"{' '.join(words)}: {word}" for words in commands if (word := unknown(words))]
    known = every_option(_parser()) | FOREIGN
    options = {word.partition("=")[0] for span in spans if span.startswith("--") for word in span.split() if word.startswith("--")}
    wrong += sorted(options - known)
    assert not wrong, "\n".join(wrong)


def test_commands_are_found_where_people_look() -> None:
    found = [words for page in PAGES for words in written(page.read_text(encoding="utf-8"))]
    assert ["survey", "send", "2027", "D:/调查表2027"] in found
    assert ["check", "--base", "origin/main"] in found
    assert len(found) > 40


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("$ .venv/bin/qms init", ["init"]),
        ("qms ledger --append && git push origin ledger", ["ledger", "--append"]),
        ("qms check    # all findings", ["check"]),
        ('qms correct RECORD --reason "…"   # with its entry; qms void', ["correct", "RECORD", "--reason", "…"]),
        ("make site", None),
    ],
)
def test_a_line_is_read_as_a_shell_does(line: str, words: list[str] | None) -> None:
    assert words_of(line) == words


def test_a_wrong_command_would_be_seen() -> None:
    assert unknown(["report", "2026", "--freese"]) == "--freese"
    assert unknown(["survey", "sent"]) == "sent"
    assert unknown(["reporte"]) == "reporte"
    assert unset(["new", "plan", "--set", "purpoze=x"]) == ["purpoze"]
    assert list(written("    ```sh\n    qms report 2026 --freese\n    ```\n")) == [["report", "2026", "--freese"]]
    assert list(written("见下。\n\n    qms chek\n")) == [["chek"]]
