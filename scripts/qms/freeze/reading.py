"""The records as a commit holds them, and an issued report beside what stands there today. Nothing is checked out."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from qms.freeze.content import digest, used
from qms.freeze.differences import Difference, FigureDifference, differences, figure_differences
from qms.history import HistoryError, Repository
from qms.load import load_register
from qms.metrics import YearFigures, yearly
from qms.model import Register, Report, ReportData, value

_FILES = {"100644", "100755"}


@value
class Frozen:
    """An issued report's data at its commit: ``as_of`` is when the report was written.

    ``register`` and ``figures`` are those of the commit, or None with ``problem`` saying in Chinese why they cannot be
    had. ``sealed`` tells whether the data of the commit bears the digest that the report names.
    """

    year: int
    commit: str
    as_of: datetime
    register: Register | None = None
    figures: YearFigures | None = None
    sealed: bool = False
    changed: tuple[Difference, ...] = ()
    figures_changed: tuple[FigureDifference, ...] = ()
    problem: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the data is there, bears the digest, and nothing that was used has changed since."""
        return self.problem is None and self.sealed and not self.changed


def frozen_reports(root: Path, register: Register) -> Mapping[int, Frozen]:
    """Every approved report that names its data, by year."""
    sealed = [report for report in register.reports if report.approval is not None and report.data is not None]
    if not sealed:
        return {}
    try:
        with Repository(root) as repository:
            return {report.year: _frozen(repository, root, register, report) for report in sealed}
    except HistoryError as error:
        return {report.year: _missing(report, str(error)) for report in sealed}


def frozen(root: Path, register: Register, report: Report) -> Frozen:
    """A report that names its data, approved or not; raises HistoryError where there is no history to ask."""
    with Repository(root) as repository:
        return _frozen(repository, root, register, report)


def sealing(root: Path, register: Register, report: Report, places: Sequence[str]) -> ReportData | None:
    """The data of a report that is being written: the first of *places* (branches, commits) that holds just what the work tree says.

    None when none of them does: then something that the figures use is not committed yet. Raises HistoryError.
    """
    as_of = report.prepared.at
    now = used(register, as_of)
    with Repository(root) as repository:
        for place in places:
            if repository.known(place):
                commit = repository.commit(place)
                if used(_register_at(repository, root, commit), as_of) == now:
                    return ReportData(commit=commit, digest=digest(report.year, as_of, now))
    return None


def _frozen(repository: Repository, root: Path, register: Register, report: Report) -> Frozen:
    if report.data is None:
        return _missing(report, "报告没有写明数据依据（data）；请先运行 qms report 年度 --freeze")
    commit, as_of = report.data.commit, report.prepared.at
    if not repository.known(commit):
        return _missing(report, f"报告所依据的提交 {commit[:12]} 不在本仓库的历史中；请先 git fetch 取全历史，仍没有即为历史被改写")
    then = _register_at(repository, root, commit)
    before, after = used(then, as_of), used(register, as_of)
    figures = yearly(then, report.year, as_of)
    changed = differences(before, after)
    return Frozen(
        year=report.year,
        commit=commit,
        as_of=as_of,
        register=then,
        figures=figures,
        sealed=digest(report.year, as_of, before) == report.data.digest,
        changed=changed,
        figures_changed=figure_differences(figures.figures, yearly(register, report.year, as_of).figures) if changed else (),
    )


def _missing(report: Report, problem: str) -> Frozen:
    return Frozen(year=report.year, commit=report.data.commit if report.data else "", as_of=report.prepared.at, problem=problem)


def _register_at(repository: Repository, root: Path, commit: str) -> Register:
    """The register of *commit*, read by the schemas of today: they go with the program that reads."""
    tree = repository.tree(commit, "records", "docs")
    wanted = {path: entry.blob for path, entry in tree.items() if entry.mode in _FILES and path.endswith((".yml", ".md"))}
    contents = repository.blobs(wanted.values())
    with tempfile.TemporaryDirectory(prefix="qms-") as folder:
        there = Path(folder)
        for path, blob in wanted.items():
            file = there / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(contents[blob])
        return load_register(there, root / "schemas")
