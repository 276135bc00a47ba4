// A register's rows as a CSV file, made in the browser from the data that are there: same columns as the workbook that stands
// beside the page, text that no spreadsheet takes for a formula, a mark in front so that Excel reads its Chinese.
(function () {
  "use strict";

  const data = window.qmsData;
  const FORMULA = /^[ \n\u3000]*[=+\-@\t\r＝＋－＠]/;

  function quoted(text) {
    const safe = FORMULA.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  }

  function letter(part) {
    return typeof part === "string" ? "t" : part[0];
  }

  function taken(part, letters) {
    return letters.includes(letter(part)) || (part[0] === "c" && letters.includes("k"));
  }

  function told(known, part, letters) {
    if (part[0] === "c") return letters.includes("k") ? part[1] : data.customerName(known, part[1]);
    if (typeof part !== "string" && (part[0] === "m" || part[0] === "d")) return part[1].slice(0, 16).replace("T", " ");
    return typeof part === "string" ? part : part[1];
  }

  // What stands in each column of the file: the last share of a column takes also what no other does.
  function cells(known, column, cell) {
    const shares = column[3], all = shares.map(function (share) { return share[1]; }).join("");
    const parts = cell.filter(function (part) { return part !== 0 && !(part[0] === "q" && part[2]); });
    return shares.map(function (share, place) {
      const last = place === shares.length - 1;
      const text = parts.filter(function (part) { return taken(part, share[1]) || (last && !taken(part, all)); })
        .map(function (part) { return told(known, part, share[1]); }).filter(Boolean).join(" ");
      const number = share[1].includes("#") ? /^-?\d+(\.\d+)?/.exec(text) : null;
      return number ? number[0] : quoted(text);
    });
  }

  function csv(known, entry, rows) {
    const head = [].concat.apply([], entry.columns.map(function (column) {
      return column[3].map(function (share) { return quoted(share[0]); });
    }));
    const lines = rows.map(function (row) {
      return [].concat.apply([], row.cells.map(function (cell, place) { return cells(known, entry.columns[place], cell); }));
    });
    return "\ufeff" + [head].concat(lines).map(function (line) { return line.join(",") + "\r\n"; }).join("");
  }

  function save(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }

  window.qmsCsv = { csv: csv, save: save };
})();
