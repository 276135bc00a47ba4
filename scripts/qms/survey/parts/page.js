"use strict";
// The customer's side of the questionnaire: keeps a draft on this device, checks, and makes the answer file. Asks nothing of any network.
(() => {
  const asked = JSON.parse(document.getElementById("asked").textContent);
  const form = document.getElementById("answers");
  const by = id => document.getElementById(id);
  const key = `qms-survey-${asked.mark.digest}`;
  const none = "不适用";

  const scoreOf = item => form.elements[`score-${item.id}`].value;
  const isLow = item => { const score = scoreOf(item); return score !== "" && score !== none && Number(score) <= asked.low_score; };
  const words = name => form.elements[name].value.trim();

  function keep() {
    const held = {};
    for (const field of form.elements) {
      if (field.name && (field.type !== "radio" || field.checked) && field.value) held[field.name] = field.value;
    }
    // A browser may forbid a local page to keep anything: the form works all the same.
    try { localStorage.setItem(key, JSON.stringify(held)); } catch (error) { by("kept").hidden = true; }
  }

  function recall() {
    let held = null;
    try { held = JSON.parse(localStorage.getItem(key)); } catch (error) { by("kept").hidden = true; }
    if (!held || typeof held !== "object") return;
    for (const [name, text] of Object.entries(held)) {
      const field = form.elements[name];
      if (field && typeof text === "string") field.value = text;
    }
  }

  function show() {
    let done = 0;
    for (const item of asked.items) {
      if (scoreOf(item) !== "") done += 1;
      by(`why-${item.id}`).hidden = !isLow(item) && !words(`reason-${item.id}`);
      by(`needed-${item.id}`).hidden = !isLow(item);
    }
    by("done").textContent = `已填 ${done} / ${asked.items.length} 项`;
    by("progress").value = done;
  }

  function problems() {
    const found = [];
    for (const item of asked.items) {
      const told = by(`wrong-${item.id}`);
      const said = scoreOf(item) === "" ? "请选择得分" : isLow(item) && !words(`reason-${item.id}`) ? "请写明低分原因" : "";
      told.textContent = said;
      if (said) found.push([scoreOf(item) === "" ? `score-${item.id}-${asked.scale}` : `reason-${item.id}`, `${item.number}. ${item.title}：${said}`]);
    }
    const position = words("position") ? "" : "请填写职务";
    by("wrong-position").textContent = position;
    if (position) found.push(["position", `填写人：${position}`]);
    return found;
  }

  function tell(found) {
    const list = by("problems");
    list.replaceChildren(...found.map(([id, said]) => {
      const line = document.createElement("li"), link = document.createElement("a");
      link.href = `#${id}`;
      link.textContent = said;
      link.addEventListener("click", event => { event.preventDefault(); by(id).focus(); });
      line.append(link);
      return line;
    }));
    by("wrong").hidden = found.length === 0;
    if (found.length) by("wrong").focus();
  }

  function answers() {
    const made = { form: asked.form, format: asked.format, mark: asked.mark, respondent: {}, scores: {}, importance: {}, reasons: {}, comments: words("comments") };
    for (const item of asked.items) {
      const score = scoreOf(item), weight = form.elements[`weight-${item.id}`].value, reason = words(`reason-${item.id}`);
      made.scores[item.id] = score === none ? none : Number(score);
      if (weight) made.importance[item.id] = Number(weight);
      if (reason) made.reasons[item.id] = reason;
    }
    for (const name of ["name", "position"]) if (words(name)) made.respondent[name] = words(name);
    return JSON.stringify(made, null, 1);
  }

  function finish() {
    const found = problems();
    tell(found);
    by("finished").hidden = found.length > 0;
    if (found.length) return;
    const text = answers();
    const link = by("file");
    if (link.href) URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = asked.file;
    by("text").value = text;
    link.click();
    by("finished").focus();
  }

  form.addEventListener("submit", event => { event.preventDefault(); finish(); });
  form.addEventListener("input", () => { by("finished").hidden = true; keep(); show(); });
  by("clear").addEventListener("click", () => {
    if (!confirm("清空已填的全部内容？")) return;
    form.reset();
    try { localStorage.removeItem(key); } catch (error) { by("kept").hidden = true; }
    by("finished").hidden = by("wrong").hidden = true;
    for (const told of document.querySelectorAll(".wrong")) told.textContent = "";
    show();
  });
  by("copy").addEventListener("click", async () => {
    const text = by("text");
    text.select();
    try { await navigator.clipboard.writeText(text.value); by("copied").textContent = "已复制。"; } catch (error) {
      by("copied").textContent = "请长按上面的文字，全选后复制。";
    }
  });
  recall();
  show();
  form.hidden = by("bar").hidden = false;
})();
