// What the pages can do without: copying by a button, and following what happens. Everything else is HTML.

// Times come in UTC, and are shown as the clock of the visitor has them. The title keeps UTC, as logs have it.
const localise = (root) => {
    const zones = new Intl.DateTimeFormat(document.documentElement.lang, { timeZoneName: "short" });
    for (const time of root.querySelectorAll("time")) {
        const at = new Date(time.dateTime);
        const zone = zones.formatToParts(at);
        // Swedish writes a date as ISO 8601 does.
        const local = at.toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" });
        const name = zone.find((part) => part.type === "timeZoneName").value;
        time.textContent = time.textContent.replace(/^[-\d]+ [:\d]+ UTC/, `${local} ${name}`);
    }
};
localise(document);

// On a phone the menu is one line, which begins at the page that is shown.
document.querySelector(".beside aside [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// What was there before is not read aloud: that something was done is said again, a moment later.
for (const said of document.querySelectorAll("main p[role=status]:not([data-live], [data-live] *)")) {
    const words = [...said.childNodes];
    said.replaceChildren();
    setTimeout(() => said.replaceChildren(...words), 100);
}

// A form is sent once. The second half of a double click would show the answer to the second one: that it was sent before.
document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.querySelector("[name=form-id]")) return;
    // Whoever has stopped the loading may press again, but a double click is faster.
    if (Date.now() - (form.dataset.sent ?? 0) < 10000) event.preventDefault();
    else form.dataset.sent = Date.now();
});
addEventListener("pageshow", (event) => {
    // By the browser's Back, with a form that was sent.
    if (event.persisted && document.querySelector("form[data-sent]")) location.replace(location.pathname + location.search);
});

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

for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
}

// By what a part is known again in a page that was loaded later. How long ago something was is another text by then.
const wordsOf = (part) => {
    const copy = part.cloneNode(true);
    for (const time of copy.querySelectorAll("time")) time.textContent = time.dateTime;
    return copy.textContent.trim();
};
const keyOf = (part) => {
    if (part.id) return part.id;
    if (part.matches("details")) return keyOf(part.querySelector("summary"));
    if (part.matches("input, select, textarea, button")) {
        const form = part.form?.querySelector("[name=_handler]")?.value;
        return [form, part.name, part.matches("button, [type=checkbox], [type=radio]") ? part.value : ""].join(" ");
    }
    return part.getAttribute("aria-label") ?? [part.getAttribute("href"), wordsOf(part)].join(" ");
};

// Its children alone, so that it stays the same for who listens to it. What somebody has opened, typed and reached there stays, too.
const replace = (old, fresh) => {
    const find = (part) => [...fresh.querySelectorAll(part.tagName)].find((other) => keyOf(other) === keyOf(part));
    for (const part of old.querySelectorAll("details, input:not([type=hidden]), select, textarea")) {
        const same = find(part);
        if (!same) continue;
        if (part.matches("details")) same.open = part.open;
        else if (part.matches("[type=checkbox], [type=radio]")) {
            if (part.checked !== part.defaultChecked) same.checked = part.checked;
        } else if (part.matches("select")) {
            const given = [...part.options].find((option) => option.defaultSelected) ?? part.options[0];
            if (part.value !== given?.value) same.value = part.value;
        } else if (part.value !== part.defaultValue) same.value = part.value;
    }
    const active = document.activeElement;
    const same = old.contains(active) ? find(active) : undefined;
    const selected = same?.matches("input, textarea") ? [active.selectionStart, active.selectionEnd] : [];
    old.replaceChildren(...fresh.childNodes);
    same?.focus({ preventScroll: true });
    if (typeof selected[0] === "number") same.setSelectionRange(...selected);
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
                localise(page);
                for (const old of document.querySelectorAll("[data-live][id]")) {
                    const fresh = page.getElementById(old.id);
                    if (fresh && fresh.innerHTML !== old.innerHTML) replace(old, fresh);
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
