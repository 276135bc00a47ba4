"""What an office file is by its bytes, told without unpacking it: a zip archive of which kind, or the older container. Judges nothing."""

import io
import zipfile
from dataclasses import dataclass

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_KINDS = {"xl/workbook.xml": "Excel 表格", "content.xml": "ODS 表格", "word/document.xml": "Word 文档"}
ARCHIVE = "压缩包"


@dataclass(frozen=True)
class Package:
    """A zip archive: the names of its parts, their bytes when unpacked, and whether a password guards one of them."""

    names: frozenset[str]
    unpacked: int
    locked: bool

    @property
    def kind(self) -> str:
        """Excel 表格, ODS 表格, Word 文档, or 压缩包 for any other."""
        return next((kind for part, kind in _KINDS.items() if part in self.names), ARCHIVE)

    @property
    def is_workbook(self) -> bool:
        """Whether Excel could open it."""
        return "xl/workbook.xml" in self.names

    @property
    def is_office(self) -> bool:
        """Whether it is a document of today's office programs, without macros."""
        return "[Content_Types].xml" in self.names and not any(name.lower().endswith("vbaproject.bin") for name in self.names)


def package(raw: bytes) -> Package | None:
    """The archive that *raw* is; None where it is broken or none."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return None
    return Package(
        names=frozenset(part.filename for part in parts),
        unpacked=sum(part.file_size for part in parts),
        locked=any(part.flag_bits & 1 for part in parts),
    )


def is_old_office(raw: bytes) -> bool:
    """Whether *raw* is the container of .xls, .doc, .msg, and of today's files behind a password."""
    return raw.startswith(_OLE)


def is_encrypted(raw: bytes) -> bool:
    """Whether *raw* is an office file that opens with a password only."""
    return raw.startswith(_OLE) and _ENCRYPTED in raw
