"""Links for the four code hosts, letter by letter; whatever the text holds, it arrives as it was or is left off."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.forge import LONGEST_LINK, edit_file, file_page, new_file, new_pull_request, upload_page
from qms.model import Forge

GITHUB = Forge(kind="github", url="https://github.example/hengtuo/csat", branch="main")
ENTERPRISE = Forge(kind="github", url="https://code.hengtuo.example:8443/hengtuo/csat.git", branch="main")
GITLAB = Forge(kind="gitlab", url="https://gitlab.example/quality/team/csat/", branch="main")
GITEA = Forge(kind="gitea", url="http://git.hengtuo.example/qa/csat", branch="main")
ALL = [GITHUB, ENTERPRISE, GITLAB, GITEA]
PATH = "records/complaints/2026/CC-2026-0015.yml"
BASES = ["https://github.example/hengtuo/csat", "https://code.hengtuo.example:8443/hengtuo/csat", "https://gitlab.example/quality/team/csat"]
BASES.append("http://git.hengtuo.example/qa/csat")


@pytest.mark.parametrize(
    ("forge", "url", "filled"),
    [
        (GITHUB, f"{BASES[0]}/new/main?filename={PATH}&value=id%3A%20CC-2026-0015%0A", True),
        (ENTERPRISE, f"{BASES[1]}/new/main?filename={PATH}&value=id%3A%20CC-2026-0015%0A", True),
        (GITLAB, f"{BASES[2]}/-/new/main/records/complaints/2026?file_name=CC-2026-0015.yml", False),
        (GITEA, f"{BASES[3]}/_new/main/records/complaints/2026?filename=CC-2026-0015.yml&value=id%3A%20CC-2026-0015%0A", True),
    ],
)
def test_new_file(forge: Forge, url: str, filled: bool) -> None:
    link = new_file(forge, PATH, "id: CC-2026-0015\n")
    assert (link.url, link.filled) == (url, filled)


@pytest.mark.parametrize(
    ("forge", "url", "filled"),
    [
        (GITHUB, f"{BASES[0]}/edit/main/{PATH}", False),
        (ENTERPRISE, f"{BASES[1]}/edit/main/{PATH}", False),
        (GITLAB, f"{BASES[2]}/-/edit/main/{PATH}", False),
        (GITEA, f"{BASES[3]}/_edit/main/{PATH}?value=a%26b", True),
    ],
)
def test_edit_file(forge: Forge, url: str, filled: bool) -> None:
    link = edit_file(forge, PATH, "a&b")
    assert (link.url, link.filled) == (url, filled)
    assert edit_file(forge, PATH).url == url.partition("?value")[0]
    assert not edit_file(forge, PATH).filled


@pytest.mark.parametrize(
    ("forge", "url"),
    [
        (GITHUB, f"{BASES[0]}/compare/main...record/CC-2026-0015?quick_pull=1&title=CC-2026-0015%20%E6%AF%9B%E5%88%BA"),
        (ENTERPRISE, f"{BASES[1]}/compare/main...record/CC-2026-0015?quick_pull=1&title=CC-2026-0015%20%E6%AF%9B%E5%88%BA"),
        (
            GITLAB,
            (
                f"{BASES[2]}/-/merge_requests/new?merge_request%5Bsource_branch%5D=record%2FCC-2026-0015"
                "&merge_request%5Btarget_branch%5D=main&merge_request%5Btitle%5D=CC-2026-0015%20%E6%AF%9B%E5%88%BA"
            ),
        ),
        (GITEA, f"{BASES[3]}/compare/main...record/CC-2026-0015?expand=1&title=CC-2026-0015%20%E6%AF%9B%E5%88%BA"),
    ],
)
def test_new_pull_request(forge: Forge, url: str) -> None:
    assert new_pull_request(forge, "record/CC-2026-0015", "CC-2026-0015 毛刺") == url
    assert "title" not in new_pull_request(forge, "record/CC-2026-0015")
    assert "title" not in new_pull_request(forge, "record/CC-2026-0015", "毛" * 1000)


@pytest.mark.parametrize(
    ("forge", "url"),
    [
        (GITHUB, f"{BASES[0]}/upload/main/records/complaints/2026"),
        (ENTERPRISE, f"{BASES[1]}/upload/main/records/complaints/2026"),
        (GITLAB, None),
        (GITEA, f"{BASES[3]}/_upload/main/records/complaints/2026"),
    ],
)
def test_upload_page(forge: Forge, url: str | None) -> None:
    assert upload_page(forge, PATH) == url


@pytest.mark.parametrize(
    ("forge", "url"),
    [
        (GITHUB, f"{BASES[0]}/blob/main/{PATH}"),
        (GITLAB, f"{BASES[2]}/-/blob/main/{PATH}"),
        (GITEA, f"{BASES[3]}/src/branch/main/{PATH}"),
    ],
)
def test_file_page(forge: Forge, url: str) -> None:
    assert file_page(forge, PATH) == url


@pytest.mark.parametrize("forge", [GITHUB, GITEA])
def test_a_text_too_long_for_a_link_is_left_off(forge: Forge) -> None:
    room = (LONGEST_LINK - len(new_file(forge, PATH, "").url)) // 9
    assert new_file(forge, PATH, "毛" * room).filled
    longer = new_file(forge, PATH, "毛" * (room + 1))
    assert not longer.filled
    assert "value" not in longer.url


@pytest.mark.parametrize("forge", ALL)
def test_a_branch_may_have_slashes_and_odd_letters(forge: Forge) -> None:
    odd = Forge(kind=forge.kind, url=forge.url, branch="release/2026")
    assert "/release/2026/" in edit_file(odd, PATH).url
    assert "#" not in new_pull_request(odd, "record/a#b?c%d", "x")
    assert "?c" not in new_pull_request(odd, "record/a#b?c%d")


@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=300), st.sampled_from([GITHUB, ENTERPRISE, GITEA]))
def test_any_text_arrives_as_it_was(text: str, forge: Forge) -> None:
    link = new_file(forge, PATH, text)
    assert link.url.isascii()
    if link.filled:
        asked = dict(parse_qsl(urlsplit(link.url).query, keep_blank_values=True, strict_parsing=True))
        assert asked["value"] == text
        assert set(asked) == {"filename", "value"}
