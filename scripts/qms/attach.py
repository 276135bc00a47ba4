"""Files that go beside a record: which may, under which name, without the place where a photo was taken."""

import hashlib
import re
from collections.abc import Callable, Collection
from pathlib import Path

from qms.model import value
from qms.packages import is_old_office, package
from qms.pictures import PictureError, bare_jpeg, bare_png

LARGEST = 10_000_000
"""Bytes of one file: git keeps every version for ever."""
MOST = 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST_NAME = 80
_CONVERT = {
    **dict.fromkeys((".heic", ".heif", ".webp", ".gif", ".bmp", ".tif", ".tiff"), "请先另存为 JPG 或 PNG"),
    **dict.fromkeys((".mp4", ".mov", ".avi", ".3gp"), "视频带有拍摄位置且太大，请截取画面存为 JPG"),
    **dict.fromkeys((".doc", ".xls", ".ppt", ".docm", ".xlsm"), "请另存为 PDF、DOCX 或 XLSX（不带宏）"),
    **dict.fromkeys((".zip", ".rar", ".7z"), "请解压后逐个附上"),
}


class AttachmentError(ValueError):
    """The file may not go beside a record; the message says in Chinese why and what to do."""


@value
class Attached:
    """A file ready to be put beside its record: ``file`` is its name there, ``notes`` what was done to it."""

    file: str
    content: bytes
    sha256: str
    caption: str | None
    notes: tuple[str, ...] = ()


def attached(source: Path, caption: str | None, taken: Collection[str] = ()) -> Attached:
    """The file at *source* as it goes beside a record that has files named *taken*; raises AttachmentError or OSError."""
    kind = source.suffix.lower().replace(".jpeg", ".jpg")
    if kind not in _KINDS:
        remedy = _CONVERT.get(kind, f"可用：{'、'.join(name.lstrip('.') for name in _KINDS)}")
        raise AttachmentError(f"附件 {source.name} 的类型不收；{remedy}")
    if not source.is_file():
        raise AttachmentError(f"没有文件 {source}；请检查路径")
    size = source.stat().st_size
    if size > LARGEST:
        raise AttachmentError(f"附件 {source.name} 有 {size / 1e6:.1f} MB，不得超过 {LARGEST / 1e6:.0f} MB；请缩小后再附")
    raw = source.read_bytes()
    if not raw:
        raise AttachmentError(f"附件 {source.name} 是空的；请检查文件")
    stem, cleaned = _KINDS[kind]
    content = cleaned(raw)
    if content is None:
        raise AttachmentError(f"附件 {source.name} 的内容不是 {kind.lstrip('.')}，或已损坏；请检查文件")
    name = _free_name(source.stem, kind, stem, taken)
    notes = []
    if content != raw:
        notes.append(f"{name}：已去除照片中的拍摄位置、时间与设备信息")
    if name != source.name:
        notes.append(f"{source.name} 存为 {name}")
    return Attached(file=name, content=content, sha256=hashlib.sha256(content).hexdigest(), caption=caption, notes=tuple(notes))


def split_caption(text: str) -> tuple[Path, str | None]:
    """The path and the caption of ``FILE=caption``; a path may hold ``=`` itself."""
    if Path(text).is_file():
        return Path(text), None
    for place, letter in enumerate(text):
        if letter == "=" and Path(text[:place]).is_file():
            return Path(text[:place]), text[place + 1 :] or None
    path, _, caption = text.partition("=")
    return Path(path), caption or None


def _free_name(stem: str, kind: str, plain: str, taken: Collection[str]) -> str:
    usable = _NAME.fullmatch(stem) and not _RESERVED.fullmatch(stem) and len(stem) <= _LONGEST_NAME
    used = {name.casefold() for name in taken}
    if usable and f"{stem}{kind}".casefold() not in used:
        return f"{stem}{kind}"
    base, number = (stem, 2) if usable else (plain, 1)
    while f"{base}-{number}{kind}".casefold() in used:
        number += 1
    return f"{base}-{number}{kind}"


def _picture(bare: Callable[[bytes], bytes]) -> Callable[[bytes], bytes | None]:
    def cleaned(raw: bytes) -> bytes | None:
        try:
            return bare(raw)
        except PictureError:
            return None

    return cleaned


def _beginning(start: bytes, within: int = 0) -> Callable[[bytes], bytes | None]:
    return lambda raw: raw if 0 <= raw[: within + len(start)].find(start) <= within else None


def _text(raw: bytes) -> bytes | None:
    return None if b"\x00" in raw else raw


def _office(raw: bytes) -> bytes | None:
    found = package(raw)
    return raw if found and found.is_office else None


_KINDS: dict[str, tuple[str, Callable[[bytes], bytes | None]]] = {
    ".jpg": ("photo", _picture(bare_jpeg)),
    ".png": ("photo", _picture(bare_png)),
    ".pdf": ("document", _beginning(b"%PDF-", 1024)),
    ".eml": ("mail", _text),
    ".msg": ("mail", lambda raw: raw if is_old_office(raw) else None),
    ".txt": ("text", _text),
    ".csv": ("table", _text),
    ".json": ("answers", _text),
    ".xlsx": ("table", _office),
    ".docx": ("document", _office),
}
