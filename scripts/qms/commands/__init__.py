"""The commands of ``qms``, one module per kind of work; each has ``add(command)``."""
