"""Signed commits: git itself verifies them against the plant's own list of SSH keys. Judges nobody."""

import base64
import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import git

from qms.history.repository import HistoryError, Repository
from qms.model import value

GOOD, NONE = "G", "N"


@value
class Verification:
    """What git says of a commit's signature.

    ``verdict`` is git's letter: G good and by somebody on the list, U good but by a key that is not on it, B broken, N
    none, others as in git-log(1). ``signer`` is the address of the list, ``fingerprint`` the key's (``SHA256:…``).
    """

    verdict: str
    signer: str
    fingerprint: str


def verifications(repository: Repository, commits: Iterable[str], keys: Iterable[tuple[str, str]]) -> Mapping[str, Verification]:
    """What git says of each of *commits*; *keys* are the addresses with their public keys. HistoryError where git cannot verify."""
    wanted = list(dict.fromkeys(commits))
    if not wanted:
        return {}
    with tempfile.TemporaryDirectory(prefix="qms-") as folder:
        signers = Path(folder) / "allowed_signers"
        signers.write_text(allowed_signers(keys), encoding="utf-8", newline="\n")
        try:
            answer = repository.ask(
                *("-c", f"gpg.ssh.allowedSignersFile={signers}", "-c", "gpg.ssh.program=ssh-keygen"),
                *("log", "--no-walk=unsorted", "-z", "--format=%H%x1f%G?%x1f%GS%x1f%GF", *wanted, "--"),
            )
        except git.GitCommandError as error:
            raise HistoryError(f"git 不能验证签名（{str(error.stderr).strip()[:200]}）；请安装 OpenSSH（ssh-keygen）与 git 2.34 以上的版本") from None
    found = {}
    for line in answer.decode("utf-8", "replace").split("\0"):
        if line.strip():
            commit, verdict, signer, fingerprint = line.strip("\n").split("\x1f")
            found[commit] = Verification(verdict=verdict, signer=signer, fingerprint=fingerprint)
    return found


def allowed_signers(keys: Iterable[tuple[str, str]]) -> str:
    """The file by which git knows whose key is whose: one line for each address and public key, for signing commits only."""
    return "".join(f'{email} namespaces="git" {" ".join(key.split()[:2])}\n' for email, key in keys)


def fingerprint(key: str) -> str:
    """The fingerprint of a public key as git names it: ``SHA256:`` and base64; empty when the key cannot be read."""
    try:
        blob = base64.b64decode(key.split()[1], validate=True)
    except (IndexError, ValueError):
        return ""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii").rstrip("=")
