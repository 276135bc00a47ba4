// The pages that log: what is typed is kept in this browser until it is cleared, checked, and turned into the record's text.
// The questions stand in the page (qms.forms.markup), what is known of the plant in data/forms.js; record text becomes text, never markup.
(function () {
  "use strict";

  const HOUR = 60 * 60 * 1000;
  const root = new URL("../", document.currentScript.src).pathname;

  function start(form) {
    const facts = window.qmsFormFacts, name = form.dataset.formName, kind = form.dataset.kind, step = form.dataset.step, part = form.dataset.part;
    const known = facts.kinds[kind], plant = window.qmsFormTime.clock(facts.zone), yaml = window.qmsFormYaml(facts);
    const sheet = window.qmsFormCheck(form, facts, plant, yaml.refusal);
    const section = document.querySelector(".qms-made"), summary = form.querySelector(".qms-errors"), said = document.querySelector(".qms-made__said");
    const chooser = form.querySelector('[name="record"]'), number = form.querySelector('[name="id"]');
    const asked = new URLSearchParams(window.location.search);
    const stored = window.qmsFormKeep.stored;
    let touched = new Set(), tried = false, cleared = null;

    // ---- kept in this browser ----

    function place() {
      return "qms-form:" + root + name + ":" + (chooser ? chooser.value : asked.get("record") || "");
    }

    function store(key, content) {
      form.querySelector(".qms-kept").hidden = !window.qmsFormKeep.store(key, content);
    }

    function draft() {
      const kept = { values: {}, items: {}, touched: Array.from(touched) };
      form.querySelectorAll("[data-list]").forEach(function (group) { kept.items[group.dataset.group] = items(group).map(function (item) { return item.dataset.index; }); });
      form.querySelectorAll("input, select, textarea").forEach(function (control) {
        if (control !== chooser) kept.values[control.id] = control.type === "checkbox" || control.type === "radio" ? control.checked : control.value;
      });
      return kept;
    }

    function restore(kept) {
      touched = new Set(kept.touched);
      form.querySelectorAll("[data-list]").forEach(function (group) {
        items(group).forEach(function (item) { item.remove(); });
        (kept.items[group.dataset.group] || []).forEach(function (index) { addItem(group, index); });
      });
      form.querySelectorAll("input, select, textarea").forEach(function (control) {
        if (control === chooser || !(control.id in kept.values)) return;
        const content = kept.values[control.id];
        if (control.type === "checkbox" || control.type === "radio") control.checked = content;
        else if (control.tagName === "SELECT") choose(control, content);
        else control.value = content;
      });
    }

    // ---- lists of parts ----

    function items(group) {
      return Array.from(group.querySelectorAll(":scope > .qms-items > .qms-item"));
    }

    function addItem(group, wanted) {
      const index = wanted !== undefined ? wanted : String(items(group).reduce(function (most, item) { return Math.max(most, Number(item.dataset.index) + 1); }, 0));
      const item = group.querySelector(":scope > template").content.firstElementChild.cloneNode(true);
      item.querySelectorAll("*").forEach(function (element) {
        Array.from(element.attributes).forEach(function (attribute) {
          if (attribute.value.includes("_n_")) element.setAttribute(attribute.name, attribute.value.replace(/_n_/g, index));
        });
      });
      item.dataset.index = index;
      group.querySelector(":scope > .qms-items").append(item);
      item.querySelectorAll(".qms-ask").forEach(propose);
      count(group);
      return item;
    }

    function count(group) {
      items(group).forEach(function (item, position) { item.querySelector("[data-number]").textContent = String(position + 1); });
    }

    // ---- what is proposed ----

    function put(ask, content) {
      const controls = sheet.inputs(ask), first = controls[0];
      if (first.type === "checkbox" || first.type === "radio") {
        const wanted = (Array.isArray(content) ? content : [content]).map(String);
        controls.forEach(function (control) { control.checked = wanted.includes(control.value); });
      } else if (first.tagName === "SELECT") choose(first, content);
      else first.value = Array.isArray(content) ? content.join("、") : content;
    }

    // A choice that the list no longer offers is left open.
    function choose(control, content) {
      control.value = content;
      if (control.selectedIndex < 0) control.value = "";
    }

    function propose(ask) {
      if (ask.dataset.preset) put(ask, JSON.parse(ask.dataset.preset));
      if (ask.dataset.running) now(ask);
    }

    function now(ask) {
      const shown = plant.local(window.qmsLive.now());
      put(ask, ask.dataset.form === "day" ? shown.slice(0, 10) : shown);
    }

    function defaults() {
      touched = new Set();
      form.querySelectorAll("[data-gate]").forEach(function (gate) { gate.checked = gate.defaultChecked; });
      form.querySelectorAll("[data-list]").forEach(function (group) {
        items(group).forEach(function (item) { item.remove(); });
        for (let made = 0; made < Number(group.dataset.begin || 0); made += 1) addItem(group);
      });
      sheet.asks().forEach(function (ask) {
        put(ask, "");
        propose(ask);
      });
      const about = name === "memo" && asked.get("record") && window.qmsFormOpen[asked.get("record")];
      if (about) Object.entries(about.memo).forEach(function (pair) { put(sheet.find(pair[0]), pair[1]); });
      if (asked.get("customer") && sheet.find("customer")) put(sheet.find("customer"), asked.get("customer"));
    }

    function follow() {
      Object.entries(facts.follows[name]).forEach(function (pair) {
        const ask = sheet.find(pair[0]), signer = sheet.find(pair[1][0]), content = pair[1][1][sheet.answer(signer)];
        if (content && !touched.has(pair[0])) put(ask, content);
      });
    }

    // Who may sign depends on the day of what is signed.
    function people() {
      const at = form.querySelector('[data-path="' + (part ? part + "." : "") + 'at"], [data-path="' + known.begin + '"]');
      const moment = at ? plant.at(sheet.inputs(at)[0].value) : null;
      const day = plant.day(moment === null ? window.qmsLive.now() : moment);
      form.querySelectorAll('[data-refers="person"]').forEach(function (ask) {
        const roles = (ask.dataset.signers || "").split(" ").filter(Boolean), select = sheet.inputs(ask)[0], chosen = select.value;
        const offered = facts.people.filter(function (person) {
          return person[2].some(function (post) { return (!roles.length || roles.includes(post[0])) && post[1] <= day && (!post[2] || day <= post[2]); });
        });
        const key = offered.map(function (person) { return person[0]; }).join(" ");
        if (select.dataset.offered === key) return;
        select.dataset.offered = key;
        select.replaceChildren(new Option("请选择", ""), ...offered.map(function (person) { return new Option(person[1], person[0]); }));
        choose(select, chosen);
      });
    }

    function offer() {
      const customer = sheet.find("customer") ? sheet.answer(sheet.find("customer")) : chooser && chooser.value ? window.qmsFormOpen[chooser.value].customer : undefined;
      form.querySelectorAll("datalist").forEach(function (list) {
        const ask = list.closest(".qms-ask"), about = ask.dataset.refers;
        const pairs = about === "memo" ? (chooser && chooser.value ? window.qmsFormOpen[chooser.value].memos : [])
          : about === "complaint" ? facts.complaints.filter(function (row) { return !customer || row[2] === customer; })
            : customer ? facts.customers[customer][1] : [];
        // Drawn anew, the open list would close under the hands of who types.
        const key = JSON.stringify(pairs);
        if (list.dataset.offered === key) return;
        list.dataset.offered = key;
        list.replaceChildren(...pairs.map(function (pair) {
          const option = new Option(pair[1], pair[0]);
          option.label = pair[0] + " " + pair[1];
          return option;
        }));
      });
    }

    // The lowest number above all that this site and this browser know; the checker has the last word.
    function nextNumber() {
      if (!number || touched.has("id")) return;
      const begun = known.begin ? sheet.answer(sheet.find(known.begin)) : undefined;
      const start = known.name.replace("NNNN", "").replace("YYYY", begun ? plant.day(Date.parse(begun)).slice(0, 4) : plant.day(window.qmsLive.now()).slice(0, 4));
      const used = (stored("qms-form:" + root + "used") || []).filter(function (each) { return each.startsWith(start); }).map(function (each) { return Number(each.slice(start.length)); });
      number.value = start + String(Math.max(known.highest[start] || 0, 0, ...used) + 1).padStart(4, "0");
    }

    // ---- what the whole form says ----

    function atOf(found) {
      const text = found.get(part ? part + ".at" : known.begin);
      return text ? Date.parse(text) : null;
    }

    function late(found) {
      const at = atOf(found);
      if (open() && !("late_entry_reason" in open().steps[step].places)) return false;
      return at !== null && window.qmsLive.now() - at > window.qmsFormTime.hoursOn(facts, plant.day(at))[2] * HOUR;
    }

    function open() {
      return chooser && chooser.value ? window.qmsFormOpen[chooser.value] : null;
    }

    // What is asked beside a step is asked only of a complaint that does not say it yet.
    function beside() {
      if (!step) return;
      sheet.asks().forEach(function (ask) {
        const field = ask.dataset.path.split(".")[0];
        if (field !== part.split(".")[0]) ask.hidden = open() !== null && !(field in open().steps[step].places);
      });
    }

    // What no attribute can say: one field measured by another, or by what is on record.
    function measured(ask, content) {
      if (content === undefined) return "";
      const path = ask.dataset.path, last = path.split(".").pop(), about = open(), at = atOf(sheet.answers());
      if (about && path === part + ".at") {
        const from = about.steps[step].from;
        if (Date.parse(content) < Date.parse(from[0])) return "早于" + from[1] + "（" + plant.said(Date.parse(from[0])) + "）";
      }
      if (last === "promised_at" && at !== null && Date.parse(content) < at) return "承诺的时间不能早于" + (step === "renew" ? "知会" : "答复") + "时间";
      if (step === "renew" && last === "promised_at" && Date.parse(content) <= Date.parse(about.promise)) return "新的承诺应晚于现承诺（" + plant.said(Date.parse(about.promise)) + "）";
      if (path === "id" && at !== null && known.name.includes("YYYY") && content.slice(3, 7) !== plant.day(at).slice(0, 4)) return "编号的年份应为 " + plant.day(at).slice(0, 4);
      return "";
    }

    function tell(ask, lines, isWrong) {
      const told = ask.querySelector(":scope > .qms-ask__told");
      const words = lines.map(function (line) { return line[0]; }).join("\n");
      if (told.dataset.words !== words) {
        told.dataset.words = words;
        told.replaceChildren(...lines.map(function (line) {
          const made = document.createElement("span");
          made.className = isWrong ? "qms-wrong" : line[1] ? "qms-heed" : "";
          made.textContent = line[0];
          return made;
        }));
      }
      sheet.inputs(ask).forEach(function (control) { control.toggleAttribute("aria-invalid", isWrong); if (isWrong) control.setAttribute("aria-invalid", "true"); });
    }

    function remarks(ask) {
      const path = ask.dataset.path, content = sheet.answer(ask);
      if (path === (part ? part + ".at" : known.begin)) {
        return window.qmsFormTime.told(step || (kind === "complaint" ? "receive" : ""), { at: content ? Date.parse(content) : null }, open(), facts, plant);
      }
      if (ask.dataset.refers === "complaint" && content && !facts.complaints.some(function (row) { return row[0] === content; })) return [["本站还没有这一号；请核对", true]];
      if (path === "id" && content && Number(content.split("-").pop()) <= (known.highest[content.replace(/\d{4}$/, "")] || 0)) return [["本站已有更大的编号，这一号可能已被使用", true]];
      if (ask.dataset.form === "moment" && !("ahead" in ask.dataset) && content && Date.parse(content) > window.qmsLive.now()) return [["晚于现在；若是笔误请改正", true]];
      return [];
    }

    function look() {
      people();
      follow();
      sheet.settle(late);
      offer();
      nextNumber();
      const found = chooser && !chooser.value ? [["投诉", "请选择", chooser, null]] : sheet.problems(measured);
      const shown = tried ? new Map(found.map(function (problem) { return [problem[3], problem[1]]; })) : new Map();
      sheet.asks().forEach(function (ask) { tell(ask, shown.has(ask) ? [[shown.get(ask), true]] : sheet.asked(ask) ? remarks(ask) : [], shown.has(ask)); });
      form.querySelectorAll("[data-list]").forEach(function (group) { group.querySelector(":scope > .qms-ask__told").textContent = shown.get(group) || ""; });
      if (tried) list(found);
      return found;
    }

    function list(found) {
      summary.hidden = !found.length;
      summary.querySelector("p").textContent = "还有 " + found.length + " 处要改，才能生成记录：";
      summary.querySelector("ul").replaceChildren(...found.map(function (problem) {
        const line = document.createElement("li"), link = document.createElement("a");
        link.href = "#" + problem[2].id;
        link.textContent = problem[0] + "：" + problem[1];
        link.addEventListener("click", function (event) {
          event.preventDefault();
          problem[2].focus();
        });
        line.append(link);
        return line;
      }));
    }

    // ---- the record ----

    function made() {
      const content = sheet.record();
      if (!step) {
        const path = known.path.replaceAll(known.name, content.id).replace("YYYY", content.id.slice(3, 7));
        return { page: "new", path: path, file: content.id + ".yml", text: yaml.record(kind, content), branch: "record/" + content.id };
      }
      const about = open(), texts = yaml.added(kind, about, about.steps[step].places, Object.fromEntries(Object.entries(content).filter(function (pair) { return pair[0] in about.steps[step].places; })));
      return { page: "edit", path: about.path, file: chooser.value + ".yml", text: texts[0], block: texts[1], branch: "record/" + chooser.value + "-" + step };
    }

    function show() {
      const done = made();
      section.hidden = false;
      section.querySelector(".qms-made__path").textContent = done.path;
      section.querySelector("pre code").textContent = done.text;
      window.qmsFormSend.draw(section, done, facts, say);
      return done;
    }

    function say(words) {
      said.textContent = words;
    }

    function changed(event) {
      if (event && event.target.name) touched.add(event.target.name);
      store(place(), draft());
      const wrong = look().length;
      if (section.hidden) return;
      if (wrong) section.hidden = true;
      else show();
    }

    function begin() {
      const kept = stored(place());
      tried = false;
      section.hidden = true;
      summary.hidden = true;
      defaults();
      people();
      if (kept) {
        restore(kept);
        people();
        restore(kept);
      }
      if (chooser) form.querySelector(".qms-asks").inert = !chooser.value;
      beside();
      // The memo that a first contact needs is about the same complaint.
      document.querySelectorAll(".qms-memo-first").forEach(function (link) { link.search = open() ? "?record=" + chooser.value : ""; });
      look();
    }

    function empty() {
      cleared = [place(), draft()];
      store(place(), null);
      begin();
      form.querySelector("[data-undo]").hidden = false;
    }

    form.addEventListener("input", function (event) {
      if (event.target !== chooser) changed(event);
    });
    form.addEventListener("change", function (event) {
      if (event.target === chooser) begin();
      else changed(event);
    });
    form.addEventListener("click", function (event) {
      const pressed = event.target.closest("button");
      if (!pressed) return;
      if ("now" in pressed.dataset) {
        now(pressed.closest(".qms-ask"));
        changed();
      } else if ("add" in pressed.dataset) {
        const item = addItem(pressed.closest("[data-list]"));
        changed();
        item.querySelector("input, select, textarea").focus();
      } else if ("takeAway" in pressed.dataset) {
        const group = pressed.closest("[data-list]");
        pressed.closest(".qms-item").remove();
        count(group);
        changed();
        group.querySelector("[data-add]").focus();
      } else if ("clear" in pressed.dataset) {
        empty();
      } else if ("undo" in pressed.dataset) {
        store(cleared[0], cleared[1]);
        pressed.hidden = true;
        begin();
      }
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      tried = true;
      const found = look();
      if (found.length) {
        section.hidden = true;
        found[0][2].focus();
        return;
      }
      show();
      say("记录已生成，还没有提交");
      section.focus();
      section.scrollIntoView({ block: "start" });
    });
    section.querySelector("[data-done]").addEventListener("click", function () {
      if (!step) store("qms-form:" + root + "used", (stored("qms-form:" + root + "used") || []).concat(number.value).slice(-50));
      empty();
      form.querySelector("input, select").focus();
    });

    if (chooser && asked.get("record")) choose(chooser, asked.get("record"));
    begin();
    document.addEventListener("qms:time", look);
    form.dataset.ready = "true";
  }

  // The data come in scripts of their own, which like this one wait for the page to be read.
  document.addEventListener("DOMContentLoaded", function () {
    const form = document.querySelector("form.qms-form");
    if (form && window.qmsFormFacts) start(form);
  });
})();
