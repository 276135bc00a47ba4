"""What a file must satisfy to be read: the ids that end the reader's messages, each with its demand in Chinese. Not the rules' ids."""

from collections.abc import Mapping

READING: Mapping[str, str] = {
    # where files stand
    "organization-exists": "有工厂信息文件 records/organization.yml。",
    "people-exists": "有人员与岗位文件 records/people.yml。",
    "file-place": "records/ 下的文件都在规定的文件夹里，以编号命名。",
    "file-extension": "记录文件的扩展名是 .yml。",
    "no-symlink": "records/ 下都是文件本身，没有符号链接。",
    "file-readable": "文件打得开。",
    "number-is-file-name": "编号（或顾客、年度）与文件名一致。",
    "number-is-in-year": "记录放在编号所属年度的文件夹里。",
    # bytes and characters
    "file-size": "记录和受控文件不超过 1 MB，照片和邮件作附件。",
    "encoding-utf8": "文件是 UTF-8 编码。",
    "encoding-bom": "文件开头没有 BOM。",
    "hidden-character": "文件里没有不可见或改变书写方向的字符。",
    "control-character": "文件里没有控制字符。",
    # the form of a file
    "file-not-empty": "记录文件不是空的。",
    "front-matter": "受控文件开头有首部：以 --- 起止，写成“字段: 内容”的多行。",
    "record-is-mapping": "记录写成“字段: 内容”的多行。",
    "yaml-syntax": "缩进、引号、括号和冒号成对、合乎格式。",
    "yaml-wide-colon": "字段名后用半角冒号加一个空格。",
    "yaml-no-tab": "缩进用空格，不用制表符（Tab）。",
    "yaml-unique-key": "同一层里一个字段只写一次。",
    "yaml-key": "字段名是一个词。",
    "yaml-list-comma": "方括号里的列表用半角逗号分隔。",
    "yaml-hash-cut": "内容含井号的加引号；注释的井号后空一格。",
    "yaml-one-document": "一个文件只写一份记录。",
    "yaml-depth": "内容嵌套不超过 16 层。",
    "yaml-no-alias": "不用别名（*），把内容写出来。",
    "yaml-no-anchor": "不用锚点（&）。",
    "yaml-no-merge": "不用合并键（<<）。",
    "yaml-no-tag": "不用类型标签（!）。",
    # what the form asks
    "unknown-field": "只用表单里有的字段。",
    "required-field": "表单要求必填的字段都有。",
    "empty-field": "写出的字段不空着。",
    "field-type": "字段的内容合乎种类：文字、数字、列表或下一级内容。",
    "field-choice": "选择的内容在表单的选项之内。",
    "field-pattern": "编号、邮箱等的写法合乎表单的规定。",
    "field-one-of": "几个字段择一填写的，恰好填一个。",
    "field-min-length": "文字不少于表单规定的字数，写得清楚。",
    "field-max-length": "文字不超过表单规定的字数，详细材料作附件。",
    "field-minimum": "数字不小于表单规定的最小值。",
    "field-maximum": "数字不大于表单规定的最大值。",
    "field-exclusive-minimum": "数字大于表单规定的界限。",
    "field-min-items": "列表的项数不少于表单的规定；没有内容的不写。",
    "field-unique-items": "列表里没有重复的项。",
    "field-min-properties": "写出的字段下面有内容。",
    "moment-format": "时刻写成 2026-03-15T14:35+08:00，或 2026-03-15 14:35（工厂当地时间）。",
    "day-format": "日期写成 2026-03-15，日历上有这一天。",
    "line-format": "限写一行的内容没有换行。",
    "timezone-format": "时区是 IANA 名称，如 Asia/Shanghai。",
    # attachments
    "attachment-has-record": "每个附件文件夹都有对应的记录。",
    "attachment-is-listed": "附件文件夹里的每个文件都写进记录的附件。",
    "attachment-exists": "记录里写的附件都在附件文件夹里。",
    "attachment-unchanged": "附件的内容与记录里的校验值一致。",
}
"""Every id, in the order in which a file is read."""
