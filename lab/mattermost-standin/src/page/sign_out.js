"use strict";
const button = document.getElementById("sign-out");
button.addEventListener("click", async () => {
  await fetch(button.dataset.api, { method: "POST", headers: { "X-Requested-With": "XMLHttpRequest" } });
  location.assign(button.dataset.then);
});
