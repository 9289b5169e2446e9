const buttons = [...document.querySelectorAll("nav button")], search = document.querySelector("nav input");
const show = () => {
  const wanted = buttons.find(button => button.getAttribute("aria-pressed") === "true").dataset.show, words = search.value.toLowerCase();
  for (const check of document.querySelectorAll(".check"))
    check.hidden = (wanted !== "all" && !check.classList.contains(wanted)) || !check.firstElementChild.textContent.toLowerCase().includes(words);
  for (const family of document.querySelectorAll("h3")) {
    let next = family.nextElementSibling, any = false;
    for (; next && next.matches(".check"); next = next.nextElementSibling) any ||= !next.hidden;
    family.hidden = !any;
  }
};
for (const button of buttons) button.onclick = () => { for (const other of buttons) other.setAttribute("aria-pressed", other === button); show(); };
search.oninput = show;
const open = () => { const check = location.hash && document.getElementById(location.hash.slice(1)); if (check) { check.hidden = false; check.open = true; } };
addEventListener("hashchange", open);
open();
