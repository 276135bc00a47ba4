"""The pictures in the README and the guides, taken from the built site in Chromium, so that they can be kept true."""

import http.server
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PHONE, DESK = 390, 1280
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Picture:
    """A page of the site at a width, cut to a height, under the name that the guides use."""

    name: str
    page: str
    width: int
    height: int


GUIDES = ROOT / "docs" / "guide" / "images"
PICTURES = (
    Picture("home", "index.html", DESK, 900),
    Picture("home-phone", "index.html", PHONE, 844),
    Picture("overdue", "overdue.html", DESK, 800),
    Picture("complaints", "registers/complaints.html", DESK, 800),
    Picture("complaint", "records/complaints/2026/CC-2026-0013.html", DESK, 900),
    Picture("complaint-phone", "records/complaints/2026/CC-2026-0013.html", PHONE, 844),
    Picture("customer", "records/customers/CU-0001.html", DESK, 900),
    Picture("procedure", "procedures/QP-M-05.html#c5-3-5", DESK, 800),
    Picture("report", "reports/2025.html", DESK, 900),
)


def main() -> int:
    """Take all pictures from site/; returns an exit code."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    site = ROOT / "site"
    if browser_path is None or not (site / "index.html").is_file():
        sys.stderr.write("需要 Chromium，并先运行 make site\n")
        return 2
    GUIDES.mkdir(parents=True, exist_ok=True)
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        for picture in PICTURES:
            context = browser.new_context(viewport={"width": picture.width, "height": picture.height}, color_scheme="light", reduced_motion="reduce")
            page = context.new_page()
            page.goto(f"{address}/{picture.page}")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=GUIDES / f"{picture.name}.png")
            context.close()
        browser.close()
    shutil.copyfile(GUIDES / "home.png", ROOT / ".github" / "home.png")
    sys.stderr.write(f"已更新 {len(PICTURES)} 张图片：{GUIDES}\n")
    return 0


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve *folder* on this machine for as long as the block runs; yields the address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    raise SystemExit(main())
