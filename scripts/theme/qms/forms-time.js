// Plant time in the forms, whatever the viewer's zone: what a control shows, what a record says, and the sums in between.
(function () {
  "use strict";

  const MINUTE = 60 * 1000, HOUR = 60 * MINUTE;

  function clock(zone) {
    const shape = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
    let parts = null;
    try {
      parts = new Intl.DateTimeFormat("en-CA", Object.assign({ timeZone: zone }, shape));
    } catch (unknownZone) {
      parts = null;
    }

    // How many minutes the plant's clock is ahead of UTC at a moment; where the browser does not know the zone, as the data say.
    function ahead(at) {
      if (!parts) {
        const source = document.querySelector('meta[name="qms-clock"]');
        const sign = /([+-])(\d\d):(\d\d)$/.exec(source ? source.content : "");
        return sign ? (sign[1] === "-" ? -1 : 1) * (sign[2] * 60 + Number(sign[3])) : 0;
      }
      const found = {};
      parts.formatToParts(new Date(at)).forEach(function (part) { found[part.type] = part.value; });
      const shown = Date.parse(found.year.padStart(4, "0") + "-" + found.month + "-" + found.day + "T" + found.hour + ":" + found.minute + ":" + found.second + "Z");
      return Math.round((shown - Math.floor(at / 1000) * 1000) / MINUTE);
    }

    // A moment as the control shows it: 2026-03-15T14:35.
    function local(at) {
      return new Date(at + ahead(at) * MINUTE).toISOString().slice(0, 16);
    }

    // What the control shows as a moment, or null where the plant's clock skips it.
    function at(shown) {
      const plain = Date.parse(shown + "Z");
      if (Number.isNaN(plain)) return null;
      const tried = [ahead(plain - 24 * HOUR), ahead(plain + 24 * HOUR)].map(function (minutes) { return plain - minutes * MINUTE; });
      const right = tried.find(function (moment) { return local(moment) === shown.slice(0, 16); });
      return right === undefined ? null : right;
    }

    // A moment as records write it: 2026-03-15T14:35+08:00.
    function written(moment) {
      const minutes = ahead(moment), size = Math.abs(minutes);
      const two = function (number) { return String(number).padStart(2, "0"); };
      return local(moment) + (minutes < 0 ? "-" : "+") + two(Math.floor(size / 60)) + ":" + two(size % 60);
    }

    function said(moment) {
      return local(moment).replace("T", " ");
    }

    return { local: local, at: at, written: written, said: said, day: function (moment) { return local(moment).slice(0, 10); } };
  }

  function span(time) {
    const minutes = Math.round(Math.abs(time) / MINUTE), hours = Math.floor(minutes / 60), rest = minutes % 60;
    return [hours ? hours + " 小时" : "", rest || !hours ? rest + " 分" : ""].filter(Boolean).join(" ");
  }

  // The words below a moment, as [words, whether it is late], by what the form adds; the sums are those of qms.entry.steps.
  function told(step, moments, open, facts, plant) {
    const now = window.qmsLive.now(), at = moments.at, lines = [];
    const say = function (words, late) { lines.push([words, late === true]); };
    const kept = function (word, promised) {
      say(word + " " + plant.said(promised) + "，完成 " + plant.said(at) + "：" + (at <= promised ? "按期，早 " : "逾期 ") + span(at - promised), at > promised);
    };
    if (at === null) return lines;
    if (at > now) say("晚于现在（" + plant.said(now) + "）；若是笔误请改正", true);
    if (step === "receive") {
      const hours = hoursOn(facts, plant.day(at))[1], due = at + hours * HOUR;
      say("受理 " + plant.said(at) + " + " + span(hours * HOUR) + " = " + plant.said(due) + " 之前答复顾客" + (due < now ? "，已过 " + span(now - due) : "，还剩 " + span(due - now)), due < now);
    }
    if (!open) return lines;
    const due = Date.parse(open.due), received = Date.parse(open.received);
    if (step === "reply") {
      say("受理 " + plant.said(received) + " + " + span(due - received) + " = " + plant.said(due) + " 应答复");
      say("用时 " + span(at - received) + "：" + (at <= due ? "按时，余 " : "迟了 ") + span(due - at), at > due);
    }
    if ((step === "contact" || step === "analyse") && !open.replied) say("答复时限 " + plant.said(due) + (due < now ? "，已过 " + span(now - due) : "，还剩 " + span(due - now)), due < now);
    if (step === "renew") {
      const promise = Date.parse(open.promise);
      say("现承诺 " + plant.said(promise) + "，知会 " + plant.said(at) + "：" + (at < promise ? "早 " + span(promise - at) + "，按时" : "没有早于它，列为一次未按程序知会；照实登记"), at >= promise);
    }
    if (step === "complete" && open.promise) {
      kept("承诺", Date.parse(open.promise));
      if (open.first !== open.promise) kept("最初承诺", Date.parse(open.first));
    }
    return lines;
  }

  // [day, hours to reply, hours until an entry is late] in force on a day.
  function hoursOn(facts, day) {
    return facts.hours.filter(function (row) { return row[0] <= day; }).pop();
  }

  window.qmsFormTime = { clock: clock, told: told, hoursOn: hoursOn };
})();
