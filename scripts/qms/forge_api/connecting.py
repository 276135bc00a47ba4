"""Which code host is to be asked, where its interface stands, and with which token: from the plant's record and the environment."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from qms.forge_api.protocol import ForgeApi, ForgeApiError
from qms.model import Forge, value


class NoForgeError(ForgeApiError):
    """No code host is named anywhere, or there is no token for it."""


@value
class Address:
    """Where the interface of a repository stands: the host's ``kind``, the ``base`` address, the repository's ``name``."""

    kind: str
    base: str
    name: str


def connect(forge: Forge | None, environment: Mapping[str, str]) -> ForgeApi:
    """The repository on its code host. Raises NoForgeError when host or token are not set, ForgeApiError for an address that cannot be.

    QMS_FORGE_TOKEN is the plant's own and goes to the host of organization.yml; GITHUB_TOKEN belongs to the machine that runs the
    job and goes to that machine's own host. QMS_FORGE_API names the interface where it cannot be told from the repository's address.
    SSL_CERT_FILE holds the certificates of the plant's own authority.
    """
    own, here = _recorded(forge), _job(environment)
    token = environment.get("QMS_FORGE_TOKEN", "").strip()
    if token:
        address = here if here and (own is None or here.kind == own.kind) else own
    else:
        token = environment.get("GITHUB_TOKEN", "").strip()
        address = here or own
    if address is None:
        raise NoForgeError("不知道代码托管网站在哪里；请在 records/organization.yml 写 forge（kind、url、branch）")
    if not token:
        raise NoForgeError("没有访问代码托管网站的令牌；请设环境变量 QMS_FORGE_TOKEN（须能读写议题），不要写进任何文件")
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise ForgeApiError("环境变量里的令牌含空格、换行或中文，不像令牌；请重新复制")
    base = environment.get("QMS_FORGE_API", "").strip() or address.base
    if urlsplit(base).scheme not in ("http", "https") or not urlsplit(base).hostname:
        raise ForgeApiError(f"接口地址 '{base}' 不是网址；请检查 QMS_FORGE_API 与 organization.yml 的 forge.url")
    return _client(Address(kind=address.kind, base=base, name=address.name), token, environment.get("SSL_CERT_FILE") or None)


def _client(address: Address, token: str, authority: str | None) -> ForgeApi:
    # Loaded here: what talks to the network takes its time, and only few commands do.
    from qms.forge_api.gitea import Gitea  # noqa: PLC0415
    from qms.forge_api.github import HEADERS, GitHub  # noqa: PLC0415
    from qms.forge_api.gitlab import GitLab  # noqa: PLC0415
    from qms.forge_api.rest import Rest  # noqa: PLC0415

    rest = Rest(address.base, token, authority=authority, headers=HEADERS if address.kind == "github" else None)
    if address.kind == "gitlab":
        return GitLab(rest, address.name)
    return GitHub(rest, address.name) if address.kind == "github" else Gitea(rest, address.name)


def _recorded(forge: Forge | None) -> Address | None:
    """The address that follows from organization.yml."""
    if forge is None:
        return None
    parts = urlsplit(forge.url)
    steps = parts.path.strip("/").removesuffix(".git").split("/")
    if len([step for step in steps if step]) < 2:
        raise ForgeApiError(f"organization.yml 的 forge.url '{forge.url}' 不是仓库地址；应像 https://主机/所有者/仓库")
    host = f"{parts.scheme}://{parts.netloc}"
    if forge.kind == "gitlab":
        return Address(kind="gitlab", base=f"{host}/api/v4", name="/".join(steps))
    name = "/".join(steps[-2:])
    if forge.kind == "gitea":
        return Address(kind="gitea", base="/".join([host, *steps[:-2], "api/v1"]), name=name)
    base = "https://api.github.com" if parts.netloc in ("github.com", "www.github.com") else f"{host}/api/v3"
    return Address(kind="github", base=base, name=name)


def _job(environment: Mapping[str, str]) -> Address | None:
    """The address of the host whose job this is: Actions of GitHub, Gitea and Forgejo, or GitLab CI."""
    if environment.get("CI_API_V4_URL") and environment.get("CI_PROJECT_PATH"):
        return Address(kind="gitlab", base=environment["CI_API_V4_URL"], name=environment["CI_PROJECT_PATH"])
    base, name = environment.get("GITHUB_API_URL"), environment.get("GITHUB_REPOSITORY")
    if not base or not name:
        return None
    like_gitea = environment.get("GITEA_ACTIONS") or environment.get("FORGEJO_ACTIONS") or base.rstrip("/").endswith("/api/v1")
    return Address(kind="gitea" if like_gitea else "github", base=base, name=name)
