"use strict";
const form = document.querySelector("#find");
const list = document.querySelector("#list");
const chapters = [...list.children];
const scenarios = [...list.querySelectorAll("details.scenario")];
const homes = new Map(scenarios.map(it => [it, it.parentElement]));
const texts = new Map(scenarios.map(it => [it, it.textContent.toLowerCase()]));

function show() {
  const words = form.elements[0].value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = it => words.every(word => texts.get(it).includes(word))
    && ["outcome", "level", "chapter"].every(name => !form.elements[name].value || it.dataset[name] === form.elements[name].value);
  let count = 0;
  for (const it of scenarios) {
    it.hidden = !fits(it);
    count += !it.hidden;
  }
  if (form.elements.slowest.checked) {
    list.replaceChildren(...[...scenarios].sort((a, b) => b.dataset.ms - a.dataset.ms));
  } else if (list.firstElementChild !== chapters[0]) {
    scenarios.forEach(it => homes.get(it).append(it));
    list.replaceChildren(...chapters);
  }
  chapters.forEach(it => { it.hidden = ![...it.querySelectorAll("details.scenario")].some(one => !one.hidden); });
  form.querySelector("output").value = `${count} of ${scenarios.length}`;
}

function open() {
  let it = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!it) return;
  const target = it;
  for (; it; it = it.parentElement) {
    if (it.tagName === "DETAILS") { it.open = true; it.hidden = false; }
  }
  target.scrollIntoView();
}

form.hidden = false;
form.addEventListener("input", show);
form.addEventListener("submit", event => event.preventDefault());
addEventListener("hashchange", open);
show();
open();
