"""What moment it is, for those who may ask: the command line's default and the MkDocs hook. Nobody else."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime

from qms.load.moments import TimeTextError, parse_moment
from qms.model import Register


def as_of_default(register: Register, environment: Mapping[str, str] = os.environ) -> datetime:
    """QMS_AS_OF, else the sample's last moment, else SOURCE_DATE_EPOCH, else now; in the plant's zone.

    Raises TimeTextError when a variable is set to something that is no moment.
    """
    asked = environment.get("QMS_AS_OF")
    if asked:
        return parse_moment(asked, register.zone)
    if register.organization.sample:
        return register.organization.sample.as_of
    return present(environment).astimezone(register.zone)


def present(environment: Mapping[str, str] = os.environ) -> datetime:
    """SOURCE_DATE_EPOCH, else the moment on the wall, in UTC: for what is begun now, whatever the sample's clock says.

    Raises TimeTextError when the variable is set to something that is no number of seconds.
    """
    epoch = environment.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), tz=UTC)
    except (ValueError, OverflowError, OSError):
        message = f"SOURCE_DATE_EPOCH '{epoch}' 不是秒数"
        raise TimeTextError(message) from None
