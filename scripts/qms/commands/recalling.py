"""What history adds to the check, as commands need it: findings where the whole history is there, a word where it is not."""

from pathlib import Path

from qms.approvals import approval_findings
from qms.changes import findings_of_past
from qms.commands.shared import CommandError, tell
from qms.content import Reader
from qms.history import HistoryError, NoHistoryError, Repository
from qms.history.account import account
from qms.ledger.keeping import ledger_findings
from qms.load.schemas import Schemas
from qms.model import Finding, Register


def past_findings(root: Path, register: Register, forms: Path, base: str | None) -> tuple[Finding, ...]:
    """What the past of the register shows; nothing without git. Raises CommandError when *base* is given and cannot be compared with."""
    try:
        schemas = Schemas.read(forms)
        with Repository(root) as repository:
            past = findings_of_past(register, account(repository, register, Reader(schemas, register.zone), base))
            ledger = ledger_findings(repository, register)
        return (*past, *ledger, *approval_findings(root, register, schemas))
    except NoHistoryError as error:
        if base is not None:
            raise CommandError(str(error)) from None
    except HistoryError as error:
        if base is not None:
            raise CommandError(str(error)) from None
        tell(f"没有检查留痕：{error}")
    return ()
