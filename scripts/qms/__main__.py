"""``python -m qms``."""

from qms.cli import run

if __name__ == "__main__":
    run()
