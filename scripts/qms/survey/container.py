"""What kind of file came back, by its bytes and not by its name; what cannot be a filled form is told apart and refused."""

from pathlib import Path

from qms.packages import ARCHIVE, is_encrypted, is_old_office, package
from qms.survey.from_answer_file import read_answer_file
from qms.survey.from_workbook import read_workbook
from qms.survey.returned import ReadingError, Returned

LARGEST = 5_000_000
"""Bytes of a returned file; the form that goes out has about ten thousand."""
_LARGEST_UNPACKED, _MOST_PARTS = 30_000_000, 300
_BY_HAND = "请照原件用 qms answer 登记，并用 --attach 附上原件"
_SCANS = {b"%PDF-": "PDF", b"\xff\xd8\xff": "照片", b"\x89PNG": "图片"}


def read_form(path: Path) -> tuple[Returned, bytes]:
    """The form in the file at *path* and the file's bytes; raises ReadingError or OSError."""
    if not path.is_file():
        raise ReadingError("没有这个文件；请检查路径")
    if path.stat().st_size > LARGEST:
        raise ReadingError(f"有 {path.stat().st_size / 1e6:.1f} MB，不像调查表（不超过 {LARGEST / 1e6:.0f} MB）；请核对文件")
    raw = path.read_bytes()
    return read_bytes(raw), raw


def read_bytes(raw: bytes) -> Returned:
    """The form in a file's bytes; raises ReadingError."""
    if not raw.strip(b"\0 \r\n\t"):
        raise ReadingError("文件是空的；请顾客重新发来")
    if is_encrypted(raw):
        raise ReadingError("文件设了打开密码，读不出来；请顾客去掉密码后重新发来")
    if is_old_office(raw):
        raise ReadingError("是旧版 Excel（.xls）或 WPS（.et）格式；请顾客另存为 .xlsx 后重新发来")
    if raw.startswith(b"PK"):
        _refuse_package(raw)
        return read_workbook(raw)
    for start, kind in _SCANS.items():
        if raw.startswith(start):
            raise ReadingError(f"是{kind}，不能自动读取；{_BY_HAND}")
    beginning = raw[:4000].decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if beginning.startswith("{"):
        return read_answer_file(raw)
    if "<html" in beginning.lower():
        raise ReadingError("是调查表网页本身，里面没有填写的内容；请顾客在网页上填好后点“生成答卷文件”，把得到的 .json 文件发回")
    raise ReadingError(f"不是调查表文件（收 .xlsx 和网页生成的 .json）；{_BY_HAND}")


def _refuse_package(raw: bytes) -> None:
    """Raise ReadingError for a zip archive that is no workbook, is broken, or would not end when unpacked."""
    found = package(raw)
    if found is None:
        raise ReadingError("文件已损坏，可能没有下载完整；请顾客重新发来")
    if len(found.names) > _MOST_PARTS or found.unpacked > _LARGEST_UNPACKED:
        raise ReadingError(f"解开后超过 {_LARGEST_UNPACKED / 1e6:.0f} MB，不是正常的调查表；没有打开，请向顾客核实文件来源")
    if found.locked:
        raise ReadingError("压缩包设了密码，读不出来；请顾客去掉密码后重新发来")
    if not found.is_workbook:
        remedy = "请解压后逐个导入" if found.kind == ARCHIVE else f"请顾客在原来的 Excel 调查表上填写后发来，或{_BY_HAND.removeprefix('请')}"
        raise ReadingError(f"是{found.kind}，不是 Excel 调查表；{remedy}")
