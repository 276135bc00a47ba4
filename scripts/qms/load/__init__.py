"""From files to a Register: the only reader of the work tree. Knows formats, not rules."""

from qms.load.repository import load_register

__all__ = ["load_register"]
