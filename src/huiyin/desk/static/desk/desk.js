// Chips that fill a field, lists with a filter that also finds by pinyin, the panel at the right.
(() => {
  const fill = (button) => {
    const field = document.getElementById(button.dataset.fill);
    if (!field) return;
    field.value = button.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };

  const enhance = (select) => {
    if (select.dataset.enhanced || select.options.length < 8) return;
    select.dataset.enhanced = "yes";
    const all = [...select.options];
    const filter = document.createElement("input");
    filter.type = "search";
    filter.className = "form-control picker-filter";
    filter.placeholder = select.dataset.picker;
    filter.setAttribute("aria-label", `${select.labels[0] ? select.labels[0].textContent : ""} ${select.dataset.picker}`);
    filter.autocomplete = "off";
    select.before(filter);
    filter.addEventListener("input", (event) => {
      event.stopPropagation();
      const asked = filter.value.trim().toLowerCase();
      const chosen = new Set([...select.selectedOptions].map((option) => option.value));
      const kept = all.filter((option) => !asked || chosen.has(option.value) && option.value
        || `${option.textContent} ${option.dataset.search || ""}`.toLowerCase().includes(asked));
      select.replaceChildren(...kept);
      if (asked && !select.multiple && kept.length && !chosen.has(kept[0].value)) {
        const first = kept.find((option) => option.value);
        if (first) first.selected = true;
        select.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  };
  const prepare = (root) => root.querySelectorAll("select[data-picker]").forEach(enhance);

  let opener = null;
  const panel = () => document.getElementById("panel");
  const close = () => {
    const box = panel();
    if (!box || box.hidden) return false;
    box.hidden = true;
    box.replaceChildren();
    if (opener) opener.focus();
    return true;
  };
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-fill]");
    if (chip) fill(chip);
    if (event.target.closest("[data-close-panel]")) close();
    const link = event.target.closest('[hx-target="#panel"]');
    if (link) opener = link;
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && close()) event.preventDefault(); });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "panel") return;
    event.target.hidden = false;
    const first = event.target.querySelector("form input:not([type=hidden]), form textarea, form select, form button");
    if (first) first.focus();
  });
  document.addEventListener("htmx:load", (event) => prepare(event.target));
  prepare(document);
  const subject = document.querySelector(".new-main textarea, .new-main input:not([type=hidden])");
  if (subject && document.activeElement === document.body && !location.hash) subject.focus();
})();
