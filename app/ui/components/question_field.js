// The question field. What is typed stays in a draft of its conversation, on other pages and over a
// reload of the tab; what is sent goes into the outbox and is shown here until it is accepted.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector("#question")
  if (!root.field) begin(root)
  root.adding = data.adding
  root.toggleAttribute("data-answering", data.busy)
  follow(root, { conversation: data.conversation, draft: draftOf(data.conversation, data.fresh) })
  root.attach.disabled = data.adding
  echo(root)
}

// Go on in the draft of what the page shows. Where no click asked for another conversation, what is
// being typed goes along: its first question was accepted, or it was deleted elsewhere.
const follow = (root, { conversation, draft }) => {
  if (window.kakehashiGoing && window.kakehashiGoing.conversation !== conversation) return
  if (root.draft && root.draft !== draft && root.field.value) {
    keep(root.draft, "")
    keep(draft, root.field.value)
  } else if (root.conversation !== conversation) fill(root, kept(draft, ""))
  Object.assign(root, { conversation, draft })
}
const draftOf = (conversation, fresh) => "kakehashi.draft." + (fresh ? "new" : conversation)

const begin = (root) => {
  root.echo = add(root, "div", "echo")
  root.echo.setAttribute("role", "status")
  const frame = add(root, "div", "frame")
  root.attach = button(frame, "attach", "", "attach", () => uploader()?.click(), {
    label: "Add documents", icon: "attach_file",
  })
  const field = (root.field = add(frame, "textarea"))
  Object.assign(field, { rows: 1, placeholder: "Ask the library, or drop documents here" })
  field.setAttribute("aria-label", "Ask the library")
  root.button = button(frame, "send", "", "send", () => submit(root), {
    label: "Send message", icon: "arrow_upward",
  })
  field.oninput = () => {
    keep(root.draft, field.value)
    fit(root)
  }
  field.onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    submit(root)
  }
  const here = (name, react) => {
    const listen = (event) => (root.isConnected ? react(event) : window.removeEventListener(name, listen))
    window.addEventListener(name, listen)
  }
  here("kakehashi:outbox", () => echo(root))
  here("kakehashi:go", ({ detail: { conversation, fresh } }) => {
    Object.assign(root, { conversation, draft: draftOf(conversation, fresh) })
    fill(root, kept(root.draft, ""))
  })
  here("kakehashi:edit", ({ detail }) => {
    fill(root, root.field.value.trim() ? detail.text + "\n" + root.field.value : detail.text)
    keep(root.draft, root.field.value)
    field.focus()
  })
  here("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing()) return
    event.preventDefault()
    field.focus()
  })
  drops(root, here)
  // Begin here, unless something else has the focus, or a link opens a source, which Escape closes.
  // A touch screen would cover half of the page with its keyboard.
  const at = document.activeElement
  const free = !at || at === document.body || at.closest(".st-key-pages")
  const linked = new URLSearchParams(location.search).has("source")
  if (free && !linked && window.matchMedia("(hover: hover)").matches) field.focus({ preventScroll: true })
}

const typing = () => {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return /^(INPUT|TEXTAREA|SELECT)$/.test(at?.tagName) || Boolean(at?.isContentEditable)
}

const submit = (root) => {
  const text = root.field.value.trim()
  if (!text) return root.field.focus()
  if (!ask(text)) return // the page is still being drawn: the text stays
  keep(root.draft, "")
  fill(root, "")
}

const echo = (root) => {
  const entries = kept(OUTBOX, [])
  root.toggleAttribute("data-busy", entries.length > 0 || root.hasAttribute("data-answering"))
  const shown = JSON.stringify(entries.map((one) => one.text))
  if (root.echo.shown === shown) return
  root.echo.shown = shown
  root.echo.replaceChildren()
  for (const { text } of entries) {
    const line = add(root.echo, "p")
    add(line, "span", "label", "Sending: ")
    line.append(foreign(text))
  }
}

const fill = (root, text) => {
  root.field.value = text
  fit(root)
}

const fit = ({ field }) => {
  field.style.height = "auto"
  field.style.height = field.scrollHeight + "px"
}

// Documents that are dropped anywhere on the page, or chosen, go to Streamlit's own uploader.
const uploader = () => document.querySelector(".st-key-attachments input[type=file]")
const drops = (root, here) => {
  const files = (event) =>
    event.dataTransfer?.types.includes("Files") && !event.target.closest?.(".st-key-attachments")
  const over = (on) => root.toggleAttribute("data-over", on)
  const receive = () => (window.kakehashiDropped = performance.now())
  // Streamlit loads its uploader after the page: what is dropped before that waits for it.
  const give = (dataTransfer) => {
    const zone = uploader()?.closest("section") ?? uploader()?.parentElement
    if (!root.adding) receive()
    if (zone) {
      zone.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }))
    } else if (root.isConnected) setTimeout(give, 100, dataTransfer)
  }
  here("change", (event) => event.target.closest?.(".st-key-attachments") && receive())
  here("dragover", (event) => {
    if (!files(event)) return
    event.preventDefault()
    over(true)
  })
  here("dragleave", (event) => event.relatedTarget || over(false))
  here("drop", (event) => {
    if (!files(event)) return
    event.preventDefault()
    over(false)
    give(uploader() ? event.dataTransfer : copied(event.dataTransfer))
  })
}

// What an event has carries no files after it.
const copied = ({ files }) => {
  const copy = new DataTransfer()
  for (const one of files) copy.items.add(one)
  return copy
}
