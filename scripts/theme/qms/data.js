// The registers' data and how words are looked for in them: shared by registers.js and find.js. Data come as scripts that
// assign into window, so that they load from a folder, too; record text becomes text nodes, never markup.
(function () {
  "use strict";

  const root = new URL("../", document.currentScript.src).href;
  const waiting = {};

  // ---- loading ----

  function load(path) {
    if (!waiting[path]) {
      waiting[path] = new Promise(function (done, failed) {
        const script = document.createElement("script");
        script.src = root + path;
        script.onload = function () { script.remove(); done(); };
        script.onerror = function () { script.remove(); delete waiting[path]; failed(new Error(path)); };
        document.head.append(script);
      });
    }
    return waiting[path];
  }

  // The catalog names the newest version of every other file, so it alone is asked for afresh.
  let catalogAsked = null;
  function catalog() {
    catalogAsked = catalogAsked || load("data/catalog.js?" + Date.now().toString(36)).then(function () { return window.qmsCatalog; });
    catalogAsked.catch(function () { catalogAsked = null; });
    return catalogAsked;
  }

  function documents() {
    return load("data/documents.js").then(function () { return window.qmsDocuments; });
  }

  // The rows of one register and year as objects; each is taken apart once.
  function rows(register, year) {
    return catalog().then(function (known) {
      const entry = known.registers[register].years.find(function (each) { return each[0] === year; });
      const key = register + "-" + year;
      return load("data/" + key + ".js?" + entry[2]).then(function () {
        const packed = window.qmsRows[key];
        if (!packed.taken) {
          packed.taken = packed.map(function (row) {
            return { register: register, year: year, page: row[0], answers: row[1], cells: row[2], more: row[3] || "", hay: "" };
          });
        }
        return packed.taken;
      });
    });
  }

  // ---- words ----

  // Each pair is of one length, so that positions stay.
  const ALIKE = [["客户", "顾客"], ["客诉", "投诉"], ["抱怨", "投诉"]];

  // Position by position: full-width letters and the many dashes as plain ones, small letters, one word for what is called by two.
  function fold(text) {
    let folded = text.replace(/[\uff01-\uff5e]/g, function (wide) { return String.fromCharCode(wide.charCodeAt(0) - 0xfee0); })
      .replace(/[\u2010-\u2015\u2212\ufe63]/g, "-").replace(/[\s\u3000]/g, " ");
    const small = folded.toLowerCase();
    if (small.length === folded.length) folded = small;
    ALIKE.forEach(function (pair) { if (folded.includes(pair[0])) folded = folded.split(pair[0]).join(pair[1]); });
    return folded;
  }

  function squash(text) {
    return text.replace(/[\s\-_./]/g, "");
  }

  // Numbers and part numbers of a text without their separators, so that cc20260007 finds CC-2026-0007.
  function squashed(folded) {
    return (folded.match(/[a-z]+[-_./]?[a-z0-9][a-z0-9\-_./]*/g) || []).map(squash).join(" ");
  }

  function four(digits) {
    return digits.replace(/^0+(?=\d)/, "").padStart(4, "0");
  }

  // A record's number in any form people type, or null; `whole` says that it names one record.
  function numbered(folded) {
    const text = folded.trim();
    let told = /^cu[\s\-_./#]*(\d{1,4})$/.exec(text);
    if (told) return { word: "cu-" + four(told[1]), whole: true };
    told = /^(cc|cm|ca|rw)[\s\-_./#]*((?:19|20)\d\d)[\s\-_./#年]*(\d{1,4})[号]?$/.exec(text);
    if (told) return { word: told[1] + "-" + told[2] + "-" + four(told[3]), whole: true };
    told = /^(cc|cm|ca|rw)[\s\-_./#]*((?:19|20)\d\d)[\s\-_./]*$/.exec(text);
    if (told) return { word: told[1] + "-" + told[2] + "-", whole: false };
    told = /^((?:19|20)\d\d)[\s\-_./]+(\d{1,4})$/.exec(text);
    if (told) return { word: "-" + told[1] + "-" + four(told[2]), whole: false };
    return null;
  }

  function ways(token) {
    const number = numbered(token), found = [token];
    if (number) found.push(number.word);
    const clause = /^(?:条款|第)?(\d+(?:\.\d+)+)(?:条|款)?$/.exec(token);
    if (clause && clause[1] !== token) found.push(clause[1]);
    if (/[a-z]/.test(token) && /\d/.test(token) && squash(token).length > 3 && squash(token) !== token) found.push(squash(token));
    return found;
  }

  // What is asked: every word must be found in one of its ways; `number` is the record that the whole text names.
  function query(text) {
    const folded = fold(text).trim(), number = numbered(folded);
    if (!folded) return { words: [], number: "" };
    if (number) return { words: [[number.word, folded]], number: number.whole ? number.word : "" };
    return { words: folded.split(/[ ,，、;；]+/).filter(Boolean).map(ways), number: "" };
  }

  function matches(asked, hay) {
    return asked.words.every(function (words) { return words.some(function (word) { return hay.includes(word); }); });
  }

  function customerName(known, number) {
    return known.customers[number] ? known.customers[number][0] : number;
  }

  function partText(known, part) {
    if (typeof part === "string") return part;
    if (part === 0 || part[0] === "d") return " ";
    if (part[0] === "c") return customerName(known, part[1]);
    if (part[0] === "m") return part[1].slice(0, 16).replace("T", " ");
    return part[1];
  }

  function cellText(known, cell) {
    return cell.map(function (part) { return partText(known, part); }).join(" ");
  }

  // All that is searched of a row, made when it is first asked for.
  function hay(known, row) {
    if (!row.hay) {
      const customers = row.cells.flat().filter(function (part) { return part[0] === "c"; }).map(function (part) {
        return part[1] + " " + (known.customers[part[1]] || ["", ""])[1];
      });
      const text = fold([row.cells.map(function (cell) { return cellText(known, cell); }).join(" "), row.more].concat(customers).join("\n"));
      row.hay = text + "\n" + squashed(text);
    }
    return row.hay;
  }

  // ---- drawing ----

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // Where the words stand in a folded text, first to last; a number also where it is written with separators.
  function places(folded, asked) {
    const spans = [];
    (asked ? asked.words : []).forEach(function (words) {
      words.forEach(function (word) {
        let at = folded.indexOf(word);
        if (at < 0 && /[a-z]/.test(word) && /^[a-z0-9]+$/.test(word) && /\d/.test(word)) {
          const loose = new RegExp(word.split("").join("[\\s\\-_./]*"), "g");
          for (const found of folded.matchAll(loose)) spans.push([found.index, found.index + found[0].length]);
        }
        for (; at >= 0; at = folded.indexOf(word, at + word.length)) spans.push([at, at + word.length]);
      });
    });
    return spans.sort(function (one, other) { return one[0] - other[0] || other[1] - one[1]; });
  }

  // The text as nodes, with what was asked for marked.
  function marked(text, asked) {
    const nodes = [];
    let end = 0;
    places(fold(text), asked).forEach(function (span) {
      if (span[0] < end) return;
      if (span[0] > end) nodes.push(text.slice(end, span[0]));
      nodes.push(element("mark", "", text.slice(span[0], span[1])));
      end = span[1];
    });
    if (end < text.length) nodes.push(text.slice(end));
    return nodes;
  }

  // A piece of a long text: its beginning, or the surroundings of the first word that was asked for.
  function piece(text, asked, most) {
    if (text.length <= most) return text;
    const spans = places(fold(text), asked), first = spans.length ? spans[0][0] : -1;
    if (first < most - 8) return text.slice(0, most - 1) + "…";
    const start = Math.max(0, first - Math.floor(most / 3));
    const cut = text.slice(start, start + most - 2);
    return "…" + cut + (start + most - 2 < text.length ? "…" : "");
  }

  function address(page) {
    return root + page.split("/").map(encodeURIComponent).join("/") + ".html";
  }

  function link(page, text, asked) {
    const made = element("a");
    made.href = address(page);
    made.append.apply(made, marked(text, asked));
    return made;
  }

  window.qmsData = {
    root: root, catalog: catalog, documents: documents, rows: rows, fold: fold, query: query, matches: matches, hay: hay, squashed: squashed, cellText: cellText,
    customerName: customerName, element: element, places: places, marked: marked, piece: piece, link: link, address: address
  };
})();
