"""Set up .venv from the lock files: the first step on a fresh machine, with nothing but Python's standard library."""

import argparse
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Create .venv if need be, install the locked packages and this project; returns an exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests, lint and type checks need")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 - this file alone is read by older Pythons, to say so
        print(f"需要 Python 3.11 或更高版本，现为 {sys.version.split()[0]}", file=sys.stderr)  # noqa: T201 - a command's own message
        return 2
    home = ROOT / ".venv"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(home, with_pip=True)
    lock = "requirements-dev.lock" if options.dev else "requirements.lock"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    for arguments in (["--require-hashes", "--requirement", str(ROOT / lock)], ["--no-deps", "--editable", str(ROOT)]):
        if (code := subprocess.call([*pip, *arguments])) != 0:  # noqa: S603 - fixed arguments
            print("安装失败：请检查网络或内网软件源的 pip 设置，然后重试", file=sys.stderr)  # noqa: T201
            return code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
