// What the pages can do without: copying by a button, and following what happens. Everything else is HTML.

for (const button of document.querySelectorAll("[data-copy]")) {
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
        const field = document.getElementById(button.dataset.copy);
        field.select();
        try {
            await navigator.clipboard.writeText(field.value);
        } catch {
            // Without https a browser has no clipboard for scripts.
            document.execCommand("copy");
        }
        button.textContent = button.dataset.done;
        setTimeout(() => (button.textContent = label), 2000);
    });
}

const source = document.querySelector("[data-live-source]");
if (source) {
    const events = new EventSource(source.dataset.liveSource);
    let isLoading = false;
    let isOld = false;
    let seen;
    const load = async () => {
        if (isLoading) {
            isOld = true;
            return;
        }
        isLoading = true;
        do {
            isOld = false;
            const answer = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
            if (answer.ok) {
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                for (const old of document.querySelectorAll("[data-live][id]")) {
                    const fresh = page.getElementById(old.id);
                    if (fresh && fresh.innerHTML !== old.innerHTML) old.replaceWith(document.adoptNode(fresh));
                }
            } else if (answer.type === "opaqueredirect") {
                // The session has ended: the page says so.
                location.reload();
            }
        } while (isOld);
        isLoading = false;
    };
    let again;
    events.addEventListener("change", () => {
        load();
        // And once more: the server counts beside what happens, and keeps what it has counted for two seconds.
        clearTimeout(again);
        again = setTimeout(load, 2500);
    });
    events.addEventListener("ready", (event) => {
        // After a break: what happened meanwhile was not told.
        if (seen !== undefined && seen !== event.data) load();
        seen = event.data;
    });
}

// One menu at a time, closed by Escape and by a click elsewhere.
const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open], details.dropdown[open]")) {
        if (menu !== except) menu.open = false;
    }
};
document.addEventListener("click", (event) => closeMenus(event.target.closest("details")));
document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.activeElement?.closest("details[open]");
    closeMenus();
    open?.querySelector("summary").focus();
});
