// Lists of one register's rows on other pages, such as a customer's complaints: all rows stand in the page already, and
// are filtered and sorted where they are. The way to the whole register takes the filter along.
(function () {
  "use strict";

  const data = window.qmsData;
  const element = data.element;
  const collator = new Intl.Collator("zh", { numeric: true });
  const FEW = 6;

  document.querySelectorAll(".qms-register[data-filter]").forEach(function (place) {
    const region = place.querySelector(".qms-table"), table = place.querySelector("table");
    const way = element("a", "qms-register__way", "在台账中查看");
    way.href = data.address("registers/" + place.dataset.register) + "#" + place.dataset.filter + (place.dataset.filter.includes("year=") ? "" : "&year=all");
    if (!table || table.tBodies[0].rows.length < FEW) {
      place.append(element("p", "qms-register__foot"));
      place.lastChild.append(way);
      return;
    }
    const body = table.tBodies[0], rows = Array.from(body.rows);
    const tools = element("form", "qms-register__tools qms-register__tools--small"), label = element("label", "qms-field"), field = element("input");
    const told = element("span", "qms-register__count", "");
    field.type = "search";
    field.autocomplete = "off";
    told.setAttribute("role", "status");
    tools.setAttribute("role", "search");
    tools.setAttribute("aria-label", "筛选" + (region.getAttribute("aria-label") || ""));
    label.append(element("span", "", "筛选"), field);
    tools.append(label, told, way);
    region.before(tools);

    function filter() {
      const asked = data.query(field.value);
      const shown = rows.filter(function (row) {
        const text = data.fold(row.textContent);
        row.hidden = !data.matches(asked, text + "\n" + data.squashed(text));
        return !row.hidden;
      });
      told.textContent = asked.words.length ? shown.length + " / " + rows.length : rows.length + " 份";
    }

    function key(row, index) {
      const cell = row.cells[index], time = cell.querySelector("time");
      const text = time ? time.dateTime : cell.textContent.trim();
      return text === "—" ? "" : text;
    }

    Array.from(table.tHead.rows[0].cells).forEach(function (cell, index) {
      const button = element("button", "qms-sort");
      button.type = "button";
      button.append.apply(button, Array.from(cell.childNodes));
      cell.append(button);
      button.addEventListener("click", function () {
        const was = cell.getAttribute("aria-sort");
        const order = was === null ? "ascending" : was === "ascending" ? "descending" : null;
        Array.from(table.tHead.rows[0].cells).forEach(function (other) { other.removeAttribute("aria-sort"); });
        if (order) cell.setAttribute("aria-sort", order);
        const sorted = order ? rows.slice().sort(function (one, other) {
          const left = key(one, index), right = key(other, index);
          if (!left || !right) return (left === "") - (right === "");
          return (order === "descending" ? -1 : 1) * collator.compare(left, right);
        }) : rows;
        body.append.apply(body, sorted);
      });
    });
    field.addEventListener("input", filter);
    tools.addEventListener("submit", function (event) { event.preventDefault(); });
    filter();
  });
})();
