"""One tracking issue per late matter: what is to be opened, changed and closed (planned without the code host), and the doing of it."""

from qms.tracking.doing import Done, carry_out, settle_twins
from qms.tracking.planning import LABEL, Change, plan

__all__ = ["LABEL", "Change", "Done", "carry_out", "plan", "settle_twins"]
