// Small repairs that need the drawn page: regions that scroll and the menu's button can be reached by keyboard.
(function () {
  "use strict";

  function reachable() {
    document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code").forEach(function (region) {
      var inside = region.closest(".qms-table");
      if (!inside && region.scrollWidth > region.clientWidth + 1) {
        region.setAttribute("tabindex", "0");
        if (!region.hasAttribute("role") && region.tagName === "DIV") {
          region.setAttribute("role", "region");
          region.setAttribute("aria-label", "可左右滚动的表格");
        }
      }
    });
    document.querySelectorAll(".qms-table").forEach(function (table) {
      if (table.scrollWidth <= table.clientWidth + 1) table.removeAttribute("tabindex");
      else table.setAttribute("tabindex", "0");
    });
  }

  // The menu button of narrow windows is a label, which browsers leave out of the keyboard's way. Material answers Enter.
  function pressable() {
    var drawer = document.getElementById("__drawer");
    var button = document.querySelector(".md-header__button[for=__drawer]");
    if (!drawer || !button) return;
    button.tabIndex = 0;
    button.setAttribute("role", "button");
    button.setAttribute("aria-label", "菜单");
    function told() { button.setAttribute("aria-expanded", String(drawer.checked)); }
    drawer.addEventListener("change", told);
    button.addEventListener("keydown", function (press) {
      if (press.key !== " ") return;
      press.preventDefault();
      button.click();
    });
    told();
  }

  function settle() {
    pressable();
    // Material wraps tables after load; wait until it has.
    window.setTimeout(reachable, 60);
  }

  if (document.readyState === "complete") settle();
  else window.addEventListener("load", settle);
  window.addEventListener("resize", reachable);
})();
