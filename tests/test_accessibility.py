"""Everyone can use the site: WCAG 2 A and AA by axe, the keyboard, a phone's width, paper."""

import pytest
from playwright.sync_api import Browser, Page

from browsing import DISTINCT, NARROW, SCHEMES, WIDE, Visit, looking, violations

READING_ORDER = ("md-header", "md-tabs", "md-sidebar", "md-content", "md-footer")
_FOCUSED = """() => {
  document.getAnimations().forEach(animation => animation.finish());
  const at = document.activeElement;
  const shown = at.matches("input.md-option") ? at.nextElementSibling : at;
  const box = shown.getBoundingClientRect(), style = getComputedStyle(shown), after = getComputedStyle(shown, "::after");
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const stroke = drawn => parseFloat(getComputedStyle(drawn.querySelector("rect")).strokeWidth);
  const ringed = () => [...at.closest("svg").querySelectorAll("a")].some(other => other !== at && stroke(at) > stroke(other));
  const lit = [style, after].some(drawn => drawn.outlineStyle !== "none") || style.boxShadow !== "none" || at.matches(".md-search__input");
  return {
    what: at.tagName + "." + at.getAttribute("class") + " " + (at.textContent || at.getAttribute("aria-label") || "").trim().slice(0, 30),
    in: at.closest("header, nav.md-tabs, .md-sidebar, .md-content, footer")?.className || "",
    seen: box.width > 1 && box.height > 1 && inside && style.visibility === "visible" && Number(style.opacity) > 0,
    marked: lit || at.closest("svg") && ringed(),
  };
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_axe_finds_nothing(visits: list[Visit], width: int, scheme: str) -> None:
    looked = [visit for visit in visits if visit.width == width and scheme in visit.violations]
    assert len(looked) >= len(DISTINCT)
    assert [(visit.name, found) for visit in looked for found in visit.violations[scheme]] == []


def test_axe_would_find_something(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "people.html")
        page.evaluate("document.querySelector('.md-content h1').insertAdjacentHTML('afterend', '<p style=color:#bbb>浅灰的字<input><img src=x></p>')")
        assert {found.partition(":")[0] for found in violations(page)} >= {"color-contrast", "label", "image-alt"}


def test_no_page_is_wider_than_its_window(visits: list[Visit]) -> None:
    assert [(visit.name, visit.width, visit.overhang) for visit in visits if visit.overhang > 0] == []


def stops(page: Page, limit: int) -> list[dict[str, object]]:
    """What the Tab key reaches, one after the other, until it leaves the page."""
    reached = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        reached.append(page.evaluate(_FOCUSED))
    return reached


@pytest.mark.parametrize("name", ["index.html", "registers/complaints.html", "records/complaints/2026/CC-2026-0007.html", "procedures/QP-M-05.html"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_keyboard_reaches_everything_in_order_and_one_sees_where_one_is(browser: Browser, address: str, name: str, width: int) -> None:
    with looking(browser, width) as (page, _):
        page.goto(address + name)
        reached = stops(page, 60)
        assert "md-skip" in str(reached[0]["what"])
        assert [stop for stop in reached if not (stop["seen"] and stop["marked"])] == []
        places = [str(stop["in"]).split()[0] for stop in reached if stop["in"]]
        assert list(dict.fromkeys(places)) == [place for place in READING_ORDER if place in places]
        assert "md-content" in places
        assert page.evaluate("[...document.querySelectorAll('*')].filter(one => one.tabIndex > 0).length") == 0, "the order is that of the page"


def test_the_menu_of_a_narrow_window_opens_and_closes_by_keyboard(browser: Browser, address: str) -> None:
    with looking(browser, NARROW) as (page, _):
        page.goto(address + "registers/complaints.html")
        menu = page.get_by_role("button", name="菜单")
        link = page.locator(".md-sidebar--primary").get_by_role("link", name="首页", exact=True)
        assert not link.is_visible()
        menu.focus()
        for key in ("Enter", "Space"):
            page.keyboard.press(key)
            link.wait_for(state="visible")
            assert menu.get_attribute("aria-expanded") == "true"
            menu.focus()
            page.keyboard.press(key)
            link.wait_for(state="hidden")
            assert menu.get_attribute("aria-expanded") == "false"


def test_the_skip_link_leads_to_the_content(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "registers/complaints.html")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText").strip() == "跳转至"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.md-content') !== null")


@pytest.mark.parametrize("name", ["index.html", "registers/complaints.html", "records/complaints/2026/CC-2026-0007.html", "procedures/QP-M-05.html"])
def test_paper_holds_the_content_and_nothing_else(browser: Browser, address: str, name: str) -> None:
    with looking(browser, WIDE, "dark") as (page, _):
        page.goto(address + name)
        page.emulate_media(media="print", color_scheme="light")
        page.set_viewport_size({"width": 718, "height": 1000})  # A4 with margins
        for part in (".md-header", ".md-tabs", ".md-sidebar", ".md-search", ".md-top"):
            assert not any(piece.is_visible() for piece in page.locator(part).all()), part
        assert page.locator(".md-content h1").is_visible()
        assert page.locator(".qms-foot").is_visible()
        ink = page.evaluate("getComputedStyle(document.querySelector('.md-content .md-typeset')).color.match(/[0-9.]+/g).map(Number)")
        assert max(ink[:3]) < 90, "dark ink, whatever the screen's colours"
        assert page.evaluate("document.documentElement.scrollWidth") <= 718
