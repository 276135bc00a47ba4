// Small repairs that need the drawn page: regions that scroll can be reached by keyboard, the search dialog has a name.
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

  function named() {
    var search = document.querySelector(".md-search[role=dialog]");
    if (search && !search.hasAttribute("aria-label")) search.setAttribute("aria-label", "搜索");
  }

  function settle() {
    named();
    // Material wraps tables after load; wait until it has.
    window.setTimeout(reachable, 60);
  }

  if (document.readyState === "complete") settle();
  else window.addEventListener("load", settle);
  window.addEventListener("resize", reachable);
})();
