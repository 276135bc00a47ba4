"""A small plant in which all is well, as plain data by kind: what tests bend one field of."""

# ruff: noqa: E501 - a table reads best with one case per line

DEPARTMENTS = ["production", "engineering", "qc", "pc", "materials"]


def person(number: str, name: str, *roles: dict[str, object]) -> dict[str, object]:
    return {"id": number, "name": name, "email": f"{number}@hengtuo.example", "roles": list(roles)}


ORGANIZATION = {
    "name": "东海市恒拓精密部件有限公司",
    "short_name": "恒拓精密",
    "timezone": "Asia/Shanghai",
    "started_on": "2025-10-01",
    "sample": {"as_of": "2026-11-20T16:00+08:00"},
}
PEOPLE = {
    "people": [
        person("chen-lan", "陈岚", {"role": "qa_chief", "from": "2022-03-01"}),
        person("zhou-min", "周敏", {"role": "qa_staff", "from": "2021-07-05"}, {"role": "qa_chief", "from": "2024-01-01", "deputy": True}),
        person("wu-qi", "吴琪", {"role": "qa_staff", "from": "2025-10-01", "to": "2026-06-30"}),
        person("li-qiang", "李强", {"role": "pc", "from": "2016-05-03"}),
        person("wang-jianguo", "王建国", {"role": "management_representative", "from": "2019-01-01"}),
        person("zhao-lei", "赵磊", {"role": "production", "from": "2018-09-01"}),
        person("liu-fang", "刘芳", {"role": "engineering", "from": "2019-06-17"}),
        person("he-ping", "何平", {"role": "qc", "from": "2020-11-02"}),
        person("xu-jing", "徐静", {"role": "document_control", "from": "2023-02-13"}),
    ]
}


def customer(number: str, name: str, **more: object) -> dict[str, object]:
    return {
        "id": number,
        "name": f"{name}有限公司",
        "short_name": name,
        "status": "active",
        "grade": "A",
        "since": "2025-10-08",
        "address": "东海市临港路 1 号",
        "phone": "0999-5550101",
        "contacts": [{"name": "高明", "position": "品质主管", "phone": "13800001234", "email": "gao@customer.example"}],
        "products": [{"part": "HT-1010", "name": "风扇网罩卡扣"}],
        "contact_every": "month",
        "created": {"at": "2025-10-08T09:00+08:00", "by": "li-qiang"},
        "verified_on": "2026-03-20",
        **more,
    }


CUSTOMERS = [
    customer("CU-0001", "海晏家电"),
    customer("CU-0002", "北辰汽电"),
    customer("CU-0003", "川泽智居", status="prospect", since="2026-09-07"),
]
MEMOS = [
    {
        "id": "CM-2026-0001", "customer": "CU-0001", "at": "2026-01-06T10:20+08:00", "direction": "outbound", "channel": "phone",
        "department": "qa", "by": "zhou-min", "topics": ["routine"], "content": "询问 12 月三批卡扣的上线情况，顾客说装配顺畅。",
        "opinions": {"quality": "外观稳定", "delivery": "无意见"},
        "informed": [{"who": "he-ping", "at": "2026-01-06T11:00+08:00"}],
        "review": {"timely": True, "requirements_met": True, "satisfied": True},
    },
    {
        "id": "CM-2026-0002", "customer": "CU-0001", "at": "2026-01-12T10:10+08:00", "direction": "outbound", "channel": "phone",
        "department": "qa", "by": "chen-lan", "topics": ["complaint"], "content": "确认毛刺的位置与数量，约定先挑选再换货。", "complaint": "CC-2026-0001",
    },
    {
        "id": "CM-2026-0003", "customer": "CU-0002", "at": "2026-02-03T14:00+08:00", "direction": "inbound", "channel": "email",
        "department": "pc", "by": "li-qiang", "topics": ["order_change"], "content": "顾客把 2 月订单由 3000 件改为 2400 件。",
        "outcome": "2 月 5 日按 2400 件排产，余料转 3 月。", "informed": [{"who": "zhao-lei", "at": "2026-02-03T14:30+08:00"}],
    },
    {
        "id": "CM-2026-0004", "customer": "CU-0001", "at": "2026-03-02T11:00+08:00", "direction": "outbound", "channel": "phone",
        "department": "qa", "by": "chen-lan", "topics": ["return"], "content": "确认退货 500 件的批号与不良现象。", "complaint": "CC-2026-0002",
    },
    {
        "id": "CM-2026-0005", "customer": "CU-0002", "at": "2026-10-13T15:00+08:00", "direction": "outbound", "channel": "visit",
        "department": "qa", "by": "zhou-min", "topics": ["routine"], "content": "登门调查满意度，顾客当场填写调查表。",
        "opinions": {"service": "响应快"},
    },
    {
        "id": "CM-2026-0006", "customer": "CU-0001", "at": "2026-11-02T09:40+08:00", "direction": "outbound", "channel": "phone",
        "department": "qa", "by": "chen-lan", "topics": ["price"], "content": "核对顾客要求的降价幅度与依据。", "complaint": "CC-2026-0003",
    },
]  # fmt: skip
COMPLAINTS = [
    {
        "id": "CC-2026-0001", "customer": "CU-0001", "kind": "complaint", "category": "quality", "product": "HT-1010", "lot": "260105-1",
        "quantity": 86, "description": "进料抽检发现卡扣勾部毛刺 0.25 mm，86/2000 件。", "severity": "major",
        "received": {"at": "2026-01-12T09:30+08:00", "by": "li-qiang", "channel": "email"},
        "contact": {"at": "2026-01-12T10:05+08:00", "by": "chen-lan", "memo": "CM-2026-0002"},
        "analysis": {
            "at": "2026-01-12T14:00+08:00", "departments": DEPARTMENTS[:4], "absent": [{"department": "materials", "reason": "年度盘点，会后电话确认"}],
            "conclusion": "挑选换货，研配滑块。",
        },
        "reply": {
            "at": "2026-01-12T17:30+08:00", "by": "chen-lan", "channel": "email", "to": "品质主管", "method": "挑选换货，修模后送首批验证。",
            "promised_at": "2026-01-20T17:00+08:00",
        },
        "renewals": [
            {"at": "2026-01-19T10:00+08:00", "by": "zhou-min", "channel": "phone", "promised_at": "2026-01-23T17:00+08:00", "reason": "钢料晚到两天。"},
            {"at": "2026-01-22T10:00+08:00", "by": "chen-lan", "channel": "phone", "promised_at": "2026-01-26T17:00+08:00", "reason": "试模再调一次。"},
        ],
        "completed": {"at": "2026-01-26T15:00+08:00", "by": "chen-lan", "evidence": "修模首批 260125-1 顾客判合格。"},
        "capa": "CA-2026-0001",
        "confirmation": {"at": "2026-02-27T10:00+08:00", "by": "zhou-min", "timely": True, "requirements_met": True, "satisfied": True},
        "closed": {"at": "2026-03-02T09:00+08:00", "by": "chen-lan", "verification": "连续三批毛刺不大于 0.08 mm。"},
    },
    {
        "id": "CC-2026-0002", "customer": "CU-0001", "kind": "return", "category": "quality", "product": "HT-1010", "lot": "260224-1",
        "quantity": 500, "description": "卡扣披锋，500 件全数退回。", "severity": "major",
        "received": {"at": "2026-03-02T10:15+08:00", "by": "zhou-min", "channel": "phone"},
        "contact": {"at": "2026-03-02T11:00+08:00", "by": "zhou-min", "memo": "CM-2026-0004"},
        "analysis": {"at": "2026-03-02T15:00+08:00", "departments": DEPARTMENTS, "conclusion": "全数返工。"},
        "reply": {"at": "2026-03-02T18:00+08:00", "by": "zhou-min", "channel": "email", "method": "全数返工复检后送回。", "promised_at": "2026-03-12T17:00+08:00"},
        "completed": {"at": "2026-03-11T16:00+08:00", "by": "li-qiang", "evidence": "481 件送达，顾客签收。"},
        "capa": "CA-2026-0002", "rework": "RW-2026-0001", "reopened_from": "CC-2026-0001",
        "confirmation": {"at": "2026-04-20T10:00+08:00", "by": "chen-lan", "timely": True, "requirements_met": True, "satisfied": True},
        "closed": {"at": "2026-04-21T09:00+08:00", "by": "chen-lan", "verification": "三批无披锋。"},
    },
    {
        "id": "CC-2026-0003", "customer": "CU-0001", "kind": "feedback", "category": "price",
        "description": "顾客希望单价下调 4 %。", "severity": "minor",
        "received": {"at": "2026-11-02T09:10+08:00", "by": "chen-lan", "channel": "phone"},
        "contact": {"at": "2026-11-02T09:40+08:00", "by": "chen-lan", "memo": "CM-2026-0006"},
        "reply": {"at": "2026-11-02T16:00+08:00", "by": "chen-lan", "channel": "email", "method": "说明价格联动条款。", "no_action_reason": "按合同按季度联动，1 月复核。"},
    },
    {
        "id": "CC-2026-0004", "customer": "CU-0001", "kind": "complaint", "category": "quality", "description": "与 CC-2026-0001 重复登记的邮件。",
        "severity": "major", "received": {"at": "2026-11-03T08:00+08:00", "by": "li-qiang", "channel": "email"},
        "void": {"at": "2026-11-03T09:00+08:00", "by": "chen-lan", "reason": "重复登记，保留 CC-2026-0001。"},
    },
]  # fmt: skip


def capa(number: str, source: dict[str, object], opened_at: str, **more: object) -> dict[str, object]:
    return {"id": number, "source": source, "problem": "卡扣勾部毛刺超标。", "severity": "major", "owner": "liu-fang", "opened_at": opened_at, **more}


CAPAS = [
    capa(
        "CA-2026-0001", {"type": "complaint", "id": "CC-2026-0001"}, "2026-01-12T15:00+08:00",
        containment="在库 8000 件隔离全检。", causes={"occurrence": "滑块磨损 0.06 mm。", "escape": "目视看不到勾部内侧。"},
        actions=[
            {"what": "研配滑块。", "kind": "corrective", "owner": "liu-fang", "due_on": "2026-01-20", "done_on": "2026-01-19"},
            {"what": "同类模具点检。", "kind": "preventive", "owner": "zhao-lei", "due_on": "2026-02-10", "done_on": "2026-02-10"},
        ],
        effectiveness={"checked_at": "2026-02-26T15:00+08:00", "by": "he-ping", "method": "三批各抽 200 件。", "effective": True},
        standardization="保养卡增加滑块间隙一项。", closed={"at": "2026-02-27T16:00+08:00", "by": "chen-lan"},
    ),
    capa(
        "CA-2026-0002", {"type": "complaint", "id": "CC-2026-0002"}, "2026-03-02T16:00+08:00",
        containment="停机检查。", causes={"occurrence": "锁模力不足。", "escape": "首件未测披锋。"},
        actions=[{"what": "调整锁模力下限。", "kind": "corrective", "owner": "liu-fang", "due_on": "2026-03-10", "done_on": "2026-03-09"}],
        effectiveness={"checked_at": "2026-04-15T10:00+08:00", "by": "he-ping", "method": "三批全检。", "effective": True},
        standardization="工艺卡改版。", previous="CA-2026-0001", closed={"at": "2026-04-16T10:00+08:00", "by": "zhou-min"},
    ),
    capa("CA-2026-0003", {"type": "survey", "id": "2026/CU-0001"}, "2026-11-10T10:00+08:00"),
]  # fmt: skip
REWORKS = [
    {
        "id": "RW-2026-0001", "complaint": "CC-2026-0002", "product": "HT-1010", "lot": "260224-1", "opened_at": "2026-03-04T09:00+08:00",
        "quantities": {"returned": 500, "reworked": 488, "scrapped": 19, "accepted": 481, "pending": 0}, "disposition": "rework",
        "plan": "全数分选并修披锋。", "reinspection": {"at": "2026-03-10T16:00+08:00", "by": "he-ping", "method": "全数复检。", "result": "pass"},
        "released": {"at": "2026-03-11T09:00+08:00", "by": "he-ping"},
    },
]  # fmt: skip
PLANS = [
    {
        "year": 2026, "purpose": "了解顾客的满意程度。", "method": ["form", "visit"],
        "questionnaire": {
            "version": "V1", "scale": 5,
            "items": [
                {"id": "q_look", "dimension": "quality", "title": "外观"}, {"id": "d_time", "dimension": "delivery", "title": "准时"},
                {"id": "s_speed", "dimension": "service", "title": "响应"}, {"id": "p_fair", "dimension": "price", "title": "合理"},
            ],
        },
        "dimensions": [
            {"id": "quality", "title": "质量", "weight": 40}, {"id": "delivery", "title": "交期", "weight": 25.5},
            {"id": "service", "title": "售后服务", "weight": 19.5}, {"id": "price", "title": "价格", "weight": 15},
        ],
        "target": 85, "low_score": 3, "customers": ["CU-0001", "CU-0002"],
        "opens_on": "2026-10-08", "closes_on": "2026-10-31",
        "prepared": {"by": "chen-lan", "at": "2026-09-20T10:00+08:00"}, "approval": {"by": "wang-jianguo", "at": "2026-09-28T10:00+08:00"},
    },
]  # fmt: skip
ANSWERS = [
    {
        "customer": "CU-0001", "year": 2026, "questionnaire_version": "V1", "method": "form", "sent_at": "2026-10-08T09:00+08:00",
        "returned_at": "2026-10-20T09:00+08:00", "surveyor": "zhou-min", "respondent": {"position": "品质主管"},
        "scores": {"q_look": 3, "d_time": 5, "s_speed": 4, "p_fair": 4}, "reasons": {"q_look": "毛刺两次了。"},
    },
    {
        "customer": "CU-0002", "year": 2026, "questionnaire_version": "V1", "method": "visit", "sent_at": "2026-10-08T09:00+08:00",
        "returned_at": "2026-10-13T16:00+08:00", "surveyor": "zhou-min", "respondent": {"position": "采购经理"},
        "scores": {"q_look": 5, "d_time": 5, "s_speed": 5}, "memo": "CM-2026-0005",
    },
]  # fmt: skip
REPORTS = [
    {
        "year": 2026, "conclusions": ["总体达到目标；外观偏低。"], "sources": ["survey", "complaints"],
        "actions": [{"issue": "海晏家电外观 3 分。", "covers": [{"customer": "CU-0001", "items": ["q_look"]}], "capa": "CA-2026-0003"}],
        "prepared": {"by": "chen-lan", "at": "2026-11-12T10:00+08:00"}, "approval": {"by": "wang-jianguo", "at": "2026-11-16T10:00+08:00"},
    },
]  # fmt: skip

RECORDS = {
    "organization": [ORGANIZATION],
    "people": [PEOPLE],
    "customer": CUSTOMERS,
    "memo": MEMOS,
    "complaint": COMPLAINTS,
    "capa": CAPAS,
    "rework": REWORKS,
    "survey_plan": PLANS,
    "survey_answer": ANSWERS,
    "report": REPORTS,
}
