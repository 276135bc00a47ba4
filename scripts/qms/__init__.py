"""Customer-satisfaction control as code: records in, checks, due lists, figures and pages out."""

__version__ = "0.1.0"
