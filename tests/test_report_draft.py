"""A report begun at a real terminal: conclusions stand, and each low score without a measure is asked for."""

import os
import shutil
import subprocess
from pathlib import Path

import yaml

from keyboard import ROOT, Terminal

QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def test_the_chief_is_asked_for_a_measure_or_a_reason_for_each_low_score(tmp_path: Path) -> None:
    root = tmp_path / "plant"
    for folder in ("records", "docs", "schemas"):
        shutil.copytree(ROOT / folder, root / folder)
    for argv in (["init", "-q", "-b", "main"], ["config", "user.name", "陈岚"], ["config", "user.email", "chen-lan@hengtuo.example"]):
        subprocess.run(["git", *argv], cwd=root, check=True, env={**os.environ, **QUIET})
    person = Terminal(["new", "report", "--year", "2026"], cwd=root, environment=QUIET)
    try:
        told = person.expect("再加第 7 项结论吗？")
        assert "还有 3 个低分项没有对应的纠正措施，下面逐项问" in told
        assert "\n  2 明川工具“价格合理” 3 分：" in told
        person.answer("", "n")
        person.answer("再加第 2 项对应低分项吗？", "n")
        person.answer("纠正措施（actions.1.capa），可不填", "CA-2026-0009")
        for place in (2, 3):
            person.answer("再加第 2 项对应低分项吗？", "n")
            person.answer(f"纠正措施（actions.{place}.capa），可不填", "")
            person.expect(f"不采取措施的理由（actions.{place}.no_action_reason）")
            person.expect("> ")
            person.type("价格按协议每季联动，下次核价在一月。\n")
            person.expect("… ")
            person.type("\n")
        person.answer("再加第 4 项改进措施吗？", "n")
        person.answer("依据的信息（sources）", "")
        person.expect("—— records/reports/2026.yml ——")
        person.answer("回车写入", "")
        code, said = person.end()
    finally:
        person.leave()
    assert code == 0, said
    written = yaml.safe_load((root / "records/reports/2026.yml").read_text(encoding="utf-8"))
    assert len(written["conclusions"]) == 6
    assert [(action.get("capa"), action["covers"][0]["customer"]) for action in written["actions"]] == [
        ("CA-2026-0009", "CU-0001"),
        (None, "CU-0004"),
        (None, "CU-0005"),
    ]
    assert written["actions"][1]["no_action_reason"] == "价格按协议每季联动，下次核价在一月。"
