"""What is to be said of an old register: where it stands in the file, what is wrong or was left out, and what to do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from qms.model import value

_SHOWN_PLACES = 5


class ImportingError(ValueError):
    """The file or the mapping cannot be used at all; the message says in Chinese why and what to do."""


@value
class Remark:
    """One thing at one place (``2023!C17``); *grave* ones stop the import."""

    place: str
    message: str
    grave: bool = True


def gathered(remarks: Iterable[Remark]) -> Sequence[Remark]:
    """The same remark at many places as one, grave ones first, else in the order of the file."""
    places: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for remark in remarks:
        places[not remark.grave, remark.message].append(remark.place)
    found = []
    for (quiet, message), where in sorted(places.items(), key=lambda entry: entry[0][0]):
        shown = "、".join(where[:_SHOWN_PLACES])
        more = f" 等 {len(where)} 处" if len(where) > _SHOWN_PLACES else ""
        found.append(Remark(place=f"{shown}{more}", message=message, grave=not quiet))
    return found
