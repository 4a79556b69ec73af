// Keys of the desk. A link or control names its own: data-shortcut="g d" is pressed one after the other,
// data-key="/" moves the focus. Rows of a list carry data-row; j and k move, Enter opens the row's first link.
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  let pending = "";
  let timer = 0;

  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  const move = (step) => {
    const all = rows();
    if (!all.length) return false;
    const at = all.findIndex((row) => row.classList.contains("row-current"));
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
    all.forEach((row) => row.classList.remove("row-current"));
    next.classList.add("row-current");
    const link = next.querySelector("a[href], button");
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  const openKeys = () => {
    const dialog = document.getElementById("keys");
    if (dialog && !dialog.open) dialog.showModal();
  };
  const handle = (key) => {
    if (key === "?") { openKeys(); return true; }
    if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
    const field = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (field) { field.focus(); if (field.select) field.select(); return true; }
    if (key === "Enter") {
      const link = document.querySelector(".row-current a[href]");
      if (link && document.activeElement === document.body) { link.click(); return true; }
      return false;
    }
    const sequence = pending ? `${pending} ${key}` : key;
    const links = [...document.querySelectorAll("[data-shortcut]")];
    const exact = links.find((link) => link.dataset.shortcut === sequence);
    if (exact) { pending = ""; exact.click(); return true; }
    const begins = links.some((link) => link.dataset.shortcut.startsWith(`${sequence} `));
    pending = begins ? sequence : "";
    clearTimeout(timer);
    timer = setTimeout(() => { pending = ""; }, 1200);
    return begins;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (handle(event.key)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open-keys]")) openKeys();
  });
})();
