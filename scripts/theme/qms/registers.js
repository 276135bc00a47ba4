// Registers: filter, sort, count, and draw rows as they are needed. The page holds its first rows as a plain table; data
// are loaded when a filter, an order or the address asks for more.
(function () {
  "use strict";

  const data = window.qmsData;
  const CHUNK = 100;
  const collator = new Intl.Collator("zh", { numeric: true });
  const element = data.element;

  document.querySelectorAll(".qms-register[data-register]").forEach(start);

  function start(place) {
    const name = place.dataset.register;
    const form = place.querySelector(".qms-register__tools");
    const region = place.querySelector(".qms-table");
    const table = place.querySelector("table");
    const told = place.querySelector(".qms-register__count");
    if (!form || !table || !told) return;
    const standing = { told: told.textContent, bodies: Array.from(table.tBodies) };
    const end = element("div", "qms-register__end");
    region.after(end);

    let known = null, rows = [], drawn = 0, round = 0, order = "", asked = { words: [], number: "" };

    roles();
    const heads = headers();

    // ---- the filter as an address ----

    function chosen() {
      const found = {};
      Array.from(form.elements).forEach(function (field) { if (field.name && field.value.trim()) found[field.name] = field.value.trim(); });
      return found;
    }

    function fill(filter) {
      Array.from(form.elements).forEach(function (field) {
        if (!field.name) return;
        const wanted = filter[field.name] || "";
        if (field.tagName === "SELECT" && wanted && !Array.from(field.options).some(function (option) { return option.value === wanted; })) {
          field.append(new Option(wanted, wanted));
        }
        field.value = wanted;
      });
    }

    function read(text) {
      const found = {};
      if (text.includes("=")) new URLSearchParams(text.replace(/^#/, "")).forEach(function (value, key) { found[key] = value; });
      return found;
    }

    function keep() {
      const text = new URLSearchParams(chosen()).toString();
      // An address that names a place in the page stays as it was given.
      if (text || location.hash.includes("=")) history.replaceState(history.state, "", text ? "#" + text : location.pathname + location.search);
    }

    // ---- from the filter to rows ----

    function years(wanted) {
      const entry = known.registers[name], all = entry.years.map(function (each) { return each[0]; });
      if (wanted === "all") return all;
      if (wanted) return all.filter(function (year) { return String(year) === wanted; });
      return all.slice(0, entry.first);
    }

    function update() {
      const mine = ++round, filter = chosen();
      keep();
      order = filter.sort || "";
      if (!Object.keys(filter).length) return rest();
      told.textContent = "正在读取…";
      return data.catalog().then(function (catalog) {
        known = catalog;
        return Promise.all(years(filter.year).map(function (year) { return data.rows(name, year); }));
      }).then(function (loaded) {
        if (mine === round) show([].concat.apply([], loaded), filter);
      }).catch(function () {
        if (mine === round) told.textContent = "数据没有读到，请刷新页面再试";
      });
    }

    // Nothing is asked: the rows that came with the page.
    function rest() {
      rows = [];
      asked = { words: [], number: "" };
      standing.bodies.forEach(function (body, index) { if (index === 0) clear(); table.append(body); });
      end.replaceChildren();
      place.classList.remove("qms-register--drawn");
      told.textContent = standing.told;
      mark();
    }

    function show(loaded, filter) {
      const choices = known.registers[name].choices.map(function (choice) { return choice[0]; });
      const at = now();
      asked = data.query(filter.text || "");
      rows = loaded.filter(function (row) {
        return choices.every(function (choice, index) { return !filter[choice] || answers(row, index, filter[choice], at); }) &&
          (!asked.words.length || data.matches(asked, data.hay(known, row)));
      });
      sort();
      count(filter, loaded.length);
      place.classList.add("qms-register--drawn");
      clear();
      drawn = 0;
      more();
      mark();
    }

    // What is late or soon is decided by the reader's clock.
    function answers(row, index, wanted, at) {
      if (wanted !== "late" && wanted !== "soon") return row.answers[index].includes(wanted);
      return row.cells.some(function (cell) {
        return cell.some(function (part) {
          if (part[0] !== "d") return false;
          const late = at > Date.parse(part[1]);
          return wanted === "late" ? late : !late && at >= Date.parse(part[2]);
        });
      });
    }

    function now() {
      return window.qmsLive ? window.qmsLive.now() : Date.now();
    }

    function sort() {
      const column = order.replace(/^-/, ""), columns = known.registers[name].columns;
      const index = columns.findIndex(function (each) { return each[0] === column; });
      if (index < 0) return;
      const kind = columns[index][2], sign = order[0] === "-" ? -1 : 1, keys = new Map();
      const words = kind === "state" ? states() : null;
      rows.forEach(function (row) { keys.set(row, key(row.cells[index], kind, words, row)); });
      rows = rows.map(function (row, position) { return [row, position]; }).sort(function (one, other) {
        const left = keys.get(one[0]), right = keys.get(other[0]);
        if (left === "" || right === "") return (left === "") - (right === "") || one[1] - other[1];
        const compared = typeof left === "number" && typeof right === "number" ? left - right : collator.compare(left, right);
        return sign * compared || one[1] - other[1];
      }).map(function (pair) { return pair[0]; });
    }

    function states() {
      const choices = known.registers[name].choices, at = choices.findIndex(function (choice) { return choice[0] === "state"; });
      return { at: at, order: Object.keys(choices[at][2]) };
    }

    function key(cell, kind, words, row) {
      if (words) return words.order.indexOf(row.answers[words.at][0]);
      if (kind !== "first") return data.cellText(known, cell).trim();
      const timed = cell.find(function (part) { return part[0] === "m" || part[0] === "d"; });
      if (timed) return Date.parse(timed[1]);
      const text = cell.length ? data.cellText(known, cell) : "", number = parseFloat(text);
      return text === "" ? "" : isNaN(number) ? text : number;
    }

    function count(filter, loaded) {
      const entry = known.registers[name], unit = entry.unit;
      const whole = entry.years.reduce(function (sum, year) { return sum + year[1]; }, 0);
      const number = function (amount) { return amount >= 10000 ? amount.toLocaleString("en").replace(/,/g, "\u202f") : String(amount); };
      const where = loaded < whole && form.elements.year ? "（" + form.elements.year.selectedOptions[0].textContent.replace(/（.*/, "") + "）" : "";
      told.replaceChildren("显示 " + number(rows.length) + " " + unit + where + "，共 " + number(whole) + " " + unit);
      if (loaded < whole && form.elements.year && Object.keys(filter).some(function (each) { return each !== "year" && each !== "sort"; })) {
        const button = element("button", "qms-register__wider", "在全部年度中找");
        button.type = "button";
        button.addEventListener("click", function () {
          form.elements.year.value = "all";
          update();
          form.elements.text.focus();
        });
        told.append("　", button);
      }
    }

    // ---- drawing ----

    function clear() {
      Array.from(table.tBodies).forEach(function (body) { body.remove(); });
    }

    function more(all) {
      const body = element("tbody");
      body.setAttribute("role", "rowgroup");
      const until = all ? rows.length : Math.min(rows.length, drawn + CHUNK);
      for (; drawn < until; drawn += 1) body.append(line(rows[drawn], drawn));
      table.append(body);
      table.setAttribute("aria-rowcount", rows.length + 1);
      end.replaceChildren();
      if (!rows.length) {
        end.append(element("p", "qms-register__none", "没有符合条件的记录。"));
      } else if (drawn < rows.length) {
        const button = element("button", "qms-register__more", "继续显示（还有 " + (rows.length - drawn) + "）");
        button.type = "button";
        button.addEventListener("click", function () {
          const next = drawn;
          more();
          const first = table.querySelector('tr[aria-rowindex="' + (next + 2) + '"] a');
          if (first) first.focus();
        });
        end.append(button);
      }
    }

    function line(row, position) {
      const made = element("tr");
      made.setAttribute("role", "row");
      made.setAttribute("aria-rowindex", position + 2);
      row.cells.forEach(function (cell) {
        const place = element("td");
        place.setAttribute("role", "cell");
        if (cell.length) drawCell(place, row, cell);
        else place.textContent = "—";
        made.append(place);
      });
      return made;
    }

    function drawCell(place, row, cell) {
      let long = 0;
      cell.forEach(function (part, index) {
        if (part === 0) return place.append(element("br"));
        if (index && cell[index - 1] !== 0) place.append(" ");
        const node = drawPart(row, part);
        long += part[0] === "p" ? 40 : 0;
        place.append.apply(place, Array.isArray(node) ? node : [node]);
      });
      if (long) {
        const passage = element("span", "qms-passage");
        passage.append.apply(passage, Array.from(place.childNodes));
        place.append(passage);
      }
    }

    function drawPart(row, part) {
      if (typeof part === "string") return data.marked(part, asked);
      switch (part[0]) {
        case "q": {
          const made = element("span", "qms-quiet");
          made.append.apply(made, data.marked(part[1], asked));
          return made;
        }
        case "p": return data.marked(data.piece(part[1], asked, known.extract), asked);
        case "b": return element("span", "qms-badge qms-" + part[2], part[1]);
        case "r": return data.link(part[2] || row.page, part[1], asked);
        case "c": return known.customers[part[1]] ? data.link("records/customers/" + part[1], data.customerName(known, part[1]), asked) : part[1];
        case "m": {
          const made = element("time", "", part[1].slice(0, 16).replace("T", " "));
          made.dateTime = part[1];
          return made;
        }
        case "d": return due(part);
        default: return "";
      }
    }

    function due(part) {
      const item = { due: Date.parse(part[1]), soon: Date.parse(part[2]), escalate: Date.parse(part[3]) }, at = now(), live = window.qmsLive;
      const tone = live ? { overdue: "late", due_soon: "soon", open: "quiet" }[live.state(item, at)] : "quiet";
      const made = element("span", "qms-badge qms-" + tone, live ? live.countdown(item, at) : "期限 " + part[1].slice(0, 16).replace("T", " "));
      made.dataset.due = part[1];
      made.dataset.soon = part[2];
      made.dataset.escalate = part[3];
      return made;
    }

    // ---- heads ----

    // On a phone rows are drawn as cards; the roles keep the table a table for those who hear it.
    function roles() {
      table.setAttribute("role", "table");
      Array.from(table.querySelectorAll("thead, tbody")).forEach(function (group) { group.setAttribute("role", "rowgroup"); });
      Array.from(table.rows).forEach(function (row) { row.setAttribute("role", "row"); });
      Array.from(table.querySelectorAll("td")).forEach(function (cell) { cell.setAttribute("role", "cell"); });
      Array.from(table.querySelectorAll("th")).forEach(function (cell) {
        cell.setAttribute("role", "columnheader");
        cell.setAttribute("scope", "col");
      });
    }

    function headers() {
      const options = Array.from(form.elements.sort.options).map(function (option) { return option.value; }).filter(function (value) {
        return value && value[0] !== "-";
      });
      return Array.from(table.tHead.rows[0].cells).map(function (cell, index) {
        const button = element("button", "qms-sort");
        button.type = "button";
        button.append.apply(button, Array.from(cell.childNodes));
        cell.append(button);
        button.addEventListener("click", function () {
          const column = options[index], field = form.elements.sort;
          field.value = field.value === column ? "-" + column : field.value === "-" + column ? "" : column;
          update();
        });
        return { cell: cell, column: options[index] };
      });
    }

    function mark() {
      heads.forEach(function (head) {
        if (order === head.column) head.cell.setAttribute("aria-sort", "ascending");
        else if (order === "-" + head.column) head.cell.setAttribute("aria-sort", "descending");
        else head.cell.removeAttribute("aria-sort");
      });
    }

    // ---- what is shown, as a file ----

    const take = place.querySelector(".qms-register__take"), saving = element("button", "qms-register__csv", "导出当前筛选结果（CSV）");
    saving.type = "button";
    saving.addEventListener("click", function () {
      data.catalog().then(function (catalog) {
        known = catalog;
        const filter = chosen();
        return Promise.all(years(filter.year).map(function (year) { return data.rows(name, year); })).then(function (loaded) {
          const wanted = Object.keys(filter).length ? rows : [].concat.apply([], loaded);
          const entry = known.registers[name];
          window.qmsCsv.save(entry.title + ".csv", window.qmsCsv.csv(known, entry, wanted));
        });
      }).catch(function () { told.textContent = "数据没有读到，请刷新页面再试"; });
    });
    if (take) take.prepend(saving, " ");

    // ---- what the reader does ----

    // On a phone only the first questions are seen until the others are wanted, or asked already.
    const fold = form.querySelector(".qms-register__fold");
    function unfold(open) {
      form.classList.toggle("qms-register__tools--open", open);
      fold.setAttribute("aria-expanded", String(open));
      fold.textContent = open ? "收起筛选" : "更多筛选与排序";
    }
    fold.addEventListener("click", function () { unfold(fold.getAttribute("aria-expanded") !== "true"); });

    let typing = 0;
    form.addEventListener("input", function (event) {
      window.clearTimeout(typing);
      typing = window.setTimeout(update, event.target.name === "text" ? 120 : 0);
    });
    form.addEventListener("focusin", function () { data.catalog().catch(function () {}); }, { once: true });
    form.addEventListener("submit", function (event) { event.preventDefault(); update(); });
    form.addEventListener("reset", function (event) {
      event.preventDefault();
      fill({});
      update();
    });
    window.addEventListener("beforeprint", function () { if (drawn < rows.length) more(true); });
    const near = new IntersectionObserver(function (seen) {
      if (!seen[0].isIntersecting || drawn >= rows.length) return;
      more();
      // Asked again: the end may still be near.
      near.unobserve(end);
      near.observe(end);
    }, { rootMargin: "600px" });
    near.observe(end);
    window.addEventListener("hashchange", function () {
      if (location.hash.includes("=") || !location.hash) { fill(read(location.hash)); update(); }
    });
    fill(read(location.hash));
    if (Object.keys(chosen()).length) {
      unfold(true);
      update();
    }
  }
})();
