"use strict";
// Keeps the changing part up to date; what is unfolded stays so.
const live = document.getElementById("live");
new EventSource("live").onmessage = ({ data }) => {
  const open = new Set([...live.querySelectorAll("details[open]")].map((it) => it.id));
  live.innerHTML = data;
  for (const it of live.querySelectorAll("details")) it.open = open.has(it.id);
};
document.addEventListener("click", ({ target }) => {
  if (target.dataset.copies) navigator.clipboard.writeText(document.getElementById(target.dataset.copies).textContent);
});
