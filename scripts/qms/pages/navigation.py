"""The menu: what stands under which heading. Record pages are reached from registers, never from the menu."""

import re
from typing import Any

from qms.pages.edition import Edition
from qms.pages.forms import form_path
from qms.pages.report_paths import MONTHS, review_path

_LINKED = re.compile(r"\]\(([\w-]+\.md)")
GUIDES = "guide/"


def navigation(edition: Edition) -> list[dict[str, Any]]:
    """The menu in the form that mkdocs.yml would give it."""
    documents = sorted(
        [
            *((document.source.path.removeprefix("docs/"), f"{document.number} {document.title}") for document in edition.register.documents),
            *((entry.path.removeprefix("docs/"), entry.id) for entry in edition.register.unreadable if entry.path.startswith("docs/")),
        ],
        key=lambda entry: (["manual", "procedures", "work-instructions"].index(entry[0].split("/")[0]), entry[1]),
    )
    menu: list[dict[str, Any]] = [
        {"首页": "index.md"},
        {
            "待办与逾期": [
                {"待办与逾期": "overdue.md"},
                {"未按程序执行的事项": "breaches.md"},
                {"记录问题": "findings.md"},
            ]
        },
        {
            "台账": [
                {"投诉": "registers/complaints.md"},
                {"沟通备忘录": "registers/memos.md"},
                {"顾客": "registers/customers.md"},
                {"纠正与预防措施": "registers/capa.md"},
                {"返工": "registers/rework.md"},
                {"满意度调查": "registers/surveys.md"},
                {"人员与岗位": "people.md"},
            ]
        },
        {
            "报告": [
                {"分析报告台账": "registers/reports.md"},
                *({f"{year} 年度": f"reports/{year}.md"} for year in edition.report_years),
                {"月报": MONTHS},
                *({f"管理评审输入 {year}": review_path(year)} for year in edition.report_years[:1]),
            ]
        },
        {"审核": [{"审核入口": "audit.md"}, {"条款符合": "conformity.md"}, {"补录与更正": "late-entries.md"}, {"检查规则": "rules.md"}]},
        {"受控文件": [{"受控文件总览": "documents.md"}, *({name: path} for path, name in documents)]},
    ]
    if edition.forms:
        menu.insert(1, {"登记": [{sheet.title: form_path(sheet.name)} for sheet in edition.forms.sheets]})
    guides = guide_order(edition)
    if guides:
        menu.append({"使用指南": [*guides]})
    return menu


def guide_order(edition: Edition) -> list[str]:
    """The guides as their index names them, the index first, others at the end."""
    guides = edition.guides or {}
    index = f"{GUIDES}index.md"
    named = [f"{GUIDES}{name}" for name in _LINKED.findall(guides.get(index, ""))]
    known = [path for path in (index, *named, *sorted(guides)) if path in guides]
    return list(dict.fromkeys(known))
