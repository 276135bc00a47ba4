// Time is live: what the page tells of deadlines is worked out again when it is looked at, and every minute.
// The rules are those of qms.due.DueItem and the words those of qms.pages.boards; times come with their offset, and what
// is shown is plant time wherever the reader is. Sample data stays at its own moment: there the clock stands still.
(function () {
  "use strict";

  const MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const TONES = { overdue: "qms-late", due_soon: "qms-soon", open: "qms-quiet" };
  const source = document.querySelector('meta[name="qms-clock"]');
  if (!source) return;

  const asOf = Date.parse(source.content);
  const frozen = source.dataset.frozen === "true";
  const matters = (source.dataset.matters || "").split(" ").filter(Boolean).map(function (pair) {
    const ends = pair.split("/");
    return { soon: ends[0] * 1000, due: ends[1] * 1000 };
  });
  const title = document.title;

  // ---- the rules ----

  // A clock behind the data is wrong: nobody reads a page before it is made.
  function now() {
    return frozen ? asOf : Math.max(Date.now(), asOf);
  }

  function state(item, at) {
    if (at > item.due) return "overdue";
    return at >= item.soon ? "due_soon" : "open";
  }

  function escalated(item, at) {
    return at > item.escalate;
  }

  function lapse(span) {
    const minutes = Math.round(Math.abs(span) / MINUTE);
    if (minutes < 60) return minutes + " 分钟";
    if (minutes < 2 * 24 * 60) return Math.floor(minutes / 60) + " 小时" + (minutes % 60 ? " " + (minutes % 60) + " 分" : "");
    const hours = Math.floor((minutes % (24 * 60)) / 60);
    return Math.floor(minutes / (24 * 60)) + " 天" + (hours ? " " + hours + " 小时" : "");
  }

  function countdown(item, at) {
    const told = lapse(at - item.due);
    return (state(item, at) === "overdue" ? "逾期" : "还剩") + (told === "0 分钟" ? "不到 1 分钟" : " " + told);
  }

  function read(badge) {
    return { due: Date.parse(badge.dataset.due), soon: Date.parse(badge.dataset.soon), escalate: Date.parse(badge.dataset.escalate) };
  }

  // ---- plant time in words ----

  const parts = formatter(source.dataset.zone);

  function formatter(zone) {
    const shape = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", weekday: "long", hourCycle: "h23" };
    try {
      return new Intl.DateTimeFormat("zh-CN", Object.assign({ timeZone: zone }, shape));
    } catch (unknownZone) {
      return null;
    }
  }

  function plantTime(at) {
    const found = {};
    if (parts) {
      parts.formatToParts(new Date(at)).forEach(function (part) { found[part.type] = part.value; });
    } else {
      // The browser does not know the zone: the offset of the data will do.
      const sign = /([+-])(\d\d):(\d\d)$/.exec(source.content);
      const shift = sign ? (sign[1] === "-" ? -1 : 1) * (sign[2] * HOUR + sign[3] * MINUTE) : 0;
      const text = new Date(at + shift).toISOString();
      Object.assign(found, { year: text.slice(0, 4), month: text.slice(5, 7), day: text.slice(8, 10), hour: text.slice(11, 13), minute: text.slice(14, 16), weekday: "" });
    }
    return { day: found.year + "-" + found.month + "-" + found.day, clock: found.hour + ":" + found.minute, weekday: found.weekday };
  }

  // ---- what is drawn again ----

  function make(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function tone(element, wanted) {
    ["qms-late", "qms-soon", "qms-good", "qms-quiet", "qms-busy"].forEach(function (name) { element.classList.toggle(name, name === wanted); });
  }

  function drawBadges(root, at) {
    root.querySelectorAll("[data-due]").forEach(function (badge) {
      const item = read(badge), words = countdown(item, at);
      if (badge.textContent !== words) badge.textContent = words;
      tone(badge, TONES[state(item, at)]);
      if ("waits" in badge.dataset) badge.hidden = state(item, at) === "open";
    });
    root.querySelectorAll("[data-live-tone]").forEach(function (note) {
      const late = Array.from(note.querySelectorAll("[data-due]")).some(function (badge) { return state(read(badge), at) === "overdue"; });
      tone(note, late ? "qms-late" : "qms-busy");
    });
  }

  function drawEscalation(row, item, at) {
    const cell = row.querySelector("[data-escalation]");
    if (!cell) return;
    const stage = escalated(item, at) ? "escalated" : state(item, at) === "open" ? "open" : "waiting";
    if (cell.dataset.stage === stage) return;
    cell.dataset.stage = stage;
    if (stage === "open") cell.replaceChildren("—");
    if (stage === "waiting") {
      const when = make("time", "", row.querySelector("[data-escalate]").dataset.escalate.slice(0, 16).replace("T", " "));
      when.dateTime = row.querySelector("[data-escalate]").dataset.escalate;
      const told = make("span", "qms-quiet");
      told.append(when, " 起升级");
      cell.replaceChildren(told);
    }
    if (stage === "escalated") {
      const who = cell.dataset.escalation;
      cell.replaceChildren(make("span", "qms-badge qms-late", "已升级"), make("br"), make("span", "qms-quiet", "管理者代表"), " " + who);
    }
  }

  function drawRows(at) {
    document.querySelectorAll(".qms-due tbody tr").forEach(function (row) {
      const badge = row.querySelector("[data-due]");
      if (badge) drawEscalation(row, read(badge), at);
    });
  }

  // Rows stand in the list of their state, overdue before due soon, each in the order of the deadlines.
  function sortLists(at) {
    const lists = Array.from(document.querySelectorAll("[data-live-list]"));
    const rows = Array.from(document.querySelectorAll("[data-live-list] tbody tr")).map(function (row) {
      const badge = row.querySelector("[data-due]");
      return { row: row, state: state(read(badge), at), rank: Number(badge.dataset.rank) };
    });
    const order = ["overdue", "due_soon", "open"];
    rows.sort(function (one, other) { return order.indexOf(one.state) - order.indexOf(other.state) || one.rank - other.rank; });
    const focused = document.activeElement;
    lists.forEach(function (list) {
      const states = list.dataset.liveList.split(" ");
      const mine = rows.filter(function (entry) { return states.includes(entry.state); }).map(function (entry) { return entry.row; });
      const body = mine.length ? bodyOf(list, lists) : null;
      if (body) {
        const standing = Array.from(body.rows);
        if (standing.length !== mine.length || standing.some(function (row, index) { return row !== mine[index]; })) body.append.apply(body, mine);
      }
      list.hidden = mine.length === 0 || list.dataset.liveStays === "true";
    });
    document.querySelectorAll("[data-live-empty]").forEach(function (told) {
      const states = told.dataset.liveEmpty.split(" ");
      told.hidden = rows.some(function (entry) { return states.includes(entry.state); });
    });
    if (focused && focused !== document.activeElement && document.contains(focused)) focused.focus({ preventScroll: true });
    return rows;
  }

  function bodyOf(list, lists) {
    const own = list.querySelector("tbody");
    if (own) return own;
    const model = lists.find(function (other) { return other.querySelector("tbody"); });
    const made = model.querySelector(".qms-table").cloneNode(true);
    made.querySelector("tbody").replaceChildren();
    made.setAttribute("aria-label", list.dataset.label);
    list.append(made);
    return made.querySelector("tbody");
  }

  function drawCounts(counts) {
    document.querySelectorAll("[data-live-count]").forEach(function (place) {
      const text = String(counts[place.dataset.liveCount]);
      if (place.textContent !== text) place.textContent = text;
    });
    const told = document.querySelector('[data-live="summary"]');
    if (!told) return;
    const late = counts.overdue, soon = counts.due_soon;
    const said = late ? ["", late + " 项逾期", soon ? "，" + soon + " 项即将到期。" : "，没有其他即将到期的事项。"]
      : soon ? ["没有逾期；", soon + " 项即将到期", "。"] : ["没有逾期，也没有即将到期的事项。", "", ""];
    if (told.textContent !== said.join("")) told.replaceChildren(said[0], said[1] ? make("strong", "", said[1]) : "", said[2]);
    const standing = document.querySelector('[data-live="standing"]');
    if (standing) tone(standing, late ? "qms-late" : soon ? "qms-soon" : "qms-good");
    document.title = (late ? "(" + late + ") " : "") + title;
  }

  // The menu says on every page how many matters are overdue.
  function drawMenu(late) {
    document.querySelectorAll(".md-tabs__link, .md-nav--primary .md-nav__link").forEach(function (link) {
      if (!link.href || !/(^|\/)overdue\.html$/.test(link.href.split(/[?#]/)[0])) return;
      let mark = link.querySelector(".qms-tally");
      if (!late) {
        if (mark) mark.remove();
        return;
      }
      if (!mark) {
        mark = make("span", "qms-tally");
        link.append(mark);
      }
      if (mark.dataset.late === String(late)) return;
      mark.dataset.late = late;
      mark.replaceChildren(String(late), make("span", "qms-unseen", " 项逾期"));
    });
  }

  function drawAge(at) {
    const old = !frozen && at - asOf > DAY;
    let banner = document.querySelector(".qms-stale");
    if (!old) {
      if (banner) banner.remove();
      return;
    }
    const made = plantTime(asOf);
    const words = "数据停在 " + made.day + " " + made.clock + "，已有 " + lapse(at - asOf) + "没有更新。期限已按现在的时间重算，但此后登记的事这里看不到；请通知维护者。";
    if (!banner) {
      banner = make("div", "qms-stale");
      banner.setAttribute("role", "status");
      const place = document.querySelector(".md-container") || document.body;
      place.prepend(banner);
    }
    if (banner.textContent !== words) banner.textContent = words;
  }

  // ---- the beat ----

  function draw() {
    const at = now();
    const counts = { overdue: 0, due_soon: 0, open: 0 };
    matters.forEach(function (item) { counts[state(item, at)] += 1; });
    drawBadges(document, at);
    drawRows(at);
    sortLists(at);
    drawCounts(counts);
    drawMenu(counts.overdue);
    drawAge(at);
    window.qmsLive.counts = counts;
    document.dispatchEvent(new CustomEvent("qms:time"));
  }

  // At each full minute, and a second after a deadline has passed.
  function wait() {
    const at = now();
    const next = matters.reduce(function (soonest, item) { return item.due >= at ? Math.min(soonest, item.due + 1 - at) : soonest; }, MINUTE - (at % MINUTE));
    window.setTimeout(function () { draw(); wait(); }, Math.max(1000, next));
  }

  window.qmsLive = {
    asOf: asOf, frozen: frozen, counts: {}, now: now, read: read, state: state, escalated: escalated, lapse: lapse, countdown: countdown,
    plantTime: plantTime
  };

  draw();
  if (!frozen) {
    wait();
    document.addEventListener("visibilitychange", function () { if (!document.hidden) draw(); });
    window.addEventListener("pageshow", function (event) { if (event.persisted) draw(); });
  }
  // Rows that other scripts draw later carry the moments, too.
  new MutationObserver(function (changes) {
    const added = changes.some(function (change) {
      return Array.from(change.addedNodes).some(function (node) {
        return node.nodeType === Node.ELEMENT_NODE && (node.matches("[data-due]") || node.querySelector("[data-due]"));
      });
    });
    if (added) drawBadges(document, now());
  }).observe(document.querySelector(".md-content") || document.body, { childList: true, subtree: true });
})();
