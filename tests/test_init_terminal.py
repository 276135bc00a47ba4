"""``qms init`` with a person at a real terminal: wrong bytes, a change of mind, and a plant that has records of its own."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keyboard import ROOT, Terminal

ENVIRONMENT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C.UTF-8"}
REPLIES = (
    ("工厂名称", "新安精密有限公司"),
    ("工厂简称", "新安精密"),
    ("时区", ""),
    ("启用日期", "2026/12/1"),
    ("品保科科长：", "李明"),
    ("李明的 git 提交邮箱", "li.ming@xinan.example"),
    ("李明的代号", ""),
    ("品保科科长的代理人", ""),
    ("品保科调查人员", ""),
    ("管理者代表", "赵安"),
    ("赵安的 git 提交邮箱", "zhao-an@xinan.example"),
    ("赵安的代号", ""),
    ("生产管理科（PC）", "赵安"),
    ("文控", ""),
    ("生产：", ""),
    ("生技", ""),
    ("QC", ""),
    ("资材", ""),
    ("第一个顾客的全称", "云川家电有限公司"),
    ("状态", ""),
    ("顾客简称", "云川家电"),
    ("等级", ""),
    ("合作起始日", ""),
    ("顾客地址", "东海市临港路 1 号"),
    ("顾客电话", "0999-5550001"),
    ("联系人姓名", "孙静"),
    ("联系人职务", "品质主管"),
    ("联系人电话", ""),
    ("联系人邮箱", ""),
    ("产品料号", "XA-001"),
    ("产品品名规格", "上盖"),
    ("联络频次", ""),
)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample as it is cloned, on the machine of somebody whose e-mail is nobody's."""
    root = tmp_path / "plant"
    for folder in ("records", "docs", "schemas"):
        shutil.copytree(ROOT / folder, root / folder)
    for argv in (["init", "-q", "-b", "main"], ["config", "user.email", "weihu@xinan.example"]):
        subprocess.run(["git", *argv], cwd=root, check=True, env={**os.environ, **ENVIRONMENT})
    return root


@pytest.fixture
def at(sample: Path) -> Iterator[Callable[..., Terminal]]:
    """Sit down at a terminal with a command."""
    terminals: list[Terminal] = []

    def sit_down(*argv: str) -> Terminal:
        terminals.append(Terminal(argv, cwd=sample, environment=ENVIRONMENT))
        return terminals[-1]

    yield sit_down
    for terminal in terminals:
        terminal.leave()


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted((root / "records").rglob("*")) if path.is_file()}


def reply(person: Terminal, replies: tuple[tuple[str, str], ...]) -> None:
    for question, text in replies:
        person.expect(question)
        person.expect("：")
        person.type(f"{text}\n")


def test_the_plant_is_set_up_at_the_keyboard(at: Callable[..., Terminal], sample: Path) -> None:
    person = at("init")
    person.expect("工厂名称：")
    os.write(person.master, "海".encode("gbk") + b"\n")
    person.expect("! 含有无法识别的字符；只写一行，终端的编码应为 UTF-8")
    person.expect("工厂名称：")
    person.type("新安\n")
    person.expect("工厂简称（新安）：")
    person.type("<\n")
    reply(person, REPLIES)
    person.expect("李明（li-ming，li.ming@xinan.example）：品保科科长、品保科调查人员、文控")
    person.expect("照此建立：直接回车；< 回去改，q 放弃：")
    before = files(sample)
    assert len(before) > 200, "nothing is cleared before the person agrees"
    person.type("\n")
    code, said = person.end()
    assert code == 0
    assert "自 2026-12-01 起按程序判定" in said
    assert "本机 git 的邮箱 weihu@xinan.example 不是刚登记的哪一位的" in said
    assert sorted(files(sample)) == ["records/customers/CU-0001.yml", "records/organization.yml", "records/people.yml"]
    code, said = at("init").end()
    assert code == 2
    assert "不能清空" in said
    assert "工厂名称" not in said, "whoever is refused is not asked first"


def test_an_interruption_says_that_nothing_changed(at: Callable[..., Terminal], sample: Path) -> None:
    before = files(sample)
    person = at("init")
    reply(person, REPLIES[:5])
    person.expect("李明的 git 提交邮箱：")
    person.interrupt()
    code, said = person.end()
    assert code == 2
    assert "已中断，什么也没有改动" in said
    assert files(sample) == before
