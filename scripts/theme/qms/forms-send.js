// A finished record on its way to the code host: the page that takes it filled in, or copying, download and what to do then.
// The addresses come from scripts/qms/forge.py (facts.forge).
(function () {
  "use strict";

  function quote(text, kept) {
    const quoted = encodeURIComponent(text).replace(/[!'()*]/g, function (letter) { return "%" + letter.charCodeAt(0).toString(16).toUpperCase(); });
    return kept ? quoted.replace(/%2F/g, "/") : quoted;
  }

  function placed(form, path) {
    const cut = path.lastIndexOf("/");
    const parts = { folder: quote(path.slice(0, cut), true), name: quote(path.slice(cut + 1)), path: quote(path, true) };
    return form.replace(/\{(folder|name|path)\}/g, function (_, name) { return parts[name]; });
  }

  // {url, filled}: the page "new" or "edit" for a file, with its text where host and length allow.
  function link(forge, page, path, text) {
    const url = placed(forge[page], path);
    const full = url + (url.includes("?") ? "&" : "?") + "value=" + quote(text);
    return forge.carry.includes(page) && full.length <= forge.longest ? { url: full, filled: true } : { url: url, filled: false };
  }

  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text).catch(function () { return copyOld(text); });
    return copyOld(text);
  }

  // On an intranet without https and from a folder, browsers offer only this way.
  function copyOld(text) {
    const held = document.activeElement, area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("aria-hidden", "true");
    area.className = "qms-unseen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (held) held.focus({ preventScroll: true });
    return done ? Promise.resolve() : Promise.reject(new Error("copy"));
  }

  function make(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function button(words, primary) {
    const made = make("button", primary ? "md-button md-button--primary" : "md-button", words);
    made.type = "button";
    return made;
  }

  function way(words, url, primary) {
    const made = make("a", primary ? "md-button md-button--primary" : "md-button", words);
    made.href = url;
    made.target = "_blank";
    made.rel = "noopener";
    return made;
  }

  const ENDS = {
    github: "点右上角“Commit changes…”，选“Create a new branch … and start a pull request”，再点“Propose changes”，最后点“Create pull request”",
    gitlab: "把目标分支（Target branch）改成新名字，如 BRANCH，勾选新建合并请求（Start a new merge request），点“Commit changes”",
    gitea: "在页底选“为此提交创建一个新的分支并发起合并请求”，分支名写 BRANCH，再点提交",
  };

  function steps(forge, page, filled, made) {
    const end = ENDS[forge.kind].replace("BRANCH", made.branch);
    if (filled) return ["点上面的按钮，托管网站打开" + (page === "new" ? "新建" : "编辑") + "页，内容已经填好。", "核对一遍，不要改文件名。", end + "。"];
    const older = page === "edit" ? "如果编辑页里的内容比本站新（刚有人改过），不要全部替换，改用“只复制新增的部分”贴进去。" : "";
    const paste = page === "new" ? "在打开的页面里核对文件名 " + made.file + "，把复制的内容粘贴进编辑框。" : "在打开的编辑页里全选原有内容（Ctrl+A），粘贴替换。" + older;
    return ["点上面的按钮：内容已复制，同时打开托管网站的" + (page === "new" ? "新建" : "编辑") + "页。", paste, end + "。"];
  }

  // How photos and mails come beside the record: handed over or uploaded, listed by one command, merged.
  function filing(list, made, forge) {
    const number = made.path.replace(/^.*\//, "").replace(/\.yml$/, ""), folder = made.path.replace(/\.yml$/, "/");
    const first = make("li"), second = make("li"), third = make("li", "", "检查变绿以后，请同事审查、合并。");
    if (forge) {
      const place = forge.upload ? way("打开附件文件夹的上传页", placed(forge.upload, folder + "photo-1.jpg")) : document.createTextNode("在托管网站的 records 里上传");
      if (forge.upload) place.className = "";
      first.append("记录合并之后，", place, "，把文件放进 ", make("code", "", folder), "，另建分支并提出合并请求。文件名只用字母、数字和短横线；电话、邮箱先遮盖。网页上传不去掉照片里的拍摄位置，在意的改为发给文控。");
    } else {
      first.append("把文件发给文控，写明编号 " + number + " 和每个文件的说明；电话、邮箱先遮盖。");
    }
    second.append(forge ? "检查先会变红，说“附件没有写进记录的 attachments”。请文控在这个分支上运行 " : "文控在记录合并之后运行 ", make("code", "", "qms attach " + number + " 文件 --caption 说明"), "：去掉拍摄位置，算出校验值，写进记录。");
    list.replaceChildren(first, second, third);
  }

  let blob = "";

  // Draw what can be done with *made* {page, path, file, text, block, branch} into the section; *say* tells what happened.
  function draw(section, made, facts, say) {
    const ways = section.querySelector(".qms-made__ways"), hints = section.querySelector(".qms-made__steps");
    const forge = facts.forge, page = made.page;
    const copied = function (text, words) {
      return function () { copy(text).then(function () { say(words); }, function () { say("浏览器不允许复制；请选中下面的内容自己复制"); }); };
    };
    ways.replaceChildren();
    hints.replaceChildren();
    filing(section.querySelector(".qms-made__files ol"), made, forge);
    const copying = button(made.block ? "复制全文" : "复制", !forge);
    copying.addEventListener("click", copied(made.text, "已复制"));
    const saving = make("a", "md-button", "下载 " + made.file);
    if (blob) URL.revokeObjectURL(blob);
    blob = URL.createObjectURL(new Blob([made.text], { type: "text/yaml;charset=utf-8" }));
    saving.href = blob;
    saving.download = made.file;
    if (forge) {
      const target = link(forge, page, made.path, made.text);
      const opening = way(target.filled ? "打开已填好的" + (page === "new" ? "新建页" : "编辑页") : "复制并打开" + (page === "new" ? "新建页" : "编辑页"), target.url, true);
      opening.dataset.open = target.filled ? "filled" : "copy";
      if (!target.filled) opening.addEventListener("click", copied(made.text, "已复制，请粘贴到打开的页面"));
      ways.append(opening, copying, saving);
      if (forge.upload) ways.append(way(page === "new" ? "打开上传页" : "打开上传页（下载后上传，覆盖原文件）", placed(forge.upload, made.path)));
      steps(forge, page, target.filled, made).forEach(function (words) { hints.append(make("li", "", words)); });
    } else {
      ways.append(copying, saving);
      const to = facts.keeper ? "文控 " + facts.keeper : "文控或维护者";
      ["复制内容，或下载文件。", "发给" + to + "，说明文件应放在 " + made.path + (page === "new" ? "。" : "，替换原来的文件。"), "对方合并之后，本站下次更新时就能看到。"].forEach(function (words) { hints.append(make("li", "", words)); });
    }
    if (made.block) {
      const only = button("只复制新增的部分");
      only.addEventListener("click", copied(made.block, "新增的部分已复制"));
      ways.append(only);
    }
  }

  window.qmsFormSend = { draw: draw, link: link, quote: quote };
})();
