"""Asks a REST interface: one base address, one token, JSON both ways, all pages; what goes wrong is said in Chinese."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.util.retry import Retry

from qms.forge_api.protocol import ForgeApiError, MissingError, RefusedError

Answer: TypeAlias = Any
Content: TypeAlias = Mapping[str, Any]
"""What JSON can hold; whoever reads it says through ``understood`` what it must look like."""
Read = TypeVar("Read")
TIMEOUT = (10, 30)
"""Seconds to connect, and to wait for an answer."""
_UNKNOWN, _FORBIDDEN, _TOO_MANY, _BROKEN = 401, 403, 429, 500
_GONE = (404, 410)
_MOST_PAGES = 500
_TRIES = 3
_SAID = 200


def understood(read: Callable[[Answer], Read], answer: Answer) -> Read:
    """What *read* makes of an answer; ForgeApiError when it does not look as it must."""
    try:
        return read(answer)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ForgeApiError(f"代码托管网站的回答缺少内容（{type(error).__name__}: {error}）；请检查 forge.kind 是否写对、接口版本是否太旧") from None


class _Bearer(AuthBase):
    """The token as header, on every request; a .netrc file never replaces it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def __repr__(self) -> str:
        return "_Bearer(…)"


class Rest:
    """A REST interface below *base*. The token goes to that address only: redirects are not followed."""

    def __init__(self, base: str, token: str, *, authority: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        """*authority* is a file with the certificates of the plant's own authority; without it, the system's are trusted."""
        self._base = base.rstrip("/")
        self._host = urlsplit(base).netloc
        self._token = token
        self._authority = authority  # given with each request: what is set for the session gives way to the environment
        self._session = requests.Session()
        self._session.auth = _Bearer(token)
        self._session.headers.update({"Accept": "application/json", "User-Agent": "qms", **(headers or {})})
        again = Retry(
            total=_TRIES - 1,
            allowed_methods={"GET", "PUT", "PATCH"},
            status_forcelist={502, 503, 504},
            backoff_factor=0.5,
            respect_retry_after_header=False,
            raise_on_status=False,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=again))

    def get(self, path: str, **query: object) -> Answer:
        """What stands at *path*."""
        return self._ask("GET", path, query, None)

    def pages(self, path: str, size: int, **query: object) -> Iterator[Answer]:
        """Everything in the list at *path*, asked for *size* at a time, until a page is empty."""
        for page in range(1, _MOST_PAGES + 1):
            entries = self._ask("GET", path, {**query, "page": page}, None)
            if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
                raise ForgeApiError(f"代码托管网站 {self._host} 的回答不是预期的清单；请检查 organization.yml 的 forge.kind 与 forge.url")
            yield from entries
            if not entries:
                return
        raise ForgeApiError(f"代码托管网站 {self._host} 的清单超过 {_MOST_PAGES * size} 条；请清理旧的跟踪单标签")

    def post(self, path: str, content: Content) -> Answer:
        """Make something new; never tried twice."""
        return self._ask("POST", path, {}, content)

    def put(self, path: str, content: Content) -> Answer:
        """Set something to what is given."""
        return self._ask("PUT", path, {}, content)

    def patch(self, path: str, content: Content) -> Answer:
        """Set some fields to what is given."""
        return self._ask("PATCH", path, {}, content)

    def _ask(self, method: str, path: str, query: Mapping[str, object], content: Content | None) -> Answer:
        asked = {name: str(entry) for name, entry in query.items() if entry is not None}
        try:
            answer = self._session.request(
                method, f"{self._base}{path}", params=asked, json=content, timeout=TIMEOUT, allow_redirects=False, verify=self._authority
            )
        except requests.exceptions.SSLError:
            raise ForgeApiError(f"{self._host} 的证书不受信任；工厂自己的证书机构请用环境变量 SSL_CERT_FILE 指明证书文件") from None
        except requests.exceptions.Timeout:
            raise ForgeApiError(f"{self._host} 在 {TIMEOUT[1]} 秒内没有回答；下次运行会再试") from None
        except (requests.exceptions.RequestException, OSError, ValueError):
            raise ForgeApiError(f"连不上代码托管网站 {self._host}；请检查网络、代理与 organization.yml 的 forge.url") from None
        if not answer.ok or answer.is_redirect:
            raise self._refusal(method, path, answer)
        try:
            return answer.json() if answer.content else None
        except ValueError:
            raise ForgeApiError(f"{self._host} 的回答不是 JSON，可能被登录页或代理挡住了；请检查接口地址") from None

    def _refusal(self, method: str, path: str, answer: requests.Response) -> ForgeApiError:
        code = answer.status_code
        at = f"{self._host}（{method} {path}，{code}）"
        if code == _TOO_MANY or (code == _FORBIDDEN and _used_up(answer)):
            return ForgeApiError(f"{at}限制了访问次数{_until(answer)}；没办完的下次运行会接着办")
        if code >= _BROKEN:
            return ForgeApiError(f"{at}出了故障；没办完的下次运行会接着办")
        if answer.is_redirect or code in range(300, 400):
            return ForgeApiError(f"{at}说仓库已搬走；请改正 organization.yml 的 forge.url")
        if code == _UNKNOWN:
            return ForgeApiError(f"{at}不认令牌；请检查 QMS_FORGE_TOKEN（或 GITHUB_TOKEN）是否有效、是否过期")
        if code == _FORBIDDEN:
            return ForgeApiError(f"{at}不允许这样做；令牌须有读写议题（issues）与合并请求的权限{self._words(answer)}")
        if code in _GONE:
            return MissingError(f"{at}没有找到；请检查 forge.url、令牌能否看到该仓库、仓库是否开启了议题（issues）")
        return RefusedError(f"{at}没有接受{self._words(answer)}")

    def _words(self, answer: requests.Response) -> str:
        """What the host itself says, on one line, without the token should it ever echo it."""
        try:
            said = answer.json()
        except ValueError:
            return ""
        words = said.get("message") or said.get("error") if isinstance(said, dict) else said
        line = " ".join(str(words or "").replace(self._token, "…").split())
        shown = "".join(character for character in line if character.isprintable())[:_SAID]
        return f"：{shown}" if shown else ""


def _used_up(answer: requests.Response) -> bool:
    return answer.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in answer.headers


def _until(answer: requests.Response) -> str:
    reset = answer.headers.get("x-ratelimit-reset", "") or answer.headers.get("ratelimit-reset", "")
    try:
        return f"，{datetime.fromtimestamp(int(reset), tz=UTC):%Y-%m-%d %H:%M} UTC 起恢复"
    except (ValueError, OverflowError, OSError):
        return ""
