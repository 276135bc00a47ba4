"""The guide's first page leads to every guide, each once, and the guides to one another."""

import re

from conftest import ROOT

GUIDE = ROOT / "docs" / "guide"


def test_every_guide_is_listed_once() -> None:
    table = [line for line in (GUIDE / "index.md").read_text(encoding="utf-8").partition("\n## ")[0].splitlines() if line.startswith("|")]
    links = [link for line in table for link in re.findall(r"\]\(([^)]+)\)", line)]
    assert sorted(links) == sorted(dict.fromkeys(links)), "no link stands twice"
    assert {link.partition("#")[0] for link in links} == {path.name for path in GUIDE.glob("*.md")} - {"index.md"}
    whole = [link for link in links if "#" not in link]
    assert sorted(whole) == sorted(path.name for path in GUIDE.glob("*.md") if path.name != "index.md")


def test_the_surveys_guide_leads_on_to_the_reports() -> None:
    section = (GUIDE / "run-survey.md").read_text(encoding="utf-8").split("\n## 5. ")[1].partition("\n## ")[0]
    assert "(report.md)" in section
