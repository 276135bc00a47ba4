// What is typed, kept in this browser: by key, as JSON. Where the browser keeps nothing, the forms still work.
(function () {
  "use strict";

  // What is kept under a key; null where nothing is, or nothing that can be read.
  function stored(key) {
    try {
      return JSON.parse(window.localStorage.getItem(key));
    } catch (unreadable) {
      return null;
    }
  }

  // Keep the content, or with null forget it; false where the browser does not keep it.
  function store(key, content) {
    try {
      if (content === null) window.localStorage.removeItem(key);
      else window.localStorage.setItem(key, JSON.stringify(content));
      return true;
    } catch (full) {
      return false;
    }
  }

  window.qmsFormKeep = { stored: stored, store: store };
})();
