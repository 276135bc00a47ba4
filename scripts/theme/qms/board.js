// The workshop screen: `index.html?board` fills the screen with what presses, in type for three metres. It asks for newer
// data by itself and never leaves the page unless the newer page is surely there. Without `?board`: the link to it.
(function () {
  "use strict";

  const ROWS = 6, MINUTE = 60 * 1000;
  const ASK_EVERY = 3 * MINUTE, ASK_AGAIN = MINUTE / 2, GIVE_UP = 1.5 * MINUTE, RELOAD_EVERY = 60 * MINUTE, IDLE = 5000;
  const DRIFT = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]];
  const SIGNS = {
    late: '<path d="M24 5 46 43H2Z" fill="none" stroke="currentColor" stroke-width="4" stroke-linejoin="round"/><path d="M24 18v12M24 35v3" stroke="currentColor" stroke-width="4.5" stroke-linecap="round"/>',
    soon: '<circle cx="24" cy="24" r="20" fill="none" stroke="currentColor" stroke-width="4"/><path d="M24 12v12l8 6" fill="none" stroke="currentColor" stroke-width="4.5" stroke-linecap="round" stroke-linejoin="round"/>',
    good: '<circle cx="24" cy="24" r="20" fill="none" stroke="currentColor" stroke-width="4"/><path d="m14 25 7 7 13-15" fill="none" stroke="currentColor" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/>',
    quiet: '<circle cx="24" cy="24" r="20" fill="none" stroke="currentColor" stroke-width="4"/><path d="M15 24h18" stroke="currentColor" stroke-width="5" stroke-linecap="round"/>'
  };
  const asked = new URLSearchParams(window.location.search).has("board");
  const begun = Date.now();
  let live, screen, broken = null;

  if (asked) document.documentElement.dataset.qmsBoard = "true";
  document.addEventListener("DOMContentLoaded", function () {
    live = window.qmsLive;
    if (!live) return;
    if (asked) open();
    else offer();
  });

  function offer() {
    const place = document.querySelector(".qms-onward");
    if (!place) return;
    const link = make("a", "", "车间大屏");
    link.href = "?board";
    place.append(" ", link);
  }

  function make(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function part(name, tag) {
    return make(tag || "div", "qms-screen-" + name);
  }

  // ---- the frame ----

  function open() {
    screen = { all: part("all", "main"), state: part("state", "section"), rows: part("rows", "ol"), day: part("day"), clock: part("clock", "time"), more: part("more"), notice: part("notice"), data: part("data") };
    const head = part("head", "header"), foot = part("foot", "footer"), body = part("body"), told = part("told"), ways = part("ways", "nav");
    const plant = document.querySelector(".md-content h1");
    head.append(make("h1", "qms-screen-plant", plant ? plant.firstChild.textContent : document.title), screen.day, screen.clock);
    screen.notice.setAttribute("role", "status");
    screen.state.setAttribute("role", "status");
    told.append(screen.rows, screen.more);
    body.append(screen.state, told);
    ways.setAttribute("aria-label", "大屏");
    ways.append(wholeScreen(), leave());
    foot.append(screen.data, screen.notice, ways);
    screen.all.append(head, body, foot);
    document.body.append(screen.all);
    document.addEventListener("qms:time", draw);
    if (live.frozen) window.setInterval(draw, MINUTE);
    draw();
    rest();
    stayAwake();
    window.setTimeout(ask, ASK_EVERY);
  }

  function wholeScreen() {
    const button = make("button", "", "全屏");
    button.type = "button";
    button.addEventListener("click", function () {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen();
    });
    return button;
  }

  function leave() {
    const link = make("a", "", "退出大屏");
    link.href = window.location.pathname;
    return link;
  }

  // The pointer and the buttons go away when nobody moves; a lit screen stays lit where the browser allows it.
  function rest() {
    let timer = 0;
    function stir() {
      delete document.documentElement.dataset.qmsIdle;
      window.clearTimeout(timer);
      timer = window.setTimeout(function () { document.documentElement.dataset.qmsIdle = "true"; }, IDLE);
    }
    ["pointermove", "pointerdown", "keydown"].forEach(function (name) { document.addEventListener(name, stir); });
    stir();
  }

  function stayAwake() {
    if (!navigator.wakeLock) return;
    function hold() {
      if (!document.hidden) navigator.wakeLock.request("screen").catch(function () { /* the machine decides */ });
    }
    document.addEventListener("visibilitychange", hold);
    hold();
  }

  // ---- what it tells ----

  function draw() {
    const at = live.now(), time = live.plantTime(at);
    screen.day.textContent = (time.day + " " + time.weekday).trim();
    screen.clock.textContent = time.clock;
    const made = live.plantTime(live.asOf);
    screen.data.textContent = "数据截至 " + made.day + " " + made.clock + (live.frozen ? "（示例数据，时钟停在此刻）" : "");
    drawState(at);
    drawRows(at);
    drawNotice(at);
    // Nothing stands on the same points for long: the whole drifts by a few of them each minute.
    const step = DRIFT[Math.floor(Date.now() / MINUTE) % DRIFT.length];
    screen.all.style.setProperty("--drift-x", String(step[0]));
    screen.all.style.setProperty("--drift-y", String(step[1]));
  }

  function stale(at) {
    return !live.frozen && at - live.asOf > 24 * 60 * MINUTE;
  }

  function drawState(at) {
    const late = live.counts.overdue, soon = live.counts.due_soon;
    const told = !document.querySelector('[data-live="summary"]') ? ["quiet", "", "还没有记录", ""]
      : late ? ["late", late, "项逾期", soon ? soon + " 项即将到期" : "没有其他即将到期的事项"]
      : stale(at) ? ["soon", "", "数据过旧", "请通知维护者"]
      : soon ? ["soon", soon, "项即将到期", "没有逾期"]
      : document.querySelector(".qms-faulty.qms-late") ? ["soon", "", "数据不全", "有文件无法读取，未计入"]
      : ["good", "", "一切按期", "没有逾期，也没有即将到期的事项"];
    screen.state.dataset.tone = told[0];
    screen.all.dataset.alone = String(!late && !soon);
    const words = told.slice(1).join("|");
    if (screen.state.dataset.words === words) return;
    screen.state.dataset.words = words;
    const sign = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    sign.setAttribute("viewBox", "0 0 48 48");
    sign.setAttribute("aria-hidden", "true");
    sign.innerHTML = SIGNS[told[0]];
    screen.state.replaceChildren(sign, make("p", "qms-screen-amount", String(told[1])), make("p", "qms-screen-word", told[2]), make("p", "qms-screen-also", told[3]));
  }

  function drawRows(at) {
    const rows = Array.from(document.querySelectorAll('[data-live-list="overdue due_soon"] tbody tr'));
    screen.rows.replaceChildren.apply(screen.rows, rows.slice(0, ROWS).map(function (row) { return drawRow(row, at); }));
    const more = rows.length - ROWS;
    screen.more.textContent = more > 0 ? "还有 " + more + " 项，见“待办与逾期”。" : "";
  }

  function drawRow(row, at) {
    const item = live.read(row.querySelector("[data-due]")), late = live.state(item, at) === "overdue";
    const words = live.countdown(item, at);
    const made = make("li", "qms-screen-row"), when = part("when"), what = part("what"), who = part("who"), name = part("name"), matter = part("matter");
    made.dataset.tone = late ? "late" : "soon";
    when.append(make("span", "qms-screen-pill", late ? "已逾期" : "还剩"), make("span", "qms-screen-span", words.slice(2).trim()));
    const customer = text(row.cells[2]), kind = text(row.cells[1].querySelector("strong")), link = text(row.cells[1].querySelector("a"));
    name.append(make("strong", "", customer || "本厂"), " ", kind);
    matter.textContent = [link, text(row.cells[1].querySelector(".qms-quiet"))].filter(Boolean).join(" · ");
    what.append(name, matter);
    who.append(make("span", "qms-screen-owner", text(row.cells[3].firstChild)));
    if (live.escalated(item, at) && row.querySelector("[data-escalation]")) who.append(make("span", "qms-screen-up", "已升级"));
    made.append(when, what, who);
    return made;
  }

  function text(node) {
    return node ? node.textContent.trim() : "";
  }

  function drawNotice(at) {
    const faults = text(document.querySelector(".qms-faulty strong"));
    const old = stale(at) ? "数据已超过一天没有更新，请通知维护者" : "";
    const cut = broken === null ? "" : live.plantTime(broken).clock + " 起连不上站点，仍显示原来的数据；恢复后自动更新";
    const words = [cut, old, faults].filter(Boolean).join("；");
    if (screen.notice.textContent !== words) screen.notice.textContent = words;
  }

  // ---- newer data ----

  // Asks for the page itself: only a whole page of ours counts, never a login page or half a file. Reloads when it
  // carries other data than this one, and now and then anyway.
  function ask() {
    const asking = Date.now();
    const answer = window.location.protocol === "file:" ? fileIsThere() : newerPage();
    answer.then(function (newer) {
      broken = null;
      if (newer || Date.now() - begun > RELOAD_EVERY) window.location.reload();
      else window.setTimeout(ask, ASK_EVERY);
      answered();
    }, function () {
      if (broken === null) broken = asking;
      window.setTimeout(ask, ASK_AGAIN);
      answered();
    });
  }

  function answered() {
    screen.all.dataset.asked = String(Number(screen.all.dataset.asked || 0) + 1);
    draw();
  }

  function newerPage() {
    const given = window.AbortController ? new AbortController() : null;
    const timer = window.setTimeout(function () { if (given) given.abort(); }, GIVE_UP);
    const address = window.location.href.split("#")[0];
    return fetch(address, { cache: "no-store", signal: given ? given.signal : undefined }).then(function (response) {
      if (!response.ok) throw new Error(String(response.status));
      return response.text();
    }).then(function (page) {
      window.clearTimeout(timer);
      const found = new DOMParser().parseFromString(page, "text/html").querySelector('meta[name="qms-clock"]');
      if (!found || !/<\/html>\s*$/.test(page)) throw new Error("not the whole page");
      const mine = document.querySelector('meta[name="qms-clock"]');
      return found.content !== mine.content || found.dataset.commit !== mine.dataset.commit || found.dataset.matters !== mine.dataset.matters;
    });
  }

  // From a folder nothing can be fetched; a picture beside the page shows whether the folder is still there.
  function fileIsThere() {
    return new Promise(function (resolve, reject) {
      const probe = new Image();
      probe.onload = function () { resolve(true); };
      probe.onerror = reject;
      probe.src = "qms/logo.svg?" + Date.now();
    });
  }
})();
