"""What is handed back to be filled in: a mapping file from a register's headings, and a list of customers that have no file yet."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from qms.export import Heading, Sheet
from qms.importing.cells import CellError, line_of
from qms.importing.grid import Grid
from qms.importing.headings import CUSTOMER, TARGETS, folded, guessed, heading_row
from qms.importing.mapping import layout_of, settled_of
from qms.importing.remarks import ImportingError
from qms.importing.rows import rows_of
from qms.model import Vocabulary
from qms.rules.texts import is_placeholder
from qms.write import scalar

_WITH_WORDS = {
    "complaint": ("kind", "category", "severity", "received.channel", "former.settled"),
    "customer": ("status", "grade", "contact_every"),
}
_MOST_WORDS = 40
_WORKS = {
    "complaint": "# 旧投诉台账的对照文件。改好后：qms import register 旧台账.xlsx --kind complaint --mapping 本文件 --dry-run\n",
    "customer": "# 旧顾客台账的对照文件。改好后：qms import register 旧台账.xlsx --kind customer --mapping 本文件 --dry-run\n",
}
_READ = "# 以 # 开头的行只是说明和例子，不起作用；要用某个例子，去掉行首的“# ”再改。\n"
_OTHERWISE = {
    "complaint": (
        "# otherwise：列里没有写时一律填什么。由你们决定；不写的就空着，不会自动编造。\n"
        "# otherwise:\n"
        "#   former.settled: 是        # 旧台账里的投诉全部已经了结\n"
    ),
    "customer": (
        "# otherwise：列里没有写时一律填什么。由你们决定。\n"
        "# otherwise:\n"
        "#   status: 合作\n"
        "#   grade: B\n"
        "#   contact_every: 每月\n"
        "#   since: 2020-01-01\n"
    ),
}
_NAMES = {
    "complaint": (
        "# people：旧台账里的姓名对应 people.yml 中的哪一位；查不到的姓名照原文留在“旧台账其他内容”。\n"
        "# people:\n"
        "#   小陈: chen-lan\n"
        "# customers：旧台账里的叫法对应哪一份顾客档案。\n"
        "# customers:\n"
        "#   海晏: CU-0001\n"
    ),
    "customer": "",
}


def mapping_draft(grids: Sequence[Grid], kind: str, vocabulary: Vocabulary) -> str:
    """A commented mapping file made from the register's headings and the words in it; raises ImportingError without headings."""
    found = heading_row(grids, kind) or _likely(grids)
    if found is None:
        raise ImportingError("找不到表头；请把表头行移到前 30 行之内，每列写上列名")
    grid, header = found
    headings = [" ".join(str(cell).split()) if isinstance(cell, str | int) else "" for cell in grid.rows[header]]
    chosen = guessed(headings, kind)
    lines = [_WORKS[kind], _READ, f"kind: {kind}\n", f"sheet: {scalar(grid.name)}  # 工作表\n", f"header: {header + 1}  # 表头在第几行\n"]
    lines.append("# year: 2024  # 日期只写月日的旧台账，在这里写明年份\n\n")
    lines.append("# columns：左边是本系统的字段，右边是旧台账的列名；不导入的写 ~。\ncolumns:\n")
    for target in TARGETS[kind]:
        name = scalar(chosen[target.field]) if target.field in chosen else "~"
        lines.append(f"  {target.field}: {name}  # {target.title}{'（必须有）' if target.must else ''}\n")
    rest = [heading for heading in headings if heading and heading not in chosen.values()]
    if kind == "complaint":
        lines.append("\n# 其余的列照原文留在记录的“旧台账其他内容”里；连原文也不要的写进 ignore。\n")
        if rest:
            lines.append(f"# 其余的列：{'、'.join(rest)}\n")
        lines.append("# ignore: [序号]\n")
    lines.append(_words(grids, kind, vocabulary, chosen))
    lines.append(f"\n{_OTHERWISE[kind]}\n{_NAMES[kind]}")
    return "".join(lines).rstrip("\n") + "\n"


def customers_sheet(names: Iterable[str]) -> Sheet:
    """A list to be filled in and imported as customers, with the names in it."""
    headings = tuple(Heading(title=target.title, width=30 if target.field in ("name", "address") else 14) for target in CUSTOMER)
    place = next(position for position, target in enumerate(CUSTOMER) if target.field == "name")
    rows = tuple(tuple(name if position == place else None for position in range(len(headings))) for name in names)
    return Sheet(name="新顾客", headings=headings, rows=rows)


def _words(grids: Sequence[Grid], kind: str, vocabulary: Vocabulary, chosen: Mapping[str, str]) -> str:
    """The words that stand in the columns with fixed values, translated where they are known."""
    try:
        layout = layout_of(grids, kind, None, vocabulary)
    except ImportingError:
        return ""
    parts = []
    for name in _WITH_WORDS[kind]:
        if name not in chosen:
            continue
        said: Counter[str] = Counter()
        for row in rows_of(layout):
            try:
                word = line_of(row.content(name))
            except CellError:
                continue
            said[word] += bool(word and (name == "former.settled" or not is_placeholder(word)))
        words = [word for word, count in said.most_common(_MOST_WORDS) if count]
        if not words:
            continue
        known = layout.words.get(name, {})
        choices = "是、否" if name == "former.settled" else layout.choices[name]
        parts.append(f"  {name}:  # 可用：{choices}\n")
        for word in words:
            meant = {True: "是", False: "否", None: None}[settled_of(word, {})] if name == "former.settled" else known.get(folded(word))
            parts.append(f"    {scalar(word)}: {meant or '~'}{'' if meant else '  # 请填写；写 ~ 则不填，原文照留'}\n")
    return f"\n# values：旧台账的用词 → 本系统的内容。\nvalues:\n{''.join(parts)}" if parts else ""


def _likely(grids: Sequence[Grid]) -> tuple[Grid, int] | None:
    """The first row with three texts or more, where no heading is known."""
    for grid in grids:
        for position, row in enumerate(grid.rows[:30]):
            if sum(isinstance(cell, str) for cell in row) >= 3:
                return grid, position
    return None


def default_draft_name(path: Path) -> Path:
    """Where a draft goes when nothing else is said: beside the register."""
    return path.with_name(f"{path.stem}-对照.yml")
