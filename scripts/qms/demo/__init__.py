"""A made-up plant of any size, for tests, benchmarks and trying things out: ``qms demo``."""

from qms.demo.drafts import DemoError
from qms.demo.writing import write_demo

__all__ = ["DemoError", "write_demo"]
