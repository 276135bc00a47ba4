"""A page of the built site as PDF, printed by the Chromium that is installed. Knows no report."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
"""Names under which a Chromium is found; QMS_BROWSER names another, or the whole path."""
_QUIET = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-extensions", "--no-pdf-header-footer", "--virtual-time-budget=4000", "--hide-scrollbars"),
)
_MOST_SECONDS = 120
_TARGET = re.compile(r"(<a\b[^>]*?)\s+href=(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)


class PrintError(RuntimeError):
    """The page could not be printed; the message says in Chinese why and what to do."""


def browser() -> str:
    """The path of an installed Chromium; PrintError when there is none."""
    wanted = os.environ.get("QMS_BROWSER")
    for name in (wanted,) if wanted else BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    asked = f"环境变量 QMS_BROWSER 指定的 {wanted}" if wanted else "Chromium、Chrome 或 Edge"
    raise PrintError(f"找不到浏览器（{asked}），不能生成 PDF；请安装 Chromium，或在网站上打开报告后用浏览器打印为 PDF")


def without_links(html: str) -> str:
    """The page without the targets of its links: on paper they lead nowhere, and in a PDF they would name this machine's folders."""
    return _TARGET.sub(r"\1", html)


def print_pdf(page: Path, out: Path) -> None:
    """Print the HTML file *page* into *out*, which is replaced whole or left as it was; raises PrintError."""
    program = browser()
    with tempfile.TemporaryDirectory(prefix="qms-") as folder:
        printed = Path(folder) / "printed.pdf"
        # A browser refuses its sandbox to the superuser; in containers there is often nobody else.
        rootless = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        command = [program, *_QUIET, *rootless, f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", page.absolute().as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_MOST_SECONDS)  # noqa: S603 - a found program, no shell
        except subprocess.TimeoutExpired:
            raise PrintError(f"浏览器 {_MOST_SECONDS} 秒内没有完成打印；请稍后再试") from None
        except (subprocess.CalledProcessError, OSError) as error:
            raise PrintError(f"浏览器没有完成打印（{_reason(error)}）；请在网站上打开报告后用浏览器打印为 PDF") from None
        if not printed.is_file() or not printed.read_bytes().startswith(b"%PDF-"):
            raise PrintError("浏览器没有写出 PDF；请在网站上打开报告后用浏览器打印为 PDF")
        _put(printed, out)


def _put(printed: Path, out: Path) -> None:
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".tmp")
    os.close(handle)
    beside = Path(name)
    try:
        beside.write_bytes(printed.read_bytes())
        beside.chmod(0o644)
        beside.replace(out)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _reason(error: subprocess.CalledProcessError | OSError) -> str:
    if isinstance(error, OSError):
        return str(error.strerror)
    said = error.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[-1] if said else f"返回 {error.returncode}"
