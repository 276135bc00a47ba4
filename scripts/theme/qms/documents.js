// Clauses can be shared and looked at before one goes there; a printed copy says on each page what it is.
(function () {
  "use strict";

  var script = document.currentScript;
  var root = new URL("../", script.src); // the site's folder: this file is qms/documents.js
  var SVG = "http://www.w3.org/2000/svg";

  // ---- a button beside each heading that copies the link to it ----

  function icon() {
    var drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("aria-hidden", "true");
    var path = document.createElementNS(SVG, "path");
    path.setAttribute("d", "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1");
    drawing.appendChild(path);
    return drawing;
  }

  function byHand(text) {
    var area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.appendChild(area);
    area.select();
    var done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("copy"));
  }

  function copied(text) {
    // Without a safe connection, as on many intranets, browsers give no clipboard: then the old way.
    if (navigator.clipboard && window.isSecureContext) {
      return navigator.clipboard.writeText(text).catch(function () {
        return byHand(text);
      });
    }
    return byHand(text);
  }

  function copyButtons() {
    var said = document.createElement("div");
    said.setAttribute("role", "status");
    said.className = "qms-said";
    said.style.cssText = "clip-path:inset(50%);height:1px;overflow:hidden;position:absolute;white-space:nowrap;width:1px";
    document.body.appendChild(said);
    document.querySelectorAll(".md-content :is(h2, h3, h4)[id]").forEach(function (heading) {
      var link = heading.querySelector(".headerlink");
      var name = heading.textContent.replace(link ? link.textContent : "", "").trim();
      var button = document.createElement("button");
      var word = document.createElement("span");
      button.type = "button";
      button.className = "qms-copy";
      button.setAttribute("aria-label", "复制“" + name + "”的链接");
      word.textContent = "复制链接";
      button.append(icon(), word);
      button.addEventListener("click", function () {
        var address = new URL("#" + encodeURIComponent(heading.id), window.location.href).href;
        var tell = function (text) {
          word.textContent = text;
          said.textContent = text;
          button.classList.add("qms-copied");
          window.setTimeout(function () {
            word.textContent = "复制链接";
            said.textContent = "";
            button.classList.remove("qms-copied");
          }, 2500);
        };
        window.history.replaceState(null, "", address);
        copied(address).then(
          function () {
            tell("已复制链接");
          },
          function () {
            tell("不能复制，请从地址栏复制");
          }
        );
        button.focus();
      });
      heading.appendChild(button);
      heading.classList.add("qms-copies");
    });
  }

  // ---- what a link leads to ----

  var box = null;
  var shownFor = null;
  var waiting = 0;
  var asked = false;

  function keyOf(link) {
    var href = link.getAttribute("href");
    if (!href || link.classList.contains("headerlink")) return null;
    var target = new URL(href, document.baseURI);
    if (target.origin !== root.origin || !target.pathname.startsWith(root.pathname)) return null;
    var page = decodeURIComponent(target.pathname.slice(root.pathname.length)).replace(/\.html$/, "");
    return { page: page, part: decodeURIComponent(target.hash.slice(1)) };
  }

  function entryOf(link) {
    var key = keyOf(link);
    var page = key && window.qmsClauses && window.qmsClauses[key.page];
    if (!page) return null;
    var part = Object.prototype.hasOwnProperty.call(page.parts, key.part) ? page.parts[key.part] : null;
    var inside = part && key.part !== "top";
    return { title: inside ? part[0] : page.title, state: inside && page.state ? page.title + "，" + page.state : page.state, text: inside ? part[1] : page.about };
  }

  function line(name, text) {
    var paragraph = document.createElement("p");
    paragraph.className = "qms-preview__" + name;
    paragraph.textContent = text;
    return paragraph;
  }

  function hide() {
    window.clearTimeout(waiting);
    if (shownFor) shownFor.removeAttribute("aria-describedby");
    shownFor = null;
    if (box) box.hidden = true;
  }

  function show(link) {
    var entry = entryOf(link);
    hide();
    if (!entry) return;
    if (!box) {
      box = document.createElement("div");
      box.id = "qms-preview";
      box.className = "qms-preview";
      box.setAttribute("role", "tooltip");
      box.addEventListener("mouseenter", function () {
        window.clearTimeout(waiting);
      });
      box.addEventListener("mouseleave", hide);
      document.body.appendChild(box);
    }
    box.replaceChildren(line("title", entry.title));
    if (entry.state) box.appendChild(line("state", entry.state));
    if (entry.text) box.appendChild(line("text", entry.text));
    box.hidden = false;
    shownFor = link;
    link.setAttribute("aria-describedby", box.id);
    var at = link.getBoundingClientRect();
    var left = Math.min(at.left, document.documentElement.clientWidth - box.offsetWidth - 8);
    var below = at.bottom + 6 + box.offsetHeight <= window.innerHeight;
    box.style.left = Math.max(8, left) + window.scrollX + "px";
    box.style.top = (below ? at.bottom + 6 : at.top - box.offsetHeight - 6) + window.scrollY + "px";
  }

  function whenKnown(link, still) {
    if (window.qmsClauses) {
      if (still()) show(link);
      return;
    }
    if (asked) return;
    asked = true;
    var data = document.createElement("script");
    data.src = new URL("qms/clauses.js", root).href;
    data.addEventListener("load", function () {
      if (still()) show(link);
    });
    document.head.appendChild(data);
  }

  function previews() {
    var content = document.querySelector(".md-content");
    if (!content) return;
    var over = null;
    content.addEventListener("mouseover", function (event) {
      var link = event.target.closest("a[href]");
      if (link === over) return;
      over = link;
      window.clearTimeout(waiting);
      if (!link) {
        waiting = window.setTimeout(hide, 150);
        return;
      }
      waiting = window.setTimeout(function () {
        whenKnown(link, function () {
          return over === link;
        });
      }, 250);
    });
    content.addEventListener("mouseleave", function () {
      over = null;
      window.clearTimeout(waiting);
      waiting = window.setTimeout(hide, 150);
    });
    content.addEventListener("focusin", function (event) {
      var link = event.target.closest("a[href]");
      if (!link || !link.matches(":focus-visible")) return;
      whenKnown(link, function () {
        return document.activeElement === link;
      });
    });
    content.addEventListener("focusout", hide);
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") hide();
    });
  }

  // ---- the printed copy ----

  function quoted(text) {
    return '"' + text.replace(/[\\"]/g, "\\$&").replace(/[\n\r\f]/g, " ") + '"';
  }

  function printedPages() {
    var block = document.querySelector("[data-number][data-revision]");
    if (!block || !("adoptedStyleSheets" in document)) return;
    var told = block.dataset;
    var small = "color:#333;font-size:8pt";
    var sheet = new CSSStyleSheet();
    sheet.replaceSync(
      "@page{" +
        "@top-left{content:" + quoted(told.number + " " + told.title) + ";" + small + "}" +
        "@top-right{content:" + quoted([told.revision, told.state, told.effective].join("，")) + ";" + small + "}" +
        "@bottom-left{content:" + quoted(["打印件为非受控", told.commit].filter(Boolean).join("，")) + ";" + small + "}" +
        "}"
    );
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  function unfoldForPrint() {
    var folded = [];
    window.addEventListener("beforeprint", function () {
      folded = [...document.querySelectorAll("details:not([open])")];
      folded.forEach(function (each) {
        each.open = true;
      });
    });
    window.addEventListener("afterprint", function () {
      folded.forEach(function (each) {
        each.open = false;
      });
    });
  }

  copyButtons();
  previews();
  printedPages();
  unfoldForPrint();
})();
