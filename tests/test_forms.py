"""Form and schema agree: whatever a schema asks, offers or forbids stands in the form; and where a step goes in a record's text."""

import copy
import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from conftest import Plant
from formpages import SCHEMAS, book_of, sample_copy
from qms.edit import append_item, set_fields
from qms.entry.conditions import ALWAYS, either, holding, lacking, without
from qms.entry.fields import schema_at
from qms.entry.forms import ASKED, NEEDED
from qms.entry.steps import STAGES
from qms.forms import FormBook
from qms.forms.facts import opened, refused_letters, shared
from qms.forms.places import place
from qms.model import Forge
from qms.pages import Edition, build_pages, edition_pages
from qms.pages.navigation import navigation
from rendering import NOON

FORMS = ("complaint", "memo", "customer", *STAGES)
_FILLED_BY_SCRIPT = {"id"}


class Questions(HTMLParser):
    """The questions of a form by field, with the attributes of their controls and what they offer."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.asks: dict[str, dict[str, str | None]] = {}
        self.controls: dict[str, list[dict[str, str | None]]] = {}
        self.offered: dict[str, list[str]] = {}
        self.texts: dict[str, str] = {}
        self._path = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "data-path" in given:
            self._path = str(given["data-path"])
            self.asks[self._path] = given
        if tag in ("input", "select", "textarea") and given.get("name") == self._path:
            self.controls.setdefault(self._path, []).append(given)
            if given.get("type") in ("radio", "checkbox"):
                self.offered.setdefault(self._path, []).append(str(given["value"]))
        if tag == "option" and given.get("value"):
            self.offered.setdefault(self._path, []).append(str(given["value"]))

    def handle_data(self, data: str) -> None:
        self.texts[self._path] = self.texts.get(self._path, "") + data


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> FormBook:
    return book_of(sample_copy(tmp_path_factory.mktemp("sample")))


def questions(book: FormBook, name: str) -> Questions:
    """The form as it stands in its page."""
    return Questions(str(edition_pages(Edition(register=book.register, as_of=book.as_of, forms=book))[f"forms/{name}.md"]))


def controls(book: FormBook, name: str) -> Questions:
    """The form's questions, also where no complaint is open to the step."""
    return Questions(book.controls(next(sheet for sheet in book.sheets if sheet.name == name)))


def asked_fields(name: str) -> dict[str, dict[str, Any]]:
    """Every field that the form must ask, by its path in the form: what the schema requires and what the dialogue asks."""
    kind = name if name in ("memo", "customer") else "complaint"
    part = STAGES[name].field if name in STAGES else ""
    found: dict[str, dict[str, Any]] = {}

    def walk(schema: Any, path: str, shape: str) -> None:
        schema = SCHEMAS.resolve(schema)
        conditional = {field for rule in schema.get("allOf", ()) for field in rule["then"]["required"]}
        for field in schema.get("properties", {}):
            below, kinds = f"{path}.{field}".lstrip("."), f"{shape}.{field}".lstrip(".")
            if field in _FILLED_BY_SCRIPT:
                continue
            if field in schema.get("required", ()) or field in conditional or kinds in ASKED[kind] or (kind, kinds) in NEEDED:
                child = SCHEMAS.child(schema, field) or {}
                items = SCHEMAS.child(child, 0) if child.get("type") == "array" else None
                if kinds == "analysis.absent":
                    continue
                if child.get("type") == "object":
                    walk(child, below, kinds)
                elif items is not None and items.get("type") == "object":
                    walk(items, f"{below}._n_", kinds)
                else:
                    found[below] = dict(items if items is not None else child) | {"required": field in schema.get("required", ())}

    if not part:
        walk(SCHEMAS.by_kind[kind], "", "")
        return found
    schema = schema_at(SCHEMAS, kind, part) or {}
    if schema.get("type") == "array":
        walk(schema["items"], f"{part}.0", part)
    else:
        walk(schema, part, part)
    return found


# ---- form and schema --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMS)
def test_every_question_of_schema_and_dialogue_stands_in_the_form(book: FormBook, name: str) -> None:
    form, wanted = controls(book, name), asked_fields(name)
    assert set(wanted) <= set(form.asks)
    for path, schema in wanted.items():
        mine = form.controls[path]
        assert schema["title"] in form.texts[path], path
        told = str(schema.get("description", ""))
        assert told.startswith("写成") or schema.get("x-refers-to") == "person" or told in form.texts[path], path
        must = "data-must" in form.asks[path] or all("required" in control for control in mine)
        assert must == schema["required"], path
        if "enum" in schema:
            assert form.offered[path] == schema["enum"], path
            for choice in schema["enum"]:
                assert schema["x-enum-titles"][choice] in form.texts[path]
        if schema.get("type") == "boolean":
            assert form.offered[path] == ["true", "false"]
        if "pattern" in schema and schema.get("x-refers-to") not in ("person", "customer"):
            assert mine[0]["pattern"] == schema["pattern"]
        for limit, attribute in (("minimum", "min"), ("maximum", "max"), ("minLength", "data-shortest"), ("maxLength", "data-longest")):
            if limit in schema and "enum" not in schema and schema.get("x-refers-to") not in ("person", "customer"):
                assert mine[0].get(attribute) == str(schema[limit]), f"{path} {limit}"
        kind = {"moment": "datetime-local", "day": "date"}.get(str(schema.get("format")), "number" if schema.get("type") == "integer" else None)
        assert kind is None or mine[0]["type"] == kind


def test_the_number_has_the_schemas_pattern(book: FormBook) -> None:
    for name in ("complaint", "memo", "customer"):
        form = questions(book, name)
        schema = schema_at(SCHEMAS, name, "id") or {}
        assert form.controls["id"][0]["pattern"] == schema["pattern"]
        assert "required" in form.controls["id"][0]


def changed(book: FormBook, kind: str, change: Any) -> FormBook:
    by_kind = {**SCHEMAS.by_kind, kind: copy.deepcopy(SCHEMAS.by_kind[kind])}
    change(by_kind[kind])
    return replace(book, schemas=replace(SCHEMAS, by_kind=by_kind))


def test_a_field_that_the_schema_gains_is_asked(book: FormBook) -> None:
    def change(schema: Any) -> None:
        schema["properties"]["mould"] = {"type": "string", "title": "模具号", "description": "刻在型腔上", "pattern": "^M[0-9]{3}$", "maxLength": 9}
        schema["properties"]["shift"] = {
            "type": "string",
            "title": "班次",
            "enum": ["day", "night"],
            "x-enum-titles": {"day": "白班", "night": "夜班"},
        }
        schema["required"] += ["mould", "shift"]
        schema["properties"]["kind"]["enum"].append("praise")
        schema["properties"]["kind"]["x-enum-titles"]["praise"] = "表扬"
        schema["properties"]["severity"]["title"] = "严重等级"

    form = controls(changed(book, "complaint", change), "complaint")
    assert form.controls["mould"][0]["pattern"] == "^M[0-9]{3}$"
    assert "required" in form.controls["mould"][0]
    assert "模具号" in form.texts["mould"]
    assert "刻在型腔上" in form.texts["mould"]
    assert form.offered["shift"] == ["day", "night"]
    assert form.offered["kind"][-1] == "praise"
    assert "表扬" in form.texts["kind"]
    assert "严重等级" in form.texts["severity"]
    assert "mould" not in controls(book, "complaint").asks


def test_what_the_schema_requires_under_circumstances_is_asked_under_them(book: FormBook) -> None:
    form = book.controls(next(sheet for sheet in book.sheets if sheet.name == "customer"))
    group = html.unescape(re.findall(r'<fieldset class="qms-group" data-group="products"[^>]*>', form)[0])
    assert '[["status", "holds", ["active"]]]' in group
    assert json.loads(str(Questions(form).asks["ended_on"]["data-needed"])) == [["status", "holds", ["ended"]]]

    def change(schema: Any) -> None:
        schema["allOf"].append({"if": {"properties": {"grade": {"const": "C"}}}, "then": {"required": ["verified_on"]}})

    assert "verified_on" not in controls(book, "customer").asks
    assert json.loads(str(controls(changed(book, "customer", change), "customer").asks["verified_on"]["data-when"])) == [["grade", "holds", ["C"]]]


def test_hostile_names_stand_as_text_in_the_forms(book: FormBook) -> None:
    hurt = '"><script>window.hurt=1</script>\u202e'
    people = tuple(replace(person, name=hurt) for person in book.register.people)
    customers = tuple(replace(customer, short_name=hurt) for customer in book.register.customers)
    bent = replace(book, register=replace(book.register, people=people, customers=customers))
    for path, content in edition_pages(Edition(register=bent.register, as_of=bent.as_of, forms=bent)).items():
        if path.startswith("forms/"):
            assert "<script>window" not in str(content)
            assert "\u202e" not in str(content)
    facts = bent.scripts()["data/forms.js"].decode()
    assert facts.isascii()
    assert json.loads(facts.removeprefix("window.qmsFormFacts=").removesuffix(";\n"))["people"][0][1].startswith(hurt)


# ---- circumstances ----------------------------------------------------------------------------------------------------


def test_conditions_hold_for_values_lists_and_what_is_left_open() -> None:
    assert ALWAYS.holds({}, "a")
    condition = either(holding("department", "qa"), holding("topics", "order_change"))
    assert condition.holds({"department": "qa"}, "informed")
    assert condition.holds({"topics": ["quality", "order_change"]}, "informed")
    assert not condition.holds({"department": "pc", "topics": ["quality"]}, "informed")
    assert lacking("departments", "qc").holds({}, "x")
    assert not lacking("departments", "qc").holds({"departments": ["qc"]}, "x")
    assert without("promised_at").holds({"promised_at": "elsewhere"}, "reply.no_action_reason")
    assert not without("promised_at").holds({"reply.promised_at": "then"}, "reply.no_action_reason")


# ---- where a step goes ------------------------------------------------------------------------------------------------

RECORD = "id: CC-2026-0009  # 投诉编号\ncustomer: CU-0001\nreply:  # 答复顾客\n  at: 2026-01-01T09:00+08:00\n  # 注\nrework: RW-2026-0001\n"
RENEWALS = f"{RECORD}renewals:\n    - at: 2026-01-01T09:00+08:00\n      by: chen-lan\n      # 末项的注\nclosed: {{by: x}}\n"


@pytest.mark.parametrize("text", [RECORD, RECORD.rstrip("\n"), RECORD.replace("\n", "\r\n"), f"{RECORD}# 末尾\n\n", f"# 🧯🧯\n{RECORD}", RENEWALS])
@pytest.mark.parametrize("field", ["contact", "analysis", "completed", "confirmation", "containment", "late_entry_reason"])
def test_a_place_is_where_the_command_would_write(text: str, field: str) -> None:
    content: Any = "写明" if field in ("containment", "late_entry_reason") else {"by": "chen-lan"}
    spot = place(text, "complaint", field, SCHEMAS)
    assert spot is not None
    units = text.encode("utf-16-le")
    before, after = units[: spot.at * 2].decode("utf-16-le"), units[spot.at * 2 :].decode("utf-16-le")
    wanted = set_fields(text, "complaint", {field: content}, SCHEMAS)
    assert wanted.startswith(before + spot.lead)
    assert wanted.endswith(after)
    assert wanted[len(before + spot.lead) :].startswith(f"{field}:")
    assert not spot.dash


def test_a_further_renewal_goes_behind_the_last_with_its_dash() -> None:
    spot = place(RENEWALS, "complaint", "renewals", SCHEMAS)
    assert spot is not None
    wanted = append_item(RENEWALS, "complaint", "renewals", {"at": "2026-01-02T09:00+08:00"}, SCHEMAS)
    assert wanted[: spot.at] == RENEWALS[: spot.at]
    assert wanted[spot.at :].startswith("    - at: 2026-01-02")
    assert (spot.indent, spot.dash, RENEWALS[spot.at :]) == (4, True, "closed: {by: x}\n")


@pytest.mark.parametrize("text", ["id: [", "{id: CC-2026-0009, customer: CU-0001}\n", f"{RECORD}renewals: []\n", f"{RECORD}renewals:\n"])
def test_there_is_no_place_where_the_layout_does_not_allow_it(text: str) -> None:
    assert place(text, "complaint", "renewals", SCHEMAS) is None


def test_there_is_no_place_for_what_is_there() -> None:
    assert place(RECORD, "complaint", "reply", SCHEMAS) is None


# ---- what the scripts know --------------------------------------------------------------------------------------------


def test_each_step_is_offered_to_the_complaints_that_can_take_it(book: FormBook) -> None:
    offered = {name: [complaint.id for complaint in complaints] for name, complaints in book.open_to.items()}
    assert offered["analyse"] == ["CC-2026-0014"]
    assert offered["reply"] == ["CC-2026-0013", "CC-2026-0014"]
    assert offered["renew"] == offered["complete"] == ["CC-2026-0011", "CC-2026-0012"]
    assert offered["contact"] == offered["confirm"] == offered["close"] == []
    assert [sheet.step for sheet in book.steps_of("CC-2026-0011")] == ["complete", "renew"]
    assert book.steps_of("CC-2026-0001") == ()
    facts = opened(book.occasion, book.texts, book.open_to)
    assert set(facts) == {"CC-2026-0011", "CC-2026-0012", "CC-2026-0013", "CC-2026-0014"}
    assert set(facts["CC-2026-0014"]["steps"]) == {"analyse", "reply"}
    assert facts["CC-2026-0013"]["due"] == "2026-11-19T14:10+08:00"


def test_numbers_are_counted_by_series_with_those_that_cannot_be_read(plant: Plant) -> None:
    plant.write("records/complaints/2026/CC-2026-0041.yml", "nonsense: [")
    facts = shared(book_of(plant.root).occasion, {})
    assert facts["kinds"]["complaint"]["highest"] == {"CC-2026-": 41}
    (plant.root / "records/complaints/2026/CC-2026-0041.yml").unlink()
    plant.write("records/complaints/2026/CC-2026-0002.yml", "nonsense: [")
    assert shared(book_of(plant.root).occasion, {})["kinds"]["complaint"]["highest"] == {"CC-2026-": 4}
    assert facts["kinds"]["customer"]["highest"] == {"CU-": 3}
    assert facts["kinds"]["complaint"]["path"] == "records/complaints/YYYY/CC-YYYY-NNNN.yml"


@pytest.mark.parametrize(
    ("forge", "new", "edit", "upload", "carry"),
    [
        (
            Forge(kind="github", url="https://github.example/a/b", branch="main"),
            "https://github.example/a/b/new/main?filename={folder}/{name}",
            "https://github.example/a/b/edit/main/{path}",
            "https://github.example/a/b/upload/main/{folder}",
            ["new"],
        ),
        (
            Forge(kind="github", url="https://code.hengtuo.example:8443/a/b.git", branch="main"),
            "https://code.hengtuo.example:8443/a/b/new/main?filename={folder}/{name}",
            "https://code.hengtuo.example:8443/a/b/edit/main/{path}",
            "https://code.hengtuo.example:8443/a/b/upload/main/{folder}",
            ["new"],
        ),
        (
            Forge(kind="gitlab", url="https://gitlab.example/q/t/b/", branch="main"),
            "https://gitlab.example/q/t/b/-/new/main/{folder}?file_name={name}",
            "https://gitlab.example/q/t/b/-/edit/main/{path}",
            None,
            [],
        ),
        (
            Forge(kind="gitea", url="http://git.example/a/b", branch="main"),
            "http://git.example/a/b/_new/main/{folder}?filename={name}",
            "http://git.example/a/b/_edit/main/{path}",
            "http://git.example/a/b/_upload/main/{folder}",
            ["edit", "new"],
        ),
    ],
)
def test_the_scripts_get_the_hosts_own_addresses(book: FormBook, forge: Forge, new: str, edit: str, upload: str | None, carry: list[str]) -> None:
    register = replace(book.register, organization=replace(book.register.organization, forge=forge))
    facts = json.loads(json.dumps(shared(replace(book, register=register).occasion, {})["forge"]))
    assert facts == {"kind": forge.kind, "new": new, "edit": edit, "upload": upload, "carry": carry, "longest": 6000}


@pytest.mark.parametrize("url", ["javascript:alert(1)//x", "ftp://git.example/a"])
def test_only_web_addresses_are_offered(book: FormBook, url: str) -> None:
    forge = Forge(kind="gitea", url=url, branch="main")
    register = replace(book.register, organization=replace(book.register.organization, forge=forge))
    assert shared(replace(book, register=register).occasion, {})["forge"] is None


def test_what_no_record_may_hold_is_named_and_what_it_may_is_not() -> None:
    refused = set(refused_letters())
    assert {0, 1, 0x0B, 0x7F, 0x80, 0x061C, 0xFFFE} <= refused
    assert refused.isdisjoint({0x09, 0x0A, 0x20, 0x85, 0x2028, 0x202E, 0xFEFF, 0x200B})


# ---- the pages --------------------------------------------------------------------------------------------------------


def test_without_forms_nothing_leads_to_one(plant: Plant) -> None:
    pages = build_pages(plant.load(), NOON, None)
    assert not [path for path in pages if path.startswith("forms/")]
    assert not [path for path, content in pages.items() if isinstance(content, str) and "forms/" in content]


def test_the_menu_names_every_form(book: FormBook) -> None:
    edition = Edition(register=book.register, as_of=book.as_of, forms=book)
    (entry,) = [entry["登记"] for entry in navigation(edition) if "登记" in entry]
    assert [path for line in entry for path in line.values()] == [f"forms/{name}.md" for name in FORMS]


def test_an_empty_register_offers_its_form(book: FormBook) -> None:
    bare = replace(book, register=replace(book.register, complaints=(), memos=(), capas=(), reworks=()), texts={})
    pages = edition_pages(Edition(register=bare.register, as_of=bare.as_of, forms=bare))
    assert "[登记投诉](../forms/complaint.md)" in str(pages["registers/complaints.md"])
    assert "现在没有可以登记答复顾客的投诉" in str(pages["forms/reply.md"])
