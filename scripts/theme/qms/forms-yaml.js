// A record as text, letter by letter as scripts/qms/write.py writes it: fields in the form's order, Chinese comments, quotes
// where a reader could take the text for something else. How texts are judged comes from there, too (facts.habits).
(function () {
  "use strict";

  const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
  const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

  function hex(code) {
    return code.toString(16).padStart(4, "0");
  }

  function writer(facts) {
    const habits = facts.habits;
    const plainText = new RegExp("^(?:" + habits.plain + ")$"), time = new RegExp("^(?:" + habits.time + ")$");
    const hidden = new RegExp(habits.hidden), everyHidden = new RegExp(habits.hidden, "g"), listLike = new RegExp(habits.list);
    const refused = new Set(facts.refused);

    function isPlain(text) {
      return !habits.reserved.includes(text.toLowerCase()) && (plainText.test(text) || time.test(text)) && !hidden.test(text);
    }

    function scalar(content) {
      if (typeof content !== "string") return JSON.stringify(content);
      if (isPlain(content)) return content;
      return JSON.stringify(content).replace(/\x7f/g, "\\u007f").replace(everyHidden, function (letter) { return "\\u" + hex(letter.charCodeAt(0)); });
    }

    // Text of many lines reads best as a literal block, where it can be one.
    function wantsBlock(text) {
      const lines = text.split("\n");
      if (lines.length < 2 || /^[ \n]|[ \n]$/.test(text) || lines.some(function (line) { return line.endsWith(" "); })) return false;
      return !lines.some(function (line) { return UNPRINTABLE.test(line) || hidden.test(line); });
    }

    function fieldLines(name, node, content, title, indent) {
      const comment = title ? "  # " + title : "";
      if (Array.isArray(content)) {
        const inLine = content.every(function (item) { return typeof item === "string" && isPlain(item) && !listLike.test(item); });
        if (inLine && Array.from(content.join(", ")).length < habits.width) return [indent + name + ": [" + content.join(", ") + "]" + comment];
        return content.reduce(function (lines, item) { return lines.concat(itemLines(node.items, item, indent + "  ")); }, [indent + name + ":" + comment]);
      }
      if (typeof content === "object") return [indent + name + ":" + comment].concat(partLines(node, content, indent + "  "));
      if (typeof content === "string" && wantsBlock(content)) {
        const body = content.split("\n").map(function (line) { return line ? indent + "  " + line : ""; });
        return [indent + name + ": |-" + comment].concat(body);
      }
      return [indent + name + ": " + scalar(content) + comment];
    }

    // One entry of a list, its dash below *indent*.
    function itemLines(node, item, indent) {
      if (typeof item !== "object") return [indent + "- " + scalar(item)];
      const block = partLines(node, item, indent + "  ");
      return [indent + "- " + block[0].trimStart()].concat(block.slice(1));
    }

    function partLines(node, content, indent) {
      return node.fields.reduce(function (lines, field) {
        return field[0] in content ? lines.concat(fieldLines(field[0], field[2], content[field[0]], field[1], indent)) : lines;
      }, []);
    }

    function record(kind, content) {
      return facts.kinds[kind].head + partLines(facts.kinds[kind].tree, content, "").join("\n") + "\n";
    }

    // The text of an open record with a step put in: [whole text, only what was added].
    function added(kind, open, places, content) {
      const fields = facts.kinds[kind].tree.fields;
      let whole = "", from = 0;
      const parts = [];
      fields.filter(function (field) { return field[0] in content; }).map(function (field) {
        return { field: field, place: places[field[0]] };
      }).sort(function (one, other) { return one.place.at - other.place.at || fields.indexOf(one.field) - fields.indexOf(other.field); }).forEach(function (entry) {
        const field = entry.field, place = entry.place, indent = " ".repeat(place.indent);
        const lines = place.dash ? itemLines(field[2].items, content[field[0]][0], indent) : fieldLines(field[0], field[2], content[field[0]], field[1], indent);
        whole += open.text.slice(from, place.at) + place.lead + lines.join(open.newline) + open.newline;
        from = place.at;
        parts.push(lines.join("\n"));
      });
      return [whole + open.text.slice(from), parts.join("\n") + "\n"];
    }

    // Why a text cannot be kept, or nothing. A text comes back exactly as it was or not at all.
    function refusal(text) {
      const bad = Array.from(text).find(function (letter) { return refused.has(letter.codePointAt(0)); });
      if (bad !== undefined) return "含有不能保存的字符 U+" + hex(bad.codePointAt(0)).toUpperCase() + "；请删去";
      return HALF.test(text) ? "含有无法识别的半个字符；请删去后重新输入" : "";
    }

    return { record: record, added: added, refusal: refusal };
  }

  window.qmsFormYaml = writer;
})();
