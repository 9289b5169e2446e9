// What the pages can do without: copying by a button, and following what happens. Everything else is HTML.

// There before it says something, or screen readers miss it.
const told = document.createElement("p");
told.setAttribute("role", "status");
told.className = "unseen";
document.getElementById("content")?.append(told);

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
        told.textContent = button.dataset.done;
        setTimeout(() => (told.textContent = ""), 2000);
        setTimeout(() => (button.textContent = label), 2000);
    });
}

// What somebody has opened stays open, and who is somewhere with the keyboard stays there.
const replace = (old, fresh) => {
    const opened = old.querySelectorAll("details");
    fresh.querySelectorAll("details").forEach((details, i) => (details.open = opened[i]?.open ?? details.open));
    if (fresh.innerHTML === old.innerHTML) return;
    const here = old.contains(document.activeElement) ? document.activeElement : null;
    // Its children alone, so that it stays the same for who listens to it.
    old.replaceChildren(...fresh.childNodes);
    if (!here) return;
    const all = [...old.querySelectorAll(here.tagName)];
    all.find((other) => other.href === here.href && other.value === here.value)?.focus({ preventScroll: true });
};

const source = document.querySelector("[data-live-source]");
if (source) {
    const events = new EventSource(source.dataset.liveSource);
    let isLoading = false;
    let isOld = false;
    let loadedAt = 0;
    let next;
    let polling;
    let seen;
    const load = async () => {
        if (isLoading) {
            isOld = true;
            return;
        }
        isLoading = true;
        isOld = false;
        try {
            const answer = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
            if (answer.ok) {
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                for (const old of document.querySelectorAll("[data-live][id]")) {
                    const fresh = page.getElementById(old.id);
                    if (fresh) replace(old, fresh);
                }
            } else if (answer.type === "opaqueredirect") {
                // The session has ended: the page says so.
                location.reload();
            }
        } catch {
            // The server cannot be reached: what comes next loads again.
        } finally {
            isLoading = false;
            loadedAt = Date.now();
        }
        if (isOld) soon();
    };
    // At once, then at most every two seconds.
    const soon = () => {
        next ??= setTimeout(() => {
            next = undefined;
            load();
        }, Math.max(0, loadedAt + 2000 - Date.now()));
    };
    let again;
    events.addEventListener("change", () => {
        soon();
        // And once more: the server counts beside what happens, and keeps what it has counted for two seconds.
        clearTimeout(again);
        again = setTimeout(soon, 2500);
    });
    events.addEventListener("ready", (event) => {
        // After a break, and between the page and the first event: what happened meanwhile was not told.
        if (seen !== event.data) soon();
        seen = event.data;
    });
    events.addEventListener("error", () => {
        // Refused for good, such as when too many listen: then without it.
        if (events.readyState !== EventSource.CLOSED || polling) return;
        soon();
        polling = setInterval(soon, 10000);
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
