"""The mapping file (对照文件): which column is which field, what words mean, what is said for all rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qms.importing.grid import Grid
from qms.importing.headings import TARGETS, folded, guessed, heading_row, plain
from qms.importing.remarks import ImportingError
from qms.load.strict_yaml import read_tree
from qms.model import Vocabulary, value

_KEYS = {
    "kind": "台账种类",
    "sheet": "工作表",
    "header": "表头所在行",
    "year": "年份",
    "columns": "列的对照",
    "values": "用词的对照",
    "otherwise": "没有写时一律填",
    "people": "人员的对照",
    "customers": "顾客的对照",
    "ignore": "不要的列",
}
_MAPPINGS = ("columns", "values", "otherwise", "people", "customers")
NOTHING = ("", "~", "不填")
"""What a word is translated to when the field is to stay open."""
_ALSO_KNOWN: Mapping[str, Mapping[str, str]] = {
    "kind": {"客诉": "complaint", "客户投诉": "complaint", "顾客投诉": "complaint", "客户反馈": "feedback", "顾客反馈": "feedback"},
    "category": {"品质": "quality", "质量问题": "quality", "品质问题": "quality", "交期": "delivery", "包装问题": "packaging"},
    "received.channel": {"邮件": "email", "电子邮件": "email", "来电": "phone", "拜访": "visit", "来访": "visit", "会议": "meeting", "传真件": "fax"},
    "status": {"正常": "active", "合作中": "active", "在合作": "active", "停止": "ended", "已终止": "ended", "意向": "prospect"},
    "contact_every": {"周": "week", "月": "month", "每星期": "week"},
}
_DONE = (
    "是",
    "已",
    "已结案",
    "结案",
    "已关闭",
    "关闭",
    "已完成",
    "完成",
    "已结",
    "结束",
    "已处理",
    "已了结",
    "closed",
    "close",
    "done",
    "yes",
    "y",
    "true",
    "ok",
    "√",
    "✓",
)
_NOT_DONE = ("否", "未", "未结案", "未结", "未关闭", "未完成", "处理中", "进行中", "跟进中", "待处理", "open", "no", "n", "false", "×", "x")
_SETTLED = {**dict.fromkeys(_DONE, True), **dict.fromkeys(_NOT_DONE, False)}


@value
class Layout:
    """How one sheet is read: the row of headings (from 0), the column of each field, and what the mapping says besides."""

    kind: str
    grid: Grid
    header: int
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    ignored: frozenset[int]
    year: int | None
    words: Mapping[str, Mapping[str, str]]
    choices: Mapping[str, str]
    otherwise: Mapping[str, str]
    people: Mapping[str, str]
    customers: Mapping[str, str]

    @property
    def other_columns(self) -> tuple[int, ...]:
        """The columns with a heading that no field takes and that are not to be left out."""
        used = {*self.columns.values(), *self.ignored}
        return tuple(column for column, heading in enumerate(self.headings) if heading and column not in used)


def layout_of(grids: Sequence[Grid], kind: str, path: Path | None, vocabulary: Vocabulary) -> Layout:
    """How the register is to be read, by the mapping file at *path* or by its own headings; raises ImportingError."""
    told = _read(path, kind) if path else {}
    grid, header = _table(grids, kind, told, path)
    headings = tuple(" ".join(str(cell).split()) if isinstance(cell, str | int) else "" for cell in grid.rows[header])
    columns = _columns(headings, kind, told, path, grid)
    ignored = {_column(headings, name, path, "ignore") for name in told.get("ignore", [])}
    if "ignore" not in told:
        ignored |= {place for place, heading in enumerate(headings) if plain(heading) in ("序号", "no", "项次", "行号")}
    layout = Layout(
        kind=kind,
        grid=grid,
        header=header,
        headings=headings,
        columns=columns,
        ignored=frozenset(ignored - set(columns.values())),
        year=int(told["year"]) if "year" in told else None,
        words=_words(kind, told.get("values", {}), vocabulary),
        choices={target.field: _choices(vocabulary, kind, target.field) for target in TARGETS[kind]},
        otherwise={str(field): str(content) for field, content in told.get("otherwise", {}).items()},
        people={folded(name): str(number) for name, number in told.get("people", {}).items()},
        customers={folded(name): str(number) for name, number in told.get("customers", {}).items()},
    )
    missing = [target for target in TARGETS[kind] if target.must and target.field not in columns]
    if missing:
        names = "、".join(f"{target.title}（{target.field}）" for target in missing)
        listed = "、".join(heading for heading in headings if heading)
        where = f"“{grid.name}”第 {header + 1} 行的表头里没有{names}"
        raise ImportingError(f"{where}；表头是：{listed}。请用 --draft-mapping 写出对照文件，填好后用 --mapping 给出")
    return layout


def _choices(vocabulary: Vocabulary, kind: str, name: str) -> str:
    """The values that a field may hold, with their Chinese words."""
    return "、".join(f"{word}（{label}）" for (of, path, word), label in vocabulary.values.items() if (of, path) == (kind, name))


def settled_of(word: str, words: Mapping[str, str]) -> bool | None:
    """Whether a word of the old register says that the case is settled; None where it does not tell."""
    told = words.get(folded(word), word)
    return _SETTLED.get(folded(told))


def _table(grids: Sequence[Grid], kind: str, told: Mapping[str, Any], path: Path | None) -> tuple[Grid, int]:
    if "sheet" in told:
        named = [grid for grid in grids if grid.name == str(told["sheet"])]
        if not named:
            raise ImportingError(f"{path}：没有工作表“{told['sheet']}”；文件里有：{'、'.join(grid.name for grid in grids)}")
        grids = named
    if "header" in told:
        header = int(told["header"]) - 1
        if not 0 <= header < len(grids[0].rows):
            raise ImportingError(f"{path}：header 写的第 {told['header']} 行不在“{grids[0].name}”里")
        return grids[0], header
    found = heading_row(grids, kind)
    if found is None:
        raise ImportingError("找不到表头（前 30 行里没有认得的列名）；请用 --draft-mapping 写出对照文件，在 header 写明表头在第几行")
    return found


def _columns(headings: Sequence[str], kind: str, told: Mapping[str, Any], path: Path | None, grid: Grid) -> dict[str, int]:
    doubled = {heading for heading in headings if heading and headings.count(heading) > 1}
    if "columns" not in told:
        chosen = guessed(headings, kind)
        wrong = [heading for heading in chosen.values() if heading in doubled]
        if wrong:
            raise ImportingError(f"“{grid.name}”的表头里“{wrong[0]}”出现了不止一次；请改成不同的列名，或用对照文件写明")
        return {field: headings.index(heading) for field, heading in chosen.items()}
    fields = {target.field for target in TARGETS[kind]}
    columns: dict[str, int] = {}
    for field, name in told["columns"].items():
        if field not in fields:
            raise ImportingError(f"{path}：columns 里的 {field} 不是可以导入的字段；可用：{'、'.join(target.field for target in TARGETS[kind])}")
        if str(name) in NOTHING:
            continue
        columns[str(field)] = _column(headings, name, path, f"columns 的 {field}")
    return columns


def _column(headings: Sequence[str], name: object, path: Path | None, where: str) -> int:
    wanted = plain(str(name))
    found = [place for place, heading in enumerate(headings) if heading == " ".join(str(name).split())]
    found = found or [place for place, heading in enumerate(headings) if wanted and plain(heading) == wanted]
    if len(found) != 1:
        state = "不止一列" if found else "没有这一列"
        raise ImportingError(f"{path}：{where} 写的“{name}”在表头里{state}；表头是：{'、'.join(heading for heading in headings if heading)}")
    return found[0]


def _words(kind: str, told: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    """For each field with fixed values what words mean them: the form's own, the usual ones, those of the mapping."""
    found: dict[str, dict[str, str]] = {}
    for target in TARGETS[kind]:
        own = {folded(label): word for (of, path, word), label in vocabulary.values.items() if (of, path) == (kind, target.field)}
        english = {folded(word): word for word in own.values()}
        usual = {folded(word): meant for word, meant in _ALSO_KNOWN.get(target.field, {}).items()}
        if own:
            found[target.field] = {**usual, **own, **english}
    for field, words in told.items():
        found.setdefault(str(field), {}).update({folded(word): str(meant) for word, meant in dict(words).items()})
    return found


def _read(path: Path, kind: str) -> dict[str, Any]:
    """The mapping file's content, as checked as it needs to be; raises ImportingError with the place."""
    tree = read_tree(path.read_bytes())
    if tree.problems:
        first = tree.problems[0]
        raise ImportingError(f"{path}:{first.line}:{first.column}: {first.message}")
    content = tree.content
    if not isinstance(content, dict):
        raise ImportingError(f"{path}：不是对照文件；请用 --draft-mapping 写出一份再填")
    for key in content:
        line = tree.positions.get(str(key), (1, 1))[0]
        if key not in _KEYS:
            raise ImportingError(f"{path}:{line}：没有 {key} 这一项；可用：{'、'.join(_KEYS)}")
        if content[key] is None or content[key] == "":
            raise ImportingError(f"{path}:{line}：{key}（{_KEYS[key]}）是空的；请填写，或删去这一行")
        if key in _MAPPINGS and not isinstance(content[key], dict):
            raise ImportingError(f"{path}:{line}：{key}（{_KEYS[key]}）下面要逐行写“名称: 内容”")
    for field, words in content.get("values", {}).items():
        if not isinstance(words, dict):
            line = tree.positions.get(f"values.{field}", (1, 1))[0]
            raise ImportingError(f"{path}:{line}：values 的 {field} 下面要逐行写“旧台账的词: 内容”")
    for key in ("header", "year"):
        if key in content and not str(content[key]).isdecimal():
            raise ImportingError(f"{path}:{tree.positions[key][0]}：{key}（{_KEYS[key]}）要写数字")
    if "ignore" in content and not isinstance(content["ignore"], list):
        raise ImportingError(f"{path}:{tree.positions['ignore'][0]}：ignore 要写成 [列名, 列名]")
    if content.get("kind", kind) != kind:
        raise ImportingError(f"{path}：这是 {content['kind']} 的对照文件，命令里写的却是 --kind {kind}")
    return content
