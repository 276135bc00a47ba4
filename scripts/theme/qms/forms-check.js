// What stands in a form: which questions are asked, the answers by field, what is wrong with them. Limits are in the markup,
// which qms.forms.markup makes from the schemas; the words for them are here.
(function () {
  "use strict";

  function sheet(form, facts, plant, refusal) {
    const between = new RegExp(facts.between);

    // ---- the questions ----

    function asks() {
      return Array.from(form.querySelectorAll(".qms-ask[data-path]"));
    }

    function asked(element) {
      return !element.closest("[hidden], [inert]");
    }

    function inputs(ask) {
      return Array.from(ask.querySelectorAll("input, select, textarea"));
    }

    function find(path) {
      return asks().find(function (ask) { return ask.dataset.path === path; });
    }

    // ---- the answers ----

    function answer(ask) {
      const kind = ask.dataset.form, controls = inputs(ask), first = controls[0];
      if (kind === "boolean" || ((kind === "choice") && first.type !== "select-one")) {
        const chosen = controls.filter(function (control) { return control.checked; }).map(function (control) { return kind === "boolean" ? control.value === "true" : control.value; });
        if ("many" in ask.dataset) return chosen.length ? chosen : undefined;
        return chosen[0];
      }
      const text = first.value;
      if (!text.trim()) return undefined;
      if ("many" in ask.dataset) {
        const parts = text.split(between).map(function (part) { return part.trim(); }).filter(Boolean);
        return parts.length ? parts : undefined;
      }
      if (kind === "moment") {
        const moment = plant.at(text);
        return moment === null ? undefined : plant.written(moment);
      }
      return kind === "integer" || kind === "number" ? Number(text) : text;
    }

    function answers() {
      const found = new Map();
      asks().forEach(function (ask) {
        const content = asked(ask) ? answer(ask) : undefined;
        if (content === undefined) return;
        found.set(ask.dataset.path, content);
        if (ask.dataset.fixed) Object.entries(JSON.parse(ask.dataset.fixed)).forEach(function (pair) { found.set(pair[0], pair[1]); });
      });
      return found;
    }

    // The record that the answers make: positions in lists count only what is filled in, in the order of the page.
    function record() {
      const made = {}, places = {};
      answers().forEach(function (content, path) {
        const steps = path.split(".");
        let here = made, above = "";
        steps.forEach(function (step, depth) {
          const last = depth === steps.length - 1, whole = above + "." + step;
          let key = step;
          if (Array.isArray(here)) {
            if (!(whole in places)) places[whole] = here.length;
            key = places[whole];
          }
          if (last) here[key] = content;
          else if (here[key] === undefined) here[key] = /^\d+$/.test(steps[depth + 1]) ? [] : {};
          here = here[key];
          above = whole;
        });
      });
      return made;
    }

    // ---- circumstances ----

    function holds(condition, found) {
      const clauses = JSON.parse(condition);
      return !clauses.length || clauses.some(function (clause) {
        const given = found.get(clause[0]);
        if (clause[1] === "answered" || clause[1] === "open") return (given !== undefined) === (clause[1] === "answered");
        const held = clause[2].some(function (content) { return Array.isArray(given) ? given.includes(content) : given === content; });
        return held === (clause[1] === "holds");
      });
    }

    function show(element, shown) {
      if (element.hidden === !shown) return false;
      element.hidden = !shown;
      return true;
    }

    // Show what is asked under these circumstances; hiding one answer may open another question.
    function settle(late) {
      const conditional = Array.from(form.querySelectorAll("[data-when]"));
      let changed = true;
      for (let round = 0; changed && round < 6; round += 1) {
        const found = answers();
        changed = conditional.filter(function (element) { return show(element, holds(element.dataset.when, found)); }).length > 0;
        form.querySelectorAll("[data-gate]").forEach(function (gate) {
          if (show(gate.closest("fieldset").querySelector(".qms-inner"), gate.checked)) changed = true;
        });
      }
      const reason = find("late_entry_reason");
      if (reason) show(reason, late(answers()));
      const found = answers();
      form.querySelectorAll("[data-needed]").forEach(function (element) { need(element, holds(element.dataset.needed, found)); });
      form.querySelectorAll("input, select, textarea").forEach(function (control) { control.disabled = !asked(control); });
    }

    function need(element, needed) {
      if (element.dataset.list !== undefined) {
        element.dataset.least = needed ? "1" : "0";
        return;
      }
      if (!element.dataset.path) return;
      inputs(element).forEach(function (control) { control.required = needed; });
      const mark = element.querySelector(".qms-must, .qms-may");
      mark.className = needed ? "qms-must" : "qms-may";
      mark.textContent = needed ? element.dataset.mustWord || "必填" : "可不填";
    }

    // ---- what is wrong ----

    function wrong(ask) {
      const controls = inputs(ask), first = controls[0], state = controls.map(function (control) { return control.validity; });
      const is = function (name) { return state.some(function (validity) { return validity[name]; }); };
      if (is("badInput")) return ask.dataset.form === "integer" ? "请填数字" : "没有填完整";
      const content = answer(ask);
      if (is("valueMissing") || (content === undefined && ("must" in ask.dataset || first.required))) return controls.length > 1 ? "请选择" : "必填";
      if (first.type === "datetime-local" && first.value && plant.at(first.value) === null) return "当地时钟拨快时跳过了这一时刻";
      if (content === undefined) return "";
      if (is("patternMismatch")) return ask.dataset.example ? "请写成 " + ask.dataset.example + " 的样子" : "写法不对";
      if (is("rangeUnderflow")) return first.type === "number" ? "不得小于 " + first.min : "年份看来写错了";
      if (is("rangeOverflow")) return first.type === "number" ? "不得大于 " + first.max : "年份看来写错了";
      if (is("stepMismatch")) return "只能填整数";
      const texts = (Array.isArray(content) ? content : [content]).filter(function (part) { return typeof part === "string"; });
      return texts.map(function (text) { return unfit(text, first); }).find(Boolean) || "";
    }

    function unfit(text, control) {
      const length = Array.from(text).length;
      if (control.dataset.shortest && length < Number(control.dataset.shortest)) return "太短，请把事实写清楚（至少 " + control.dataset.shortest + " 字）";
      if (control.dataset.longest && length > Number(control.dataset.longest)) return "太长（" + length + " 字），不得超过 " + control.dataset.longest + " 字；详细材料请作附件";
      return refusal(text);
    }

    // Everything that is wrong, in the order of the page: [title, words, the control to go to, its question].
    function problems(more) {
      const found = [];
      form.querySelectorAll(".qms-ask[data-path], fieldset[data-list]").forEach(function (element) {
        if (!asked(element)) return;
        if (element.dataset.list !== undefined) {
          const items = element.querySelectorAll(":scope > .qms-items > .qms-item").length;
          if (items < Number(element.dataset.least || 0)) found.push([element.dataset.title, "至少要有一项", element.querySelector("[data-add]"), element]);
          return;
        }
        const words = wrong(element) || more(element, answer(element));
        if (words) found.push([element.dataset.title, words, inputs(element)[0], element]);
      });
      return found;
    }

    return { asks: asks, asked: asked, inputs: inputs, find: find, answer: answer, answers: answers, record: record, settle: settle, problems: problems };
  }

  window.qmsFormCheck = sheet;
})();
