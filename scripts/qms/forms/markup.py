"""A layout as HTML: labels, help, controls with the browser's own constraints. Record text is escaped here."""

import html
import json
from collections.abc import Iterable, Sequence

from qms.entry.answers import Occasion, written
from qms.entry.conditions import Condition
from qms.entry.dialogue import MAY_LIE_AHEAD
from qms.entry.fields import Choice, Question, schema_at
from qms.forms.layout import ITEM, LATE, Field, Group, Layout
from qms.load.moments import YEARS
from qms.load.schemas import Schema, Schemas
from qms.model import value

_MOST_BUTTONS = 4
"""From more choices than this a list is opened instead of showing all as buttons."""
_LONG_TEXT = 3
_ONE_OF_TWO = "与{}二选一"
_FIRST, _LAST = f"{YEARS.start}-01-01", f"{YEARS.stop - 1}-12-31"
_LIMITS = {"minimum": "min", "maximum": "max", "pattern": "pattern", "minLength": "data-shortest", "maxLength": "data-longest"}
"""How a schema's limits are called in HTML. Lengths are no attributes of the browser's own: it would cut what is pasted without a word."""


@value
class Lists:
    """What may be chosen: customers by whether business is done with them, and the people on their posts today."""

    customers: tuple[tuple[str, tuple[Choice, ...]], ...]
    people: tuple[Choice, ...]
    posts: tuple[tuple[str, frozenset[str]], ...]
    """Who holds which roles today."""

    def signers(self, roles: Sequence[str]) -> tuple[Choice, ...]:
        """The people who hold one of *roles* today; with no roles anybody in post."""
        on_post = {person for person, held in self.posts if held and (not roles or held & set(roles))}
        return tuple(choice for choice in self.people if choice.value in on_post)


def controls(layout: Layout, occasion: Occasion, lists: Lists) -> str:
    """All entries of *layout* as HTML."""
    return _Markup(occasion, lists, layout).entries(layout.entries)


def text(content: object) -> str:
    """Record text inside HTML: markup is escaped, and invisible characters are shown by their code points."""
    shown = "".join(letter if letter.isprintable() else f"⟨U+{ord(letter):04X}⟩" for letter in str(content))
    return html.escape(shown, quote=True)


def circumstances(condition: Condition, path: str) -> str:
    """A condition as the script reads it: any of [field, test, contents]."""
    return json.dumps([[clause.named_from(path), clause.test, list(clause.contents)] for clause in condition.clauses], ensure_ascii=False)


def identity(path: str) -> str:
    """The id of a field's control."""
    return f"ask-{path.replace('.', '-')}"


def attributes(**given: object) -> str:
    """Attributes of a tag; True stands for a bare one, None and False are left out."""
    parts = []
    for name, content in given.items():
        named = name.rstrip("_").replace("_", "-")
        if content is True:
            parts.append(f" {named}")
        elif content is not None and content is not False:
            parts.append(f' {named}="{html.escape(str(content), quote=True)}"')
    return "".join(parts)


def _partners(field: Field) -> set[str]:
    """The fields in whose stead *field* is written: it cannot be left out while they are open."""
    clauses = field.needed.clauses if field.needed else ()
    return {clause.named_from(field.question.path) for clause in clauses if clause.test == "open"}


class _Markup:
    def __init__(self, occasion: Occasion, lists: Lists, made: Layout) -> None:
        self.occasion = occasion
        self.lists = lists
        self.presets = {field.question.path: field.preset.content for field in made.fields() if field.preset}
        self.partners = {path for field in made.fields() for path in _partners(field)}

    def entries(self, entries: Iterable[Field | Group]) -> str:
        return "".join(self.group(entry) if isinstance(entry, Group) else self.field(entry) for entry in entries)

    # -- parts --

    def group(self, group: Group) -> str:
        gate = ""
        title = text(group.title)
        if group.offered and not group.many and not any(field.fixed for field in group.entries if isinstance(field, Field)):
            gate = f'<input type="checkbox"{attributes(id=identity(group.path) + "-gate", data_gate=True, checked=group.open_first)}>'
            title = f'<label for="{identity(group.path)}-gate">{gate} {title}</label>'
        begun = group.many and bool(group.required or group.needed or group.open_first)
        marks = attributes(
            class_="qms-group",
            data_group=group.path,
            data_title=group.title,
            hidden=not group.when.holds(self.presets, group.path),
            data_list=group.many,
            data_least=1 if group.many and (group.required or group.needed) else None,
            data_begin=1 if begun else None,
            **self._when(group.when, group.needed, group.path),
        )
        told = f'<p class="qms-ask__help">{text(group.help)}</p>' if group.help else ""
        inner = self.entries(group.entries)
        if group.many:
            item = f'<fieldset class="qms-item" data-index="{ITEM}"><legend>{title} <span data-number>1</span></legend>{inner}'
            item += '<button type="button" class="qms-plain" data-take-away>删去这一项</button></fieldset>'
            first = item.replace(ITEM, "0") if begun else ""
            button = f'<button type="button" class="qms-plain" id="{identity(group.path)}-add" data-add>再加一项{title}</button>'
            inner = f'<div class="qms-items">{first}</div><template>{item}</template>{button}<p class="qms-ask__told"></p>'
        else:
            inner = f'<div class="qms-inner"{attributes(hidden=bool(gate) and not group.open_first)}>{inner}</div>'
        return f"<fieldset{marks}><legend>{title}</legend>{told}{inner}</fieldset>"

    def field(self, field: Field) -> str:
        asked = field.question
        several = asked.many or asked.form == "boolean" or (asked.form == "choice" and len(asked.choices) <= _MOST_BUTTONS)
        several = several and asked.form in ("boolean", "choice")
        name = identity(asked.path)
        one_of_two = _ONE_OF_TWO.format("下一项") if asked.path in self.partners else _ONE_OF_TWO.format("上一项") if _partners(field) else ""
        must = '<span class="qms-must">必填</span>' if field.required else '<span class="qms-may">可不填</span>'
        must = f'<span class="qms-must">{one_of_two}</span>' if one_of_two else must
        title = f"{text(asked.title)} {must}"
        marks = attributes(
            class_="qms-ask",
            data_path=asked.path,
            data_form=asked.form,
            data_many=asked.many,
            data_preset=json.dumps(field.preset.content, ensure_ascii=False) if field.preset and not self._running(field) else None,
            data_running=self._running(field),
            data_signers=" ".join(field.signers) if field.signers is not None else None,
            data_refers=asked.refers_to or None,
            data_ahead=_lies_ahead(asked),
            data_fixed=json.dumps(field.fixed) if field.fixed else None,
            data_title=asked.title,
            data_must_word=one_of_two or None,
            data_must=field.required and asked.many,
            data_example=_example(field) or None,
            hidden=asked.path == LATE or not field.when.holds(self.presets, asked.path),
            **self._when(field.when, field.needed, asked.path),
        )
        told = f'<p class="qms-ask__help" id="{name}-help">{text(self._help(field))}</p>' if self._help(field) else ""
        told += f'<p class="qms-ask__told" id="{name}-told"></p>'
        about = f"{name}-help {name}-told" if self._help(field) else f"{name}-told"
        if several:
            return f"<fieldset{marks}{attributes(aria_describedby=about)}><legend>{title}</legend>{self._buttons(field)}{told}</fieldset>"
        return f'<div{marks}><label for="{name}">{title}</label>{self._control(field, name, about)}{told}</div>'

    # -- controls --

    def _buttons(self, field: Field) -> str:
        asked = field.question
        choices = (Choice(value="true", word="是"), Choice(value="false", word="否")) if asked.form == "boolean" else asked.choices
        kind, must = "checkbox" if asked.many else "radio", field.required and not asked.many
        made = [
            f'<label class="qms-pick"><input type="{kind}"'
            f"{attributes(id=f'{identity(asked.path)}-{choice.value}', name=asked.path, value=choice.value, required=must)}>"
            f" {text(choice.word or choice.value)}</label>"
            for choice in choices
        ]
        return f'<div class="qms-picks">{"".join(made)}</div>'

    def _control(self, field: Field, name: str, about: str) -> str:
        asked, schema = field.question, field.schema
        common = attributes(id=name, name=asked.path, required=field.required, aria_describedby=about)
        if asked.form == "choice":
            return f"<select{common}>{_options(asked.choices)}</select>"
        if asked.form == "reference" and asked.refers_to == "customer":
            groups = "".join(f'<optgroup label="{text(title)}">{_choices(kept)}</optgroup>' for title, kept in self.lists.customers if kept)
            return f'<select{common}><option value="">请选择</option>{groups}</select>'
        if asked.form == "reference" and asked.refers_to == "person":
            return f"<select{common}>{_options(self.lists.signers(field.signers or ()))}</select>"
        if asked.form == "text":
            return f"<textarea{common}{attributes(rows=_LONG_TEXT)}{_limits(schema)}></textarea>"
        if asked.form in ("moment", "day"):
            kind, ends = ("datetime-local", ("T00:00", "T23:59")) if asked.form == "moment" else ("date", ("", ""))
            button = f'<button type="button" class="qms-plain" data-now>{"现在" if asked.form == "moment" else "今天"}</button>'
            button = "" if _lies_ahead(asked) else button
            return f'<span class="qms-beside"><input type="{kind}"{common}{attributes(min=_FIRST + ends[0], max=_LAST + ends[1])}>{button}</span>'
        if asked.form in ("integer", "number"):
            step = {"step": 1, "inputmode": "numeric"} if asked.form == "integer" else {"step": "any", "inputmode": "decimal"}
            return f'<input type="number"{common}{attributes(**step)}{_limits(schema)}>'
        offered = f"{name}-list" if asked.form == "reference" or asked.path == "product" else None
        suggested = f'<datalist id="{offered}"></datalist>' if offered else ""
        more = attributes(list=offered, autocomplete="off", inputmode="email" if "@" in str(schema.get("pattern", "")) else None)
        return f'<input type="text"{common}{more}{_limits(schema)}>{suggested}'

    # -- words --

    def _help(self, field: Field) -> str:
        asked = field.question
        own = "" if asked.form in ("moment", "day") and not _own_help(field) else asked.help
        if asked.refers_to == "person" and asked.form == "reference":
            own = ""
        several = "几项之间用顿号或逗号分开" if asked.many and asked.form == "line" else ""
        example = f"如 {_example(field)}" if _example(field) and asked.refers_to not in ("person", "customer") else ""
        return "；".join(part for part in (own, several, example) if part)

    def _running(self, field: Field) -> str | None:
        """Whether the field is proposed to hold the moment (or day) at which the form is looked at."""
        if field.preset is None:
            return None
        running = {"moment": ("now", written(self.occasion.now)), "day": ("today", self.occasion.register.day_of(self.occasion.now).isoformat())}
        word, shown = running.get(field.question.form, ("", None))
        return word if field.preset.content == shown else None

    def _when(self, when: Condition, needed: Condition | None, path: str) -> dict[str, str]:
        found = {"data_when": circumstances(when, path)} if when.clauses else {}
        return found | ({"data_needed": circumstances(needed, path)} if needed is not None else {})


def _lies_ahead(asked: Question) -> bool:
    return asked.form == "moment" and asked.path.rpartition(".")[2] in MAY_LIE_AHEAD


def _example(field: Field) -> str:
    """How a text with a pattern is written."""
    return str(next(iter(field.schema.get("examples", ())), "")) if "pattern" in field.schema else ""


def _own_help(field: Field) -> bool:
    """Whether the help says more than how a moment is written, which the browser's own control makes needless."""
    return not field.question.help.startswith("写成")


def _limits(schema: Schema) -> str:
    return attributes(**{html_name: schema.get(name) for name, html_name in _LIMITS.items()})


def _options(choices: Sequence[Choice]) -> str:
    return f'<option value="">请选择</option>{_choices(choices)}'


def _choices(choices: Sequence[Choice]) -> str:
    return "".join(f'<option value="{text(choice.value)}">{text(choice.word or choice.value)}</option>' for choice in choices)


def number_control(schemas: Schemas, kind: str) -> str:
    """The record's number: proposed by the script, written by hand where somebody was first."""
    schema = schema_at(schemas, kind, "id") or {}
    example = next(iter(schema.get("examples", ())), "")
    marks = attributes(class_="qms-ask", data_path="id", data_form="line", data_title=schema.get("title"), data_example=example)
    told = "按本站的记录取下一个空号；别人可能刚用过，最后以合并时的检查为准，撞号时改成再下一个"
    control = f'<input type="text" id="ask-id" name="id" required autocomplete="off" aria-describedby="ask-id-help ask-id-told"{_limits(schema)}>'
    return (
        f'<div{marks}><label for="ask-id">{text(schema.get("title", "编号"))} <span class="qms-must">必填</span></label>{control}'
        f'<p class="qms-ask__help" id="ask-id-help">{told}</p><p class="qms-ask__told" id="ask-id-told"></p></div>'
    )
