"""A plant's first survey year through the command line, with real git: begun, asked, answered, reported, signed, printed, and then tampered with."""

import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from browsing import CHROMIUM
from conftest import ROOT
from qms.cli import main
from qms.load import load_register
from qms.survey.sheet import sheet_of
from survey_forms import SOFFICE, Calc, Filled, built_anew

PEOPLE = {
    "gu-qing": ("顾清", "gu-qing@qiming.example"),
    "shen": ("沈川", "shen@qiming.example"),
    "qian": ("钱多", "qian@qiming.example"),
}
PLANT = {
    "name": "海州启明塑胶有限公司",
    "short_name": "启明塑胶",
    "started_on": "2027-01-04",
    "qa_chief.name": "顾清",
    "qa_chief.email": "gu-qing@qiming.example",
    "management_representative.name": "沈川",
    "management_representative.email": "shen@qiming.example",
    "management_representative.id": "shen",
    "pc.name": "钱多",
    "pc.email": "qian@qiming.example",
    "pc.id": "qian",
    "customer.name": "青禾电器有限公司",
    "customer.short_name": "青禾电器",
    "customer.grade": "A",
    "customer.since": "2024-03-01",
    "customer.address": "海州市港城路 1 号",
    "customer.phone": "0999-5550001",
    "customer.contact.name": "孙静",
    "customer.contact.position": "品质主管",
    "customer.contact_every": "month",
    "customer.product.part": "QM-1001",
    "customer.product.name": "上盖",
}
OTHERS = {"CU-0002": ("北溪汽电", "A"), "CU-0003": ("云泽智居", "B"), "CU-0004": ("松岭水表", "B"), "CU-0005": ("远桥通信", "C")}
SCORES = {
    "q_performance": 5,
    "q_appearance": 4,
    "q_consistency": 4,
    "d_ontime": 4,
    "d_accuracy": 5,
    "s_response": 5,
    "s_result": 4,
    "p_reasonable": 4,
    "k_packaging": 4,
    "m_contact": 5,
}
LATE, SAID = "d_ontime", "八月晚了两批。"
PLAN, REPORT = "records/surveys/2027/plan.yml", "records/reports/2027.yml"
ALTERED = "records/surveys/2027/CU-0003.yml"


class Plant:
    """A clone with its bare repository; people run commands in it at the moments that are named, and the chief merges what they push."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.root, self.bare = folder / "plant", folder / "csat.git"
        self.capsys, self.patch = capsys, patch
        for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
            patch.setenv(name, os.devnull)
        self.root.mkdir()
        for name in ("records", "docs", "schemas", "scripts"):
            shutil.copytree(ROOT / name, self.root / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        shutil.copy(ROOT / "mkdocs.yml", self.root)
        shutil.copy(ROOT / ".gitattributes", self.root)
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(self.bare)], check=True)
        self.stand("gu-qing", "2026-12-01T09:00")
        self.git("init", "-q", "-b", "main")
        self.git("remote", "add", "origin", str(self.bare))
        self.put_in("带示例的登记库")

    def stand(self, who: str, when: str) -> None:
        """From now on it is *when* in the plant, and *who* sits at the keyboard."""
        name, email = PEOPLE[who]
        seconds = int(datetime.fromisoformat(f"{when}+08:00").timestamp())
        settings = {"user.name": name, "user.email": email, "core.autocrlf": "false"}
        self.patch.setenv("SOURCE_DATE_EPOCH", str(seconds))
        self.patch.setenv("GIT_CONFIG_COUNT", str(len(settings)))
        for place, (key, content) in enumerate(settings.items()):
            self.patch.setenv(f"GIT_CONFIG_KEY_{place}", key)
            self.patch.setenv(f"GIT_CONFIG_VALUE_{place}", content)
        for role in ("AUTHOR", "COMMITTER"):
            self.patch.setenv(f"GIT_{role}_DATE", f"{seconds} +0800")

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"git {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def put_in(self, message: str) -> None:
        """Commit what lies in the work tree and push the branch one stands on."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        self.git("push", "-q", "-u", "origin", "HEAD")

    def merge(self) -> None:
        """Merge the branch one stands on, as a code host does, and stand on main again."""
        branch = self.git("branch", "--show-current")
        assert branch != "main", "nothing was put on a branch"
        assert self.git("status", "--porcelain") == ""
        assert self.git("rev-parse", f"origin/{branch}") == self.git("rev-parse", "HEAD"), "the branch was not pushed"
        code, said = self.asked("check", "--base", "origin/main")
        assert code == 0, f"{branch}: {said}"
        self.git("switch", "-q", "main")
        self.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
        self.git("push", "-q")

    def asked(self, *words: str) -> tuple[int, str]:
        """The exit code and everything that was said."""
        code = main([*words, "--root", str(self.root)])
        told = self.capsys.readouterr()
        return code, told.out + told.err

    def does(self, who: str, when: str, *words: str, sets: dict[str, str] | None = None) -> str:
        """What was said; the command must have worked."""
        self.stand(who, when)
        code, said = self.asked(*words, *(word for field, content in (sets or {}).items() for word in ("--set", f"{field}={content}")))
        assert code == 0, said
        return said

    def proposes(self, who: str, when: str, *words: str, sets: dict[str, str] | None = None) -> str:
        """Like *does*, on a branch that is pushed and merged."""
        said = self.does(who, when, *words, "--branch", "--push", sets=sets)
        self.merge()
        return said


@pytest.fixture
def plant(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Plant:
    return Plant(tmp_path, capsys, monkeypatch)


def begin(plant: Plant) -> None:
    """The sample makes room for the plant, and five customers are entered."""
    said = plant.does("gu-qing", "2027-01-04T09:00", "init", sets=PLANT)
    assert "自 2027-01-04 起留痕" in said
    plant.put_in("建立本厂")
    assert plant.asked("check") == (0, "")
    for number, (name, grade) in OTHERS.items():
        fields = {
            "name": f"{name}有限公司", "short_name": name, "status": "active", "grade": grade, "since": "2024-05-01", "address": "东海市",
            "phone": "0999-5550100", "contacts.1.name": "林工", "contacts.1.position": "品质主管", "contact_every": "month",
            "products.1.part": "QM-2001", "products.1.name": "支架",
        }  # fmt: skip
        assert f"已登记 {number}" in plant.proposes("qian", "2027-01-05T09:00", "new", "customer", sets=fields)


def send(plant: Plant, out: Path) -> None:
    """A plan, its approval, and only then the files."""
    plan = {"purpose": "第一次调查。", "opens_on": "2027-10-08", "closes_on": "2027-11-10"}
    said = plant.proposes("gu-qing", "2027-08-20T09:00", "new", "plan", "--year", "2027", sets=plan)
    assert f"qms approve {PLAN}" in said
    plant.stand("gu-qing", "2027-08-21T09:00")
    code, said = plant.asked("survey", "send", "2027", str(out))
    assert (code, out.exists()) == (2, False)
    assert "还没有批准，不能发出" in said
    assert "不能批准" in plant.asked("approve", PLAN)[1]
    said = plant.proposes("shen", "2027-08-25T10:00", "approve", PLAN)
    assert "qms survey send 2027" in said
    said = plant.proposes("gu-qing", "2027-10-08T09:00", "survey", "send", "2027", str(out))
    assert "登记发出 5 份" in said
    assert sorted(path.suffix for path in out.iterdir()) == [".html"] * 10 + [".xlsx"] * 5


def fill(plant: Plant, out: Path, back: Path) -> None:
    """Four of the files that went out come back: by Calc where it is installed, by another library than the writer otherwise."""
    register = load_register(plant.root)
    back.mkdir()
    for number in ("CU-0001", "CU-0002", "CU-0003", "CU-0004"):
        customer = register.customer[number]
        name = f"顾客满意度调查表-2027-{customer.short_name}.xlsx"
        form = (out / name).read_bytes()
        sheet = sheet_of(register, register.plan[2027], customer, "顾清")
        low = {LATE: 2} if number == "CU-0002" else {}
        filled = Filled(scores={**SCORES, "c_handling": "不适用", **low}, reasons=dict.fromkeys(low, SAID), position="品质经理")
        if SOFFICE and number == "CU-0001":
            shutil.copy(Calc(back.parent / "profile").fill(back.parent / "calc", sheet, filled, form), back / name)
        else:
            (back / name).write_bytes(built_anew(sheet, filled, form=form))


def collect(plant: Plant, back: Path) -> None:
    """The files are imported, one customer answers by phone."""
    said = plant.does("gu-qing", "2027-10-20T10:00", "import", "survey", str(back), "--dry-run")
    assert "可以导入 4 个，没有导入 0 个" in said
    assert plant.git("status", "--porcelain") == ""
    said = plant.proposes("gu-qing", "2027-10-20T10:00", "import", "survey", str(back), "--at", "2027-10-20 09:00")
    assert "还没有收回 1 家：远桥通信；截止日 2027-11-10" in said
    answer = {"method": "phone", "respondent.position": "采购经理", **{f"scores.{item}": str(score) for item, score in SCORES.items()}}
    call = ("--memo", "content=电话调查，逐题询问。")
    plant.stand("gu-qing", "2027-10-21T10:00")
    code, said = plant.asked("answer", "2027", "远桥", *call, *(word for text in answer.items() for word in ("--set", "=".join(text))))
    assert code == 2
    assert "--memo opinions.quality=…" in said
    memo = (*call, "--memo", "opinions.quality=无意见")
    plant.proposes("gu-qing", "2027-10-21T10:00", "answer", "2027", "远桥", *memo, sets=answer)
    answers = load_register(plant.root).answers
    assert [(answer.scores or {})[LATE] for answer in answers] == [4, 2, 4, 4, 4]
    assert [len(answer.attachments) for answer in answers] == [1, 1, 1, 1, 0]


def issue(plant: Plant) -> None:
    """The measure for the low score, the draft, the freeze, the approval: each by whom it belongs to."""
    measure = {"source.type": "survey", "source.id": "2027/CU-0002", "problem": SAID, "severity": "major", "owner": "gu-qing"}
    plant.proposes("gu-qing", "2027-11-15T09:00", "new", "capa", sets=measure)
    said = plant.does("gu-qing", "2027-11-16T09:00", "new", "report", "--year", "2027", "--branch")
    assert "qms report 2027 --freeze" in said
    text = (plant.root / REPORT).read_text(encoding="utf-8")
    assert "capa: CA-2027-0001" in text
    assert "有效回收率 100.0 %（5/5）" in text
    said = plant.does("gu-qing", "2027-11-16T10:00", "report", "2027", "--freeze")
    assert f"qms approve {REPORT}" in said
    plant.put_in("编制 2027 年度报告")
    plant.merge()
    plant.proposes("shen", "2027-11-18T10:00", "approve", REPORT)
    plant.stand("gu-qing", "2027-11-19T10:00")
    assert plant.asked("check") == (0, "")


def page(plant: Plant, out: Path) -> str:
    """The built report page."""
    main(["site", "--root", str(plant.root), "--out", str(out)])
    plant.capsys.readouterr()
    return (out / "reports" / "2027.html").read_text(encoding="utf-8")


def test_a_survey_year_from_an_empty_plant_to_a_score_altered_afterwards(plant: Plant, tmp_path: Path) -> None:
    out, back = tmp_path / "out", tmp_path / "back"
    begin(plant)
    send(plant, out)
    fill(plant, out, back)
    collect(plant, back)
    issue(plant)
    sealed = re.search(r"commit: \"?([0-9a-f]{40})\b", (plant.root / REPORT).read_text(encoding="utf-8"))[1]
    unchanged = f"2027 年度报告：数据提交 {sealed[:12]}，编制时刻 2027-11-16 09:00\n数据未变更\n"
    assert plant.asked("report", "2027", "--verify") == (0, unchanged)
    if CHROMIUM:
        plant.patch.setenv("QMS_BROWSER", CHROMIUM)
        plant.does("gu-qing", "2027-11-19T10:00", "report", "2027", "--pdf", str(tmp_path / "report.pdf"))
        assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    before = page(plant, tmp_path / "site")
    assert "数据未变更" in before
    assert "数据已变更" not in before

    # Somebody makes a customer's score look better, past all review.
    plant.stand("gu-qing", "2027-11-22T10:00")
    file = plant.root / ALTERED
    text = file.read_text(encoding="utf-8")
    assert text.count("q_consistency: 4") == 1
    file.write_text(text.replace("q_consistency: 4", "q_consistency: 5"), encoding="utf-8")
    code, said = plant.asked("check", "--base", "origin/main")
    assert code == 1
    assert "[facts-are-never-changed]" in said
    plant.put_in("整理")

    code, said = plant.asked("report", "2027", "--verify")
    assert code == 1
    assert f"{ALTERED}: 得分·q_consistency（scores.q_consistency） 报告数据 '4'，现为 '5' [report-data-unchanged]" in said.splitlines()
    # By hand: four customers at 392.5 and one at 372.5 of 450 weighted points (complaint handling is N/A); the altered one then has 402.5.
    assert "  顾客满意度指数：86.3 分（n = 5） → 86.8 分（n = 5）" in said.splitlines()
    after = page(plant, tmp_path / "again")
    assert "数据已变更" in after
    assert "数据未变更" not in after
    start = after.index("数据已变更")
    notice = re.sub(r"<[^>]+>|\s+", " ", after[start : after.index("1 目的与依据", start)]).split()
    assert "有 1 处变更，影响 3 项指标" in " ".join(notice)
    named = notice[notice.index("云泽智居") :]
    assert named == ["云泽智居", "2027", "年度调查表", "得分", "·", "批次一致性", "4", "5"]
    index = notice[notice.index("顾客满意度指数") :]
    assert index[:11] == ["顾客满意度指数", "86.3", "分", "n", "=", "5", "86.8", "分", "n", "=", "5"]
