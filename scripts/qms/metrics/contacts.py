"""Contact compliance customer by customer (domain 1.4.13; QP-M-05 5.4.1). The plant's total is in ``handling``."""

from datetime import datetime

from qms.lifecycle import contact_calendar, contacts_by_customer
from qms.metrics.figures import ContactShare
from qms.model import Register


def contact_shares(register: Register, year: int, as_of: datetime) -> tuple[ContactShare, ...]:
    """Periods with a contact of the judged periods that ended in the year; worst first, customers without one left out."""
    held = contacts_by_customer(register)
    today = register.day_of(as_of)
    found = []
    for customer in register.customers:
        ended = [
            period
            for period in contact_calendar(register, customer, as_of, held.get(customer.id, ()))
            if period.last.year == year and period.last < today
        ]
        if ended:
            found.append(ContactShare(customer=customer.id, met=sum(period.state == "met" for period in ended), due=len(ended)))
    return tuple(sorted(found, key=lambda share: (share.met / share.due, share.customer)))
