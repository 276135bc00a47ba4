"""The pictures in the README and the guides, taken from the built site in Chromium, so that they can be kept true."""

import base64
import http.server
import shutil
import struct
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ROOT / "docs" / "guide" / "images"
PHONE, DESK = 390, 1280
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MOST_BYTES = 120_000
COLOURS = 256
_NEAR = 40
"""Colours closer than this (squared distance) to one already chosen get no place of their own in the palette."""
# Chromium itself takes the picture apart into its pixels: width, height, and four bytes each.
_PIXELS = """async address => {
  const bitmap = await createImageBitmap(await (await fetch(address)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), pen = canvas.getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  const bytes = pen.getImageData(0, 0, bitmap.width, bitmap.height).data, parts = [];
  for (let at = 0; at < bytes.length; at += 32768) parts.push(String.fromCharCode(...bytes.subarray(at, at + 32768)));
  return [bitmap.width, bitmap.height, btoa(parts.join(""))];
}"""


@dataclass(frozen=True)
class Picture:
    """A page of the site at a width, cut to a height, under the name that the guides use; from a place on the page, if one is named."""

    name: str
    page: str
    width: int
    height: int
    start: str = ""


PICTURES = (
    Picture("home", "index.html", DESK, 800),
    Picture("home-phone", "index.html", PHONE, 760),
    Picture("board", "index.html?board", DESK, 720),
    Picture("overdue", "overdue.html", DESK, 760),
    Picture("complaints", "registers/complaints.html", DESK, 640),
    Picture("complaint", "records/complaints/2026/CC-2026-0013.html", DESK, 800),
    Picture("form-complaint", "forms/complaint.html", DESK, 760),
    Picture("form-reply", "forms/reply.html?record=CC-2026-0014", PHONE, 700),
    Picture("calendar", "records/customers/CU-0002.html", DESK, 520, "#calendar"),
    Picture("conformity", "conformity.html", DESK, 640),
    Picture("find", "find.html?q=毛刺", DESK, 560),
    Picture("documents", "documents.html", DESK, 640),
    Picture("report", "reports/2025.html", DESK, 820),
)


def main(arguments: Sequence[str]) -> int:
    """Take the pictures of the names given, or all, from site/; returns an exit code."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    site = ROOT / "site"
    if browser_path is None or not (site / "index.html").is_file():
        sys.stderr.write("需要 Chromium，并先运行 make site\n")
        return 2
    GUIDES.mkdir(parents=True, exist_ok=True)
    wanted = [picture for picture in PICTURES if not arguments or picture.name in arguments]
    heavy = []
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        for picture in wanted:
            content = taken(browser, address, picture)
            (GUIDES / f"{picture.name}.png").write_bytes(content)
            if len(content) > MOST_BYTES:
                heavy.append(f"{picture.name}.png 有 {len(content) // 1000} kB")
        browser.close()
    shutil.copyfile(GUIDES / "home.png", ROOT / ".github" / "home.png")
    sys.stderr.write(f"已更新 {len(wanted)} 张图片：{GUIDES}\n")
    if heavy:
        sys.stderr.write(f"超过 {MOST_BYTES // 1000} kB，请裁小：{'，'.join(heavy)}\n")
    return 1 if heavy else 0


def taken(browser: Browser, address: str, picture: Picture) -> bytes:
    """The picture as a PNG with a palette."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height}, color_scheme="light", reduced_motion="reduce", locale="zh-CN"
    )
    page = context.new_page()
    page.goto(f"{address}/{picture.page}")
    page.wait_for_load_state("networkidle")
    if picture.start:
        # The header stays at the top of the window: what is shown begins below it.
        page.add_style_tag(content=".md-header, .md-banner, .md-top { display: none !important } html { scroll-behavior: auto !important }")
        page.evaluate("start => window.scrollTo(0, document.querySelector(start).getBoundingClientRect().top + scrollY - 16)", picture.start)
    content = small(page, page.screenshot())
    context.close()
    return content


def small(page: Page, png: bytes) -> bytes:
    """The same picture with at most 256 colours, a third of the size."""
    width, height, encoded = page.evaluate(_PIXELS, f"data:image/png;base64,{base64.b64encode(png).decode()}")
    pixels = memoryview(base64.b64decode(encoded)).cast("I")
    colours = Counter(pixels)
    palette: list[tuple[int, int, int]] = []
    for colour, _ in colours.most_common():
        if len(palette) < COLOURS and all(apart(rgb(colour), chosen) > _NEAR for chosen in palette):
            palette.append(rgb(colour))
    nearest = {colour: min(range(len(palette)), key=lambda index: apart(rgb(colour), palette[index])) for colour in colours}
    rows = b"".join(b"\0" + bytes(map(nearest.__getitem__, pixels[row * width : (row + 1) * width])) for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (b"IHDR" + header, b"PLTE" + bytes(part for chosen in palette for part in chosen), b"IDAT" + zlib.compress(rows, 9), b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)


def rgb(pixel: int) -> tuple[int, int, int]:
    """Red, green and blue of four bytes read as a little-endian number."""
    return pixel & 255, pixel >> 8 & 255, pixel >> 16 & 255


def apart(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
    """How different two colours are: the square of their distance."""
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


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
    raise SystemExit(main(sys.argv[1:]))
