"""What the guide on reminders tells the maintainer to write is what the programs take."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, SCHEMAS, Plant
from qms.load import load_register
from qms.messages import read_targets

GUIDE = (ROOT / "docs" / "guide" / "reminders.md").read_text(encoding="utf-8")
ROLES = {
    value: label for (kind, field, value), label in load_register(ROOT).vocabulary.values.items() if (kind, field) == ("people", "people.roles.role")
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_the_addresses_shown_are_understood() -> None:
    (shown,) = [block for block in blocks("text") if "wecombot://" in block]
    filled = re.sub(r"(?m)^(?!#)(.*)$", lambda line: re.sub("[\u4e00-\u9fff]+[A-Z]*", "abcdef1234567890", line.group()), shown)
    targets = read_targets(filled, ROLES)
    assert [target.name for target in targets] == [
        "all:wecombot", "qa_chief,qa_staff:dingtalk", "management_representative:mailtos", "qc:feishu",
    ]  # fmt: skip
    dingtalk, mail = targets[1].service, targets[2].service
    assert (dingtalk.secret, dingtalk.token) == ("abcdef1234567890",) * 2
    assert [address for _, address in mail.targets] == ["wjg@example.com"]


def test_every_role_is_named() -> None:
    listed = GUIDE[GUIDE.index("岗位用英文代号") :].partition("。")[0]
    assert set(re.findall(r"`([a-z_]+)`", listed)) == set(ROLES)


def test_the_fields_shown_are_taken(plant: Plant) -> None:
    people, policies = (yaml.safe_load(block) for block in blocks("yaml"))
    plant.bend("organization", policies)
    plant.bend("people", {"people.0.account": people[0]["account"]})
    assert plant.rules() == set()
    assert SCHEMAS.by_kind["people"]


def test_the_variables_named_are_those_that_are_read() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "scripts" / "qms").rglob("*.py"))
    code += (ROOT / ".github" / "workflows" / "schedule.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"\b(QMS_[A-Z_]+|SSL_CERT_FILE)\b", GUIDE))
    assert {"QMS_FORGE_TOKEN", "QMS_FORGE_API", "QMS_NOTIFY_URLS", "QMS_SITE_URL", "SSL_CERT_FILE"} == named
    assert all(name in code for name in named)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd")
def test_the_units_are_sound(tmp_path: Path) -> None:
    service, timer = blocks("ini")
    here = service.replace("User=csat", "DynamicUser=yes").replace("/srv/csat/repo", str(tmp_path))
    (tmp_path / "csat-remind.service").write_text(here)
    (tmp_path / "csat-remind.timer").write_text(timer)
    units = [tmp_path / "csat-remind.service", tmp_path / "csat-remind.timer"]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_service_keeps_what_went_wrong_with_the_tracking(tmp_path: Path) -> None:
    """The line runs as systemd hands it on: both programs, and the worse of their answers."""
    (service, _) = blocks("ini")
    line = re.search(r"(?m)^ExecStart=/bin/sh -c '(.*)'$", service)
    assert line is not None
    script = line.group(1).replace("$$", "$").replace("git pull --ff-only -q", "true")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program = tmp_path / ".venv" / "bin" / "qms"
    for track, notify, code in ((0, 0, 0), (2, 0, 2), (0, 2, 2), (2, 2, 2)):
        program.write_text(f"#!/bin/sh\necho $1 >> ran\ncase $1 in track) exit {track};; notify) exit {notify};; esac\n")
        program.chmod(0o755)
        (tmp_path / "ran").unlink(missing_ok=True)
        done = subprocess.run(["/bin/sh", "-c", script], cwd=tmp_path, check=False)
        assert (done.returncode, (tmp_path / "ran").read_text().split()) == (code, ["track", "notify"])
