// Finding: documents by section and records by their registers' rows, in the header's box and on the page 查找. Nothing is
// loaded before the box is entered; the running year's records come first, earlier years while the reader types on.
(function () {
  "use strict";

  const data = window.qmsData;
  const element = data.element;
  const PIECE = 76;
  const NOUNS = { memos: "备忘录", surveys: "调查表", capa: "纠正与预防" };

  // ---- documents ----

  // Every section that holds all words, best first: titles and what a heading begins with; then documents, guides, reports,
  // other pages, among each those with the words in the heading.
  function findSections(index, asked) {
    const found = [];
    index.pages.forEach(function (page, order) {
      const title = fold(page, 1);
      const named = data.matches(asked, title + "\n" + data.squashed(title) + "\n" + data.squashed(page[0].toLowerCase()));
      const sections = page[3].length ? page[3] : [["", page[1], ""]];
      let told = false;
      sections.forEach(function (section, place) {
        const heading = fold(section, 1), text = fold(section, 2);
        const inHeading = data.matches(asked, heading + "\n" + (place ? "" : title + "\n" + data.squashed(title)));
        if (!inHeading && !data.matches(asked, heading + "\n" + text)) return;
        told = true;
        const begins = asked.words.length === 1 && asked.words[0].some(function (word) { return heading.startsWith(word) && !/^[\d.]/.test(heading.slice(word.length)); });
        found.push({ page: page, section: section, score: begins || inHeading && !place ? 3 : inHeading ? 2 : 1, group: page[2], order: order, place: place });
      });
      if (named && !told) found.push({ page: page, section: sections[0], score: 2, group: page[2], order: order, place: 0 });
    });
    return found.sort(function (one, other) {
      return (other.score > 2) - (one.score > 2) || one.group - other.group || other.score - one.score || one.order - other.order || one.place - other.place;
    });
  }

  function fold(holder, index) {
    holder.folded = holder.folded || {};
    if (holder.folded[index] === undefined) holder.folded[index] = data.fold(holder[index]);
    return holder.folded[index];
  }

  function sectionResult(index, found, asked) {
    const made = result(data.address(found.page[0]) + (found.section[0] ? "#" + found.section[0] : ""), index.groups[found.group], "doc");
    const heading = made.querySelector(".qms-hit__head");
    heading.append.apply(heading, data.marked(found.page[1], asked));
    if (found.section[0]) {
      const below = element("span", "qms-hit__section");
      below.append.apply(below, data.marked(found.section[1], asked));
      made.append(below);
    }
    if (found.section[2]) passage(made, found.section[2], asked);
    return made;
  }

  // ---- records ----

  function findRows(known, rows, asked) {
    return rows.filter(function (row) { return row.page && data.matches(asked, data.hay(known, row)); });
  }

  function rank(known, asked, row) {
    const number = row.page.split("/").pop().toLowerCase();
    if (asked.number && number === asked.number) return 3;
    if (row.register === "customers") return 2;
    return asked.words.some(function (words) { return words.some(function (word) { return number.includes(word); }); }) ? 1 : 0;
  }

  function when(known, row) {
    const index = known.registers[row.register].columns.findIndex(function (column) { return column[0] === "at"; });
    const part = index < 0 ? null : row.cells[index].find(function (each) { return each[0] === "m"; });
    return part ? part[1] : row.year + row.page;
  }

  function sortRows(known, asked, rows) {
    return rows.map(function (row) { return [rank(known, asked, row), when(known, row), row]; }).sort(function (one, other) {
      return other[0] - one[0] || (one[1] < other[1] ? 1 : one[1] > other[1] ? -1 : 0);
    }).map(function (entry) { return entry[2]; });
  }

  function rowResult(known, row, asked) {
    const entry = known.registers[row.register], noun = NOUNS[row.register] || entry.title.replace(/台账$/, "");
    const made = result(data.address(row.page), noun, "record");
    const heading = made.querySelector(".qms-hit__head"), side = element("span", "qms-hit__side");
    const first = row.cells[0][0];
    heading.append.apply(heading, data.marked(typeof first === "string" ? first : first[1], asked));
    let long = "", state = "";
    entry.columns.forEach(function (column, index) {
      const cell = row.cells[index], text = data.cellText(known, cell).trim();
      if (!cell.length || !text || index === 0) return;
      if (column[0] === "customer" || column[0] === "at") side.append(text.replace(/ .*/, "") + "\u3000");
      else if (column[0] === "text") long = text;
      else if (column[0] === "state") state = element("span", "qms-badge qms-" + (cell[0][2] || "quiet"), cell[0][1]);
    });
    side.append(state);
    heading.append(" ", side);
    const inside = long && hits(long, asked) || !row.more || !hits(row.more, asked) ? long : row.more;
    if (inside) passage(made, inside, asked);
    return made;
  }

  function hits(text, asked) {
    return data.places(data.fold(text), asked).length > 0;
  }

  // ---- results ----

  function result(address, group, kind) {
    const made = element("a", "md-search-result__item qms-hit qms-hit--" + kind);
    made.href = address;
    made.append(element("span", "qms-hit__group", group), element("span", "qms-hit__head"));
    return made;
  }

  function passage(made, text, asked) {
    const shown = element("span", "qms-hit__text");
    shown.append.apply(shown, data.marked(data.piece(text, asked, PIECE), asked));
    made.append(shown);
  }

  // One box with its list of results; `most` are the numbers of documents and records that are shown at first.
  function box(field, list, told, most, address) {
    let round = 0;

    function answer() {
      const mine = ++round, asked = data.query(field.value);
      if (!asked.words.length) {
        list.replaceChildren();
        told.textContent = "可以找文件里的字句、条款号、记录编号、顾客、料号、批号";
        return;
      }
      if (!list.childElementCount) told.textContent = "正在找…";
      let index = null, known = null, sections = [], rows = [], pending = true, failed = false;
      let room = most.slice();

      function show() {
        if (mine !== round) return;
        const shown = sortRows(known, asked, rows);
        const nodes = [];
        if (sections.length) nodes.push(part("文件", sections, room[0], function (found) { return sectionResult(index, found, asked); }, 0));
        if (shown.length) nodes.push(part("记录", shown, room[1], function (row) { return rowResult(known, row, asked); }, 1));
        // Who types a record's number wants that record.
        if (nodes.length > 1 && rank(known, asked, shown[0]) === 3) nodes.reverse();
        list.replaceChildren.apply(list, nodes);
        const sum = sections.length + shown.length;
        told.textContent = pending ? "已找到 " + sum + " 条，正在找较早的记录…" :
          (sum ? "文件 " + sections.length + " 处，记录 " + shown.length + " 份" : "没有找到") + (failed ? "；有数据没有读到，请刷新页面再试" : "");
        list.dataset.done = pending ? "" : field.value;
      }

      function part(name, found, limit, draw, which) {
        const section = element("section", "qms-hits");
        section.setAttribute("aria-label", name);
        section.append(element("h2", "qms-hits__title", name + "（" + found.length + "）"));
        found.slice(0, limit).forEach(function (each) { section.append(draw(each)); });
        if (found.length > limit) {
          if (address) {
            const all = element("a", "qms-hits__more", "全部 " + found.length + " 条");
            all.href = address() + "#" + new URLSearchParams({ q: field.value });
            section.append(all);
          } else {
            const button = element("button", "qms-hits__more", "继续显示（还有 " + (found.length - limit) + "）");
            button.type = "button";
            button.addEventListener("click", function () {
              room[which] += most[which];
              show();
              const next = list.querySelectorAll('.qms-hits[aria-label="' + name + '"] a')[limit];
              if (next) next.focus();
            });
            section.append(button);
          }
        }
        return section;
      }

      function years() {
        const found = {};
        Object.keys(known.registers).forEach(function (name) {
          known.registers[name].years.forEach(function (entry) { (found[entry[0]] = found[entry[0]] || []).push(name); });
        });
        // 0 are the registers without years, the customers: they come first.
        // A number that names its year is looked for there before all others.
        const named = Number((/-(\d{4})-/.exec(asked.number) || [])[1]);
        const place = function (year) { return year === named ? 10000 : year || 9999; };
        return Object.keys(found).map(Number).sort(function (one, other) { return place(other) - place(one); }).map(function (year) {
          return [year, found[year]];
        });
      }

      function step(left) {
        if (mine !== round) return null;
        if (!left.length) { pending = false; return show(); }
        const year = left[0][0];
        return Promise.all(left[0][1].map(function (name) {
          return data.rows(name, year).catch(function () { failed = true; return []; });
        })).then(function (loaded) {
          if (mine !== round) return null;
          loaded.forEach(function (each) { rows = rows.concat(findRows(known, each, asked)); });
          if (left.length > 1 && year) show();
          return step(left.slice(1));
        });
      }

      Promise.all([data.documents().catch(function () { return { groups: [], pages: [] }; }), data.catalog()]).then(function (both) {
        if (mine !== round) return null;
        index = both[0];
        known = both[1];
        sections = findSections(index, asked);
        return step(years());
      }).catch(function () {
        if (mine === round) told.textContent = "索引没有读到，请刷新页面再试";
      });
    }

    // Up and down walk through the results, as in a menu; the field is above the first.
    function walk(event) {
      const links = Array.from(list.querySelectorAll("a, button")), at = links.indexOf(document.activeElement);
      if (event.key === "ArrowDown" && links.length) (links[at + 1] || links[at]).focus();
      else if (event.key === "ArrowUp" && at >= 0) (links[at - 1] || field).focus();
      else return;
      event.preventDefault();
    }

    let typing = 0;
    field.addEventListener("input", function () { window.clearTimeout(typing); typing = window.setTimeout(answer, 80); });
    field.addEventListener("focus", function () {
      data.catalog().catch(function () {});
      data.documents().catch(function () {});
    }, { once: true });
    field.addEventListener("keydown", walk);
    list.addEventListener("keydown", walk);
    return answer;
  }

  // ---- the header's box ----

  function header() {
    const search = document.querySelector(".qms-search"), toggle = document.getElementById("__search");
    if (!search) return;
    const field = search.querySelector("input"), output = search.querySelector(".md-search__output");
    const list = search.querySelector(".md-search-result__list"), page = search.querySelector("form").action;
    const answer = box(field, list, search.querySelector(".md-search-result__meta"), [6, 10], function () { return page; });

    function open(wanted) {
      if (toggle) toggle.checked = wanted;
      output.hidden = !wanted;
    }

    field.addEventListener("focus", function () { open(true); answer(); });
    search.querySelector(".md-search__overlay").addEventListener("click", function () { open(false); });
    search.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") return;
      open(false);
      field.blur();
    });
    search.addEventListener("focusout", function (event) {
      if (event.relatedTarget && !search.contains(event.relatedTarget)) open(false);
    });
    document.addEventListener("pointerdown", function (event) { if (!search.contains(event.target)) open(false); });
    // Enter goes to the best result that is there, or to the page with all of them.
    search.querySelector("form").addEventListener("submit", function (event) {
      event.preventDefault();
      const first = list.querySelector("a.qms-hit");
      location.href = list.dataset.done === field.value && first ? first.href : page + "#" + new URLSearchParams({ q: field.value });
    });
    document.addEventListener("keydown", function (event) {
      const at = document.activeElement;
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable) return;
      const wanted = document.querySelector(".qms-find__input") || (field.offsetParent ? field : null);
      if (!wanted) return;
      event.preventDefault();
      wanted.focus();
      wanted.select();
    });
  }

  // ---- the page ----

  function page() {
    const place = document.querySelector(".qms-find");
    if (!place) return;
    const field = place.querySelector("input"), form = place.querySelector("form");
    const answer = box(field, place.querySelector(".qms-find__results"), place.querySelector(".qms-find__told"), [20, 50], null);

    function read() {
      const told = location.hash.includes("=") ? location.hash.slice(1) : location.search.slice(1);
      field.value = new URLSearchParams(told).get("q") || "";
      if (field.value) answer();
    }

    function keep() {
      history.replaceState(history.state, "", field.value ? "#" + new URLSearchParams({ q: field.value }) : location.pathname);
    }

    field.addEventListener("input", keep);
    form.addEventListener("submit", function (event) { event.preventDefault(); answer(); });
    window.addEventListener("hashchange", read);
    read();
    if (!field.value && window.matchMedia("(min-width: 60em)").matches) field.focus();
  }

  header();
  page();
})();
