"""Talks to the code host's REST interface: issues, their comments, pull requests. Knows no record; links into its pages are forge's."""

from qms.forge_api.connecting import NoForgeError, connect
from qms.forge_api.protocol import Comment, ForgeApi, ForgeApiError, Issue, MissingError, Pull, RefusedError, State, Thread

__all__ = [
    "Comment",
    "ForgeApi",
    "ForgeApiError",
    "Issue",
    "MissingError",
    "NoForgeError",
    "Pull",
    "RefusedError",
    "State",
    "Thread",
    "connect",
]
