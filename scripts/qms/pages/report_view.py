"""What the parts of a year's report share: the edition, the data that the report rests on, and how figures are told."""

from dataclasses import dataclass
from functools import cached_property

from qms.freeze import Frozen
from qms.hindsight import known_at
from qms.metrics import Figure, YearFigures
from qms.metrics.figures import Shift
from qms.metrics.statistics import MANY, SOME
from qms.model import Report, SurveyPlan
from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.edition import Edition


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """The report of *year* as a page at *here*; with *live* its numbers come from the records of today whatever was issued."""

    edition: Edition
    here: str
    year: int
    live: bool = False

    @cached_property
    def report(self) -> Report | None:
        """The chief's words."""
        return self.edition.register.report.get(self.year)

    @cached_property
    def frozen(self) -> Frozen | None:
        """The data of an issued report; None while it is a draft, or where it names none."""
        return None if self.live else self.edition.frozen.get(self.year)

    @cached_property
    def then(self) -> Edition:
        """What the numbers come from: the data commit of an issued report, else the records of today."""
        if self.frozen is None:
            return self.edition
        held = self.frozen.register or self.edition.register
        return Edition(register=known_at(held, self.frozen.as_of), as_of=self.frozen.as_of, witnesses=self.edition.witnesses)

    @cached_property
    def plan(self) -> SurveyPlan | None:
        """The survey plan that the numbers come from."""
        return self.then.register.plan.get(self.year)

    @cached_property
    def numbers(self) -> YearFigures:
        """All figures of the year."""
        return self.then.figures(self.year)

    def customer(self, number: str) -> str:
        """A link to a customer by short name."""
        return self.edition.customer(self.here, number)

    def customers(self, numbers: tuple[str, ...]) -> str:
        """Links to customers."""
        return "、".join(self.customer(number) for number in numbers)

    def named(self, number: str) -> str:
        """A customer's short name as plain words, for drawings."""
        found = self.edition.register.customer.get(number)
        return found.short_name if found else number

    def against(self, index: float | None) -> str:
        """Whether an index reaches the plan's target."""
        if self.plan is None or index is None:
            return "—"
        return md.badge("达到目标", "good") if index >= self.plan.target else md.badge("低于目标", "late")

    def told(self, figure: Figure) -> str:
        """Value, base, interval and note of a figure in one line."""
        value = share(figure) if figure.name in ("top2box", "bottom2box") else figures.amount(figure)
        if figure.value is None:
            return figures.remark(figure) or figures.UNKNOWN
        sides = [figures.base(figure), f"95 % 区间 {figures.interval(figure)} {figure.unit}" if figure.interval else "", figures.remark(figure)]
        return f"{value} {md.quiet('；'.join(side for side in sides if side))}"


def share(figure: Figure) -> str:
    """A share of customers: k/n below thirty, in percent from there on (domain 1.4.6)."""
    if figure.value is None or figure.n >= MANY:
        return figures.amount(figure)
    return f"{figure.hits}/{figure.n} 家"


def mean(amount: float | None, n: int) -> str:
    """A mean score: one decimal below ten customers, two from there on (domain 1.4.6)."""
    if amount is None:
        return figures.UNKNOWN
    return f"{amount:.1f}" if n < SOME else f"{amount:.2f}"


def moved(shift: Shift | None, decimals: int = 1) -> str:
    """A change over the same customers, with an arrow only where the interval leaves no doubt."""
    if shift is None or shift.mean is None:
        return f"同一顾客仅 {shift.n} 家，不比较" if shift else figures.UNKNOWN
    word = {"up": "↑ 上升", "down": "↓ 下降", None: "不能判定升降"}[shift.direction]
    low, high = shift.interval or (shift.mean, shift.mean)
    return f"{signed(shift.mean, decimals)} {md.quiet(f'[{signed(low, decimals)}，{signed(high, decimals)}] n = {shift.n}')} {word}"


def signed(amount: float, decimals: int) -> str:
    """A difference with its sign; zero has none."""
    text = f"{amount:+.{decimals}f}".replace("-", "−")
    return text if float(f"{amount:.{decimals}f}") else f"{0:.{decimals}f}"


def numbered(chapter: int, parts: list[tuple[str, list[str]]]) -> list[str]:
    """Sections of a chapter with their numbers, whichever of them there are."""
    found = []
    for place, (heading, content) in enumerate(parts, 1):
        found += [f"### {chapter}.{place} {heading} {{#s{chapter}-{place}}}", *content]
    return found


def pair(drawing: str, table: str) -> str:
    """A drawing beside the table that says the same."""
    return f'<div class="qms-pair" markdown="1">\n\n{figure_block(drawing)}\n\n{table}\n\n</div>'


def figure_block(drawing: str) -> str:
    """A drawing that is left out of the search."""
    return f'<figure class="qms-chart" data-search-exclude="true">{drawing}</figure>'
