"""What ``qms new`` does besides for the survey year: the year, the customers left out of a plan, a form that was sent already."""

import argparse

from qms.commands.desk import Desk
from qms.commands.shared import CommandError
from qms.entry import lookup
from qms.entry.answers import AnswerError, refuse_control
from qms.entry.building import Answers
from qms.entry.defaults import default
from qms.entry.planning import unreasoned

_YEARLY = ("survey_plan", "survey_answer", "report")


def year_given(options: argparse.Namespace, kind: str) -> Answers:
    """The year that --year names."""
    if options.year is None:
        return {}
    if kind not in _YEARLY:
        raise CommandError("--year 只用于 qms new plan、answer、report")
    return {"year": options.year}


def planned(options: argparse.Namespace, desk: Desk, answers: Answers) -> Answers:
    """The plan's year, and its customers without those that --exclude leaves out with a reason."""
    found: Answers = {}
    if "year" not in answers:
        proposed = default("survey_plan", "year", answers, desk.occasion)
        found |= {"year": proposed.content} if proposed else {}
    if not options.exclude:
        return found
    if any(path.startswith("excluded") for path in answers):
        raise CommandError("--exclude 与 --set excluded… 只能给一样。没有写入")
    known = lookup.customers(desk.register)
    left: list[str] = []
    for place, text in enumerate(options.exclude):
        name, _, reason = text.partition("=")
        matching = lookup.matches(known, name)
        if len(matching) != 1 or not reason.strip():
            raise CommandError(f"--exclude '{text}' 应写成 顾客=原因，顾客写编号或名称，且只对应一家。没有写入")
        try:
            refuse_control(reason)
        except AnswerError as error:
            raise CommandError(f"--exclude '{name}'：{error}。没有写入") from None
        left.append(matching[0].value)
        found |= {f"excluded.{place}.customer": matching[0].value, f"excluded.{place}.reason": reason.strip()}
    if "customers" not in answers:
        proposed = default("survey_plan", "customers", answers | found, desk.occasion)
        found["customers"] = [number for number in (proposed.content if proposed else []) if number not in left]
    return found


def refuse_unreasoned(desk: Desk, answers: Answers) -> None:
    """Raise CommandError for customers who should be surveyed and are neither listed nor left out with a reason."""
    missing = unreasoned(answers, desk.occasion)
    if missing:
        lines = "\n".join(f"  --exclude {customer.id}=…  {customer.short_name} 未列入的原因" for customer in missing)
        raise CommandError(f"{len(missing)} 家应调查的顾客既没有列入，也没有写明原因，没有写入。请列入 customers，或补上：\n{lines}")


def refuse_sent(desk: Desk, kind: str, answers: Answers) -> None:
    """Raise CommandError for a form that is registered as sent: its answer is added, not written anew."""
    if kind != "survey_answer":
        return
    year = answers.get("year")
    if year is None:
        proposed = default(kind, "year", answers, desk.occasion)
        year = proposed.content if proposed else None
    there = desk.register.answer.get((year, str(answers.get("customer")))) if isinstance(year, int) else None
    if there is not None:
        raise CommandError(f"{there.source.path} 已存在（已登记发出），没有写入；收回的答卷用 qms answer {there.year} {there.customer} 登记")
