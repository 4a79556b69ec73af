// The print button; without scripts the browser's own menu prints just the same.
document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
