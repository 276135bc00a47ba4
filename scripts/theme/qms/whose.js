// Whose matters: the lists on the home page and on 待办与逾期 show one person's rows only, as chosen, and say how many others are not shown.
// The choice stays in this browser; the lists themselves and the counts of the whole plant are live.js' business.
(function () {
  "use strict";

  const KEY = "qms-whose";
  const box = document.querySelector(".qms-whose");
  const live = window.qmsLive;
  if (!box || !live) return;
  const choice = box.querySelector("select"), told = box.querySelector("[role=status]");

  function kept() {
    try {
      return window.localStorage.getItem(KEY) || "";
    } catch (closed) {
      return "";
    }
  }

  function keep(who) {
    try {
      if (who) window.localStorage.setItem(KEY, who);
      else window.localStorage.removeItem(KEY);
    } catch (closed) {
      // Nothing is kept where the browser forbids it; the choice holds for this page.
    }
  }

  function draw() {
    const who = choice.value, at = live.now();
    const counts = { overdue: 0, due_soon: 0, open: 0 };
    let others = 0;
    document.querySelectorAll("[data-live-list]").forEach(function (list) {
      const rows = Array.from(list.querySelectorAll("tbody tr"));
      let mine = 0;
      rows.forEach(function (row) {
        const owner = row.querySelector("[data-owner]"), state = live.state(live.read(row.querySelector("[data-due]")), at);
        const away = Boolean(who) && (!owner || owner.dataset.owner !== who);
        row.classList.toggle("qms-away", away);
        if (away) others += state === "open" ? 0 : 1;
        else {
          mine += 1;
          counts[state] += 1;
        }
      });
      list.classList.toggle("qms-chosen", Boolean(who));
      list.classList.toggle("qms-nothing", Boolean(who) && rows.length > 0 && mine === 0);
    });
    box.hidden = counts.overdue + counts.due_soon + others === 0;
    const name = choice.options[choice.selectedIndex].dataset.name;
    const words = who ? name + "：" + counts.overdue + " 项逾期，" + counts.due_soon + " 项即将到期；其他人的 " + others + " 项没有显示。" : "";
    if (told.textContent !== words) told.textContent = words;
  }

  choice.value = kept();
  if (choice.selectedIndex < 0) choice.value = "";
  choice.addEventListener("change", function () {
    keep(choice.value);
    draw();
  });
  document.addEventListener("qms:time", draw);
  draw();
})();
