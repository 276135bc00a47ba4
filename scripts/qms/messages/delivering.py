"""What each target still has to be told, and telling it: remembered target by target, so that stopping anywhere loses nothing."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from qms.messages.ledger import Ledger, Shelf
from qms.messages.stages import DUE_SOON, Notice
from qms.messages.targets import Target, addressed
from qms.messages.wording import Message, message
from qms.model import Register, value


@value
class Delivery:
    """One message on its way: to which target, how many matters, and ``trouble`` in Chinese when it did not arrive."""

    target: Target
    told: tuple[Notice, ...]
    message: Message
    trouble: str | None = None


def pending(
    register: Register, as_of: datetime, due: Iterable[Notice], targets: Iterable[Target], ledger: Ledger, *, quiet: bool, site_url: str | None
) -> tuple[Delivery, ...]:
    """One message for every target that has not been told everything; while it is *quiet*, what is due soon waits."""
    said = [notice for notice in due if not (quiet and notice.kind == DUE_SOON)]
    listed = tuple(targets)
    names = {role: {target.name for target in addressed(listed, role)} for role in {notice.role for notice in said}}
    made = []
    for target in listed:
        told = tuple(notice for notice in said if target.name in names[notice.role] and not ledger.told(notice.key, target.name))
        if told:
            made.append(Delivery(target=target, told=told, message=message(register, as_of, told, site_url)))
    return tuple(made)


def deliver(shelf: Shelf, ledger: Ledger, deliveries: Sequence[Delivery], tell: Callable[[Delivery], None]) -> bool:
    """Send the messages and remember each; True when all arrived. One that does not arrive is for the next run and stops no other.

    Raises LedgerError, ForgeApiError or OSError when it cannot be remembered: before anything is sent, if that can be known.
    """
    if deliveries:
        shelf.write(ledger)
    well = True
    for delivery in deliveries:
        trouble = delivery.target.send(delivery.message)
        tell(Delivery(target=delivery.target, told=delivery.told, message=delivery.message, trouble=trouble))
        if trouble is None:
            ledger = ledger.after((notice.key for notice in delivery.told), delivery.target.name)
            shelf.write(ledger)
        well = well and trouble is None
    return well
