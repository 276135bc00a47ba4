"""Files beside a record: what is taken, under which name, and that a photo no longer tells where it was taken."""

import base64
import hashlib
import io
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest

from qms.attach import LARGEST, AttachmentError, attached, split_caption
from qms.pictures import PictureError, bare_jpeg, bare_png

ROOT = Path(__file__).resolve().parent.parent
# 8 x 4 pixels from a "phone": Exif with orientation 6, maker, time and a place at 31 N 121 E, and a comment.
PHOTO = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4QDMRXhpZgAATU0AKgAAAAgABAEPAAIAAAALAAAAPgESAAMAAAABAAYAAAEyAAIAAAAUAAAASoglAAQAAAABAAAAXgAAAABBQ01FIFBob25l"
    "AAAyMDI2OjExOjIwIDEwOjAwOjAwAAAEAAEAAgAAAAJOAAAAAAIABQAAAAMAAACUAAMAAgAAAAJFAAAAAAQABQAAAAMAAACsAAAAAAAAAB8AAAABAAAADgAAAAEAAAAAAAAAAQAA"
    "AHkAAAABAAAAHAAAAAEAAAAAAAAAAf/+AAhzZWNyZXT/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6/+b9//j/"
    "2wBDASstLTw1PHZBQXb4pYyl+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj/wAARCAAEAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAA"
    "AAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAwX/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCYASg//9k="
)
SECRETS = (b"ACME", b"2026:11:20", b"secret", struct.pack(">II", 31, 1))


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


IHDR = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
IDAT = chunk(b"IDAT", zlib.compress(b"\x00\x7f"))
PNG = b"\x89PNG\r\n\x1a\n" + IHDR + chunk(b"eXIf", b"MM gps 31.2") + chunk(b"tEXt", b"Comment\x00secret") + chunk(b"gAMA", b"\x00\x00\xb1\x8f") + IDAT
PNG += chunk(b"IEND", b"") + b"trailing gps"
BARE_PNG = b"\x89PNG\r\n\x1a\n" + IHDR + chunk(b"gAMA", b"\x00\x00\xb1\x8f") + IDAT + chunk(b"IEND", b"")


def office(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


GOOD = {
    "photo.jpg": PHOTO,
    "photo.png": PNG,
    "report.pdf": b"%PDF-1.7\n%...",
    "mail.eml": "From: a\r\nSubject: 毛刺\r\n\r\n正文\r\n".encode(),
    "mail.msg": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 8,
    "notes.txt": "记录".encode("gbk"),
    "table.csv": b"a,b\r\n",
    "table.xlsx": office("[Content_Types].xml", "xl/workbook.xml"),
    "letter.docx": office("[Content_Types].xml", "word/document.xml"),
}


def test_a_photo_keeps_its_picture_and_loses_what_the_camera_added(tmp_path: Path) -> None:
    assert all(secret in PHOTO for secret in SECRETS)
    (tmp_path / "photo.jpg").write_bytes(PHOTO)
    file = attached(tmp_path / "photo.jpg", "毛刺")
    assert not any(secret in file.content for secret in SECRETS)
    assert file.content.endswith(PHOTO[PHOTO.index(b"\xff\xdb") :]), "tables and picture stay bit for bit"
    assert b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in file.content, "the orientation stays"
    assert file.sha256 == hashlib.sha256(file.content).hexdigest()
    assert file.caption == "毛刺"
    assert "拍摄位置" in file.notes[0]
    assert bare_jpeg(file.content) == file.content


def test_what_a_phone_hides_behind_the_picture_goes_too() -> None:
    assert bare_jpeg(PHOTO + PHOTO + b"\x00moov gps") == bare_jpeg(PHOTO)


def test_a_picture_in_several_scans_with_restarts_stays_whole() -> None:
    place = PHOTO.index(b"\xff\xda")
    scan = PHOTO[place:-2]
    several = PHOTO[:place] + scan + b"\xff\xd0\x12\xff\x00\x34" + b"\xff\xfe\x00\x06gps!" + scan + b"\xff\xd9"
    bare = bare_jpeg(several)
    assert bare.endswith(scan + b"\xff\xd0\x12\xff\x00\x34" + scan + b"\xff\xd9")
    assert b"gps!" not in bare


def test_a_png_keeps_what_it_is_drawn_from(tmp_path: Path) -> None:
    assert bare_png(PNG) == BARE_PNG
    assert bare_png(BARE_PNG) == BARE_PNG


@pytest.mark.parametrize("length", range(0, len(PHOTO) - 1, 7))
def test_a_cut_picture_is_refused(length: int) -> None:
    with pytest.raises(PictureError):
        bare_jpeg(PHOTO[:length])


@pytest.mark.parametrize("length", range(0, len(BARE_PNG) - 1, 5))
def test_a_cut_png_is_refused(length: int) -> None:
    with pytest.raises(PictureError):
        bare_png(BARE_PNG[:length])


def test_a_damaged_png_is_refused() -> None:
    with pytest.raises(PictureError):
        bare_png(BARE_PNG.replace(zlib.compress(b"\x00\x7f"), zlib.compress(b"\x00\x7e")))


@pytest.mark.parametrize("name", GOOD)
def test_useful_files_are_taken(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(GOOD[name])
    file = attached(tmp_path / name, None)
    assert file.file == name
    assert file.caption is None
    if not name.startswith("photo"):
        assert file.content == GOOD[name]
        assert file.notes == ()


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("photo.heic", b"x", "另存为 JPG"),
        ("clip.mp4", b"x", "截取画面"),
        ("old.xls", b"x", "PDF"),
        ("program.exe", b"MZ", "类型不收；可用：jpg、png、pdf"),
        ("noend", b"x", "类型不收"),
        ("photo.jpg", PNG, "内容不是 jpg，或已损坏"),
        ("photo.png", PHOTO, "内容不是 png"),
        ("report.pdf", b"<html>", "内容不是 pdf"),
        ("table.xlsx", b"PK\x03\x04", "内容不是 xlsx"),
        ("table.xlsx", office("[Content_Types].xml", "xl/vbaProject.bin"), "内容不是 xlsx"),
        ("notes.txt", b"a\x00b", "内容不是 txt"),
        ("mail.eml", b"", "是空的"),
    ],
    ids=lambda given: "content" if isinstance(given, bytes) else None,
)
def test_other_files_are_refused_with_a_remedy(name: str, raw: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(AttachmentError, match=said):
        attached(tmp_path / name, "x")


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "big.pdf").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(AttachmentError, match=r"10\.0 MB，不得超过 10 MB"):
        attached(tmp_path / "big.pdf", "x")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.pdf").mkdir()
    for name in ("missing.pdf", "folder.pdf"):
        with pytest.raises(AttachmentError, match="没有文件"):
            attached(tmp_path / name, "x")


@pytest.mark.parametrize(
    ("source", "taken", "name"),
    [
        ("IMG_1.JPG", (), "IMG_1.jpg"),
        ("IMG_1.jpeg", (), "IMG_1.jpg"),
        ("IMG_1.jpg", ("img_1.JPG",), "IMG_1-2.jpg"),
        ("IMG_1.jpg", ("IMG_1.jpg", "IMG_1-2.jpg"), "IMG_1-3.jpg"),
        ("现场照片.jpg", (), "photo-1.jpg"),
        ("现场照片.jpg", ("photo-1.jpg",), "photo-2.jpg"),
        ("a b.jpg", (), "photo-1.jpg"),
        ("con.jpg", (), "photo-1.jpg"),
        ("-x.jpg", (), "photo-1.jpg"),
        ("x" * 90 + ".jpg", (), "photo-1.jpg"),
    ],
)
def test_names_are_ascii_and_free(source: str, taken: tuple[str, ...], name: str, tmp_path: Path) -> None:
    (tmp_path / source).write_bytes(PHOTO)
    assert attached(tmp_path / source, "x", taken).file == name


def test_a_caption_follows_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a=b.jpg").write_bytes(PHOTO)
    assert split_caption("a=b.jpg") == (Path("a=b.jpg"), None)
    assert split_caption("a=b.jpg=说明=1") == (Path("a=b.jpg"), "说明=1")
    assert split_caption("missing.jpg=说明") == (Path("missing.jpg"), "说明")
    assert split_caption("a=b.jpg=") == (Path("a=b.jpg"), None)


@pytest.mark.parametrize("name", GOOD)
def test_git_gives_attachments_back_byte_for_byte(name: str) -> None:
    path = f"records/complaints/2026/CC-2026-0001/{name}"
    said = subprocess.run(["git", "check-attr", "text", "--", path], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.rstrip().endswith(": unset"), "line ends of an attachment must not be changed: see .gitattributes"
