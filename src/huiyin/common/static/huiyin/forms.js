// A form is sent once, and a form with data-keep="name" keeps what was typed in this tab until it has been sent:
// through a reload, the back button and a session that ended. Passwords and files are never kept.
(() => {
  const storageKey = (form) => `huiyin:${form.dataset.keep}`;
  const fields = (form) => [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
  const save = (form) => {
    const values = fields(form).map((f) => [f.name, f.value, ["checkbox", "radio"].includes(f.type) ? f.checked : null]);
    try { sessionStorage.setItem(storageKey(form), JSON.stringify(values)); } catch { /* a full store keeps nothing */ }
  };
  const restore = (form) => {
    const stored = sessionStorage.getItem(storageKey(form));
    if (!stored || form.querySelector(".is-invalid")) return;
    for (const [name, value, checked] of JSON.parse(stored)) {
      const field = fields(form).find((f) => f.name === name && (checked === null || f.value === value));
      if (!field) continue;
      if (checked === null) field.value = value; else field.checked = checked;
    }
    form.dispatchEvent(new Event("huiyin:restored", { bubbles: true }));
  };
  const prepare = (root) => root.querySelectorAll("form[data-keep]").forEach((form) => {
    if (form.dataset.kept) return;
    form.dataset.kept = "yes";
    restore(form);
    form.addEventListener("input", () => save(form));
    form.addEventListener("change", () => save(form));
  });

  // The page after a form that was taken names it, and only then is the kept text dropped.
  document.querySelectorAll("[data-taken]").forEach((mark) => sessionStorage.removeItem(`huiyin:${mark.dataset.taken}`));
  prepare(document);
  document.addEventListener("htmx:load", (event) => prepare(event.target));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.hasAttribute("hx-post") || form.method !== "post") return;
    form.dataset.sent = "yes";
    setTimeout(() => form.querySelectorAll("button[type=submit], button:not([type])").forEach((b) => {
      if (!b.disabled) { b.disabled = true; b.dataset.paused = "yes"; }
    }));
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("button[data-paused]").forEach((b) => { b.disabled = false; delete b.dataset.paused; });
    });
  });
})();
