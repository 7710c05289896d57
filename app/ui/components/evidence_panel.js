// The evidence panel: the cited words in their source, or the page as an image.
// Scroll position, focus and size stay here; everything else comes with `data`.
const NARROW = matchMedia("(max-width: 1099px)")
const panels = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#evidence")
  const panel = panels.get(root) ?? { drawn: {}, large: false }
  panels.set(root, panel)
  const send = (what, value) => {
    root.classList.add("busy")
    setTriggerValue("do", { what, value })
  }
  const before = panel.drawn
  const moved = before.opened !== data.opened || before.jump !== data.jump
  if (JSON.stringify(before) === JSON.stringify(data)) {
    root.classList.remove("busy")
  } else if (panel.closed !== data.opened) {
    draw(root, panel, data, send, moved)
    panel.drawn = data
  }
  const close = () => {
    panel.closed = data.opened
    root.hidden = true
    restoreFocus(panel.opener)
    setTriggerValue("do", { what: "close" })
    window.dispatchEvent(new CustomEvent("kakehashi:closed"))
  }
  root.querySelector("#close").onclick = close
  if (before.opened !== data.opened && panel.closed !== data.opened) {
    root.hidden = false
    panel.opener = focusedElement()
    if (data.focus || NARROW.matches) root.querySelector("h2").focus({ preventScroll: true })
  }
  const onKey = (event) => {
    const inside = event.composedPath().includes(root)
    const nowhere = document.activeElement === document.body
    if (event.key === "Escape" && (inside || nowhere) && !event.defaultPrevented) close()
    if (event.key === "Tab" && inside && NARROW.matches) trapFocus(event, root)
    if (inside && data.view === "page" && event.target === document.activeElement) turn(event)
  }
  const turn = (event) => {
    const at = event.composedPath()[0]
    const by = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1 }[event.key]
    if (!by || at.tagName === "INPUT" || !data.page) return
    event.preventDefault()
    const to = data.page.number + by
    if (to >= 1 && to <= data.page.count) send("turn", to)
  }
  const fit = () => {
    root.setAttribute("role", NARROW.matches ? "dialog" : "region")
    root.toggleAttribute("aria-modal", NARROW.matches)
    if (NARROW.matches) root.setAttribute("aria-modal", "true")
  }
  fit()
  document.addEventListener("keydown", onKey)
  NARROW.addEventListener("change", fit)
  return () => {
    document.removeEventListener("keydown", onKey)
    NARROW.removeEventListener("change", fit)
  }
}

function draw(root, panel, data, send, moved) {
  const focusedId = root.getRootNode().activeElement?.id
  const old = root.querySelector("#source")
  const kept = old && !moved ? scrollAnchor(old) : null
  const typed = root.querySelector("#words")
  const typing = focusedId === "words" ? { text: typed.value, at: typed.selectionStart } : null
  root.classList.remove("busy")
  root.replaceChildren()
  drawHeader(root, data, send)
  if (data.credit !== undefined) {
    drawTools(root, data, send, typing)
    const body = make("div", "body", "", root)
    if (data.view === "page") drawPage(body, panel, data.page, send)
    else drawText(body, data, send, kept, moved)
  }
  const again = focusedId && root.querySelector("#" + focusedId)
  if (again && !again.disabled) again.focus({ preventScroll: true })
  else if (focusedId) {
    const instead = focusedId === "source" ? "#sheet" : "#source, #sheet, h2"
    root.querySelector(instead)?.focus({ preventScroll: true })
  }
  if (typing && again) again.setSelectionRange(typing.at, typing.at)
}

function drawHeader(root, data, send) {
  const top = make("header", "", "", root)
  const line = make("div", "line", "", top)
  const title = make("h2", "", data.title, line)
  title.tabIndex = -1
  button(line, "close", "close", "Close the evidence", () => {})
  if (data.credit) make("p", "credit", data.credit, top)
  if (data.remark) make("p", "credit", data.remark, top)
  for (const notice of data.notices) {
    make("p", "notice", notice, top).setAttribute("role", "status")
  }
  if (data.gone) make("blockquote", "", data.gone, top)
  if (data.warnings?.length) {
    const notes = make("details", "", "", top)
    make("summary", "", "Notes on how this file was read", notes)
    for (const warning of data.warnings) make("p", "", warning, notes)
  }
  if (data.trail) {
    const { step, count } = data.trail
    const row = make("div", "row", "", top)
    const to = (by) => (step + by >= 0 && step + by < count ? () => send("step", by) : null)
    button(row, "before", "arrow_back", "Previous citation", to(-1))
    make("span", "", "Citation " + (step + 1) + " of " + count, row)
    button(row, "after", "arrow_forward", "Next citation", to(1))
    if (data.place) make("span", "place", data.place, row)
  } else if (data.place) make("p", "place", data.place, top)
}

function drawTools(root, data, send, typing) {
  const bar = make("div", "tools", "", root)
  if (data.paged) {
    const views = make("div", "views", "", bar)
    views.setAttribute("role", "group")
    views.setAttribute("aria-label", "Show as")
    for (const [view, name] of [["text", "Text"], ["page", "Page"]]) {
      const one = button(views, "as-" + view, name, "", () => send("view", view))
      one.setAttribute("aria-pressed", String(data.view === view))
    }
  }
  drawSearch(bar, data.search, send, typing)
  const copies = make("div", "copies", "", bar)
  const status = make("output", "", "", null)
  const link = location.origin + "/?" + data.link
  const copy = (text, what) => async () => {
    status.textContent = (await copyText(text)) ? what + " copied." : "Copying failed: " + text
  }
  button(copies, "copy-link", "Copy link", "", copy(link, "Link"))
  button(copies, "copy-note", "Copy footnote", "", copy(data.note + " " + link, "Footnote"))
  copies.append(status)
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

function drawSearch(bar, search, send, typing) {
  const box = make("div", "find", "", bar)
  box.setAttribute("role", "search")
  const field = make("input", "", "", box)
  field.id = "words"
  field.type = "search"
  field.maxLength = 200
  field.placeholder = "Search this source"
  field.setAttribute("aria-label", "Search this source")
  field.value = typing ? typing.text : search.words
  let waiting = 0
  const ask = () => {
    clearTimeout(waiting)
    if (field.isConnected && field.value !== search.words) send("search", field.value)
  }
  field.oninput = () => {
    clearTimeout(waiting)
    waiting = setTimeout(ask, 350)
  }
  if (typing && typing.text !== search.words) field.oninput()
  field.onkeydown = (event) => {
    if (event.key === "Escape" && field.value) {
      event.preventDefault()
      field.value = ""
      ask()
    }
    if (event.key !== "Enter") return
    if (field.value !== search.words) ask()
    else if (search.count) send("hit", search.hit + (event.shiftKey ? -1 : 1))
  }
  const found = search.count
    ? search.hit + 1 + " of " + search.count.toLocaleString("en")
    : search.words ? "Not found" : ""
  make("output", "", found, box)
  if (search.count) {
    button(box, "hit-before", "arrow_upward", "Previous hit", () => send("hit", search.hit - 1))
    button(box, "hit-after", "arrow_downward", "Next hit", () => send("hit", search.hit + 1))
  }
}
