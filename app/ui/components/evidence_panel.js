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
    sendAlone(() => setTriggerValue("do", { what, value }))
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
    sendAlone(() => setTriggerValue("do", { what: "close" }))
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
    const body = add(root, "div", "body")
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
  const top = add(root, "header")
  const line = add(top, "div", "line")
  const title = add(line, "h2", "", data.title)
  title.tabIndex = -1
  control(line, "close", "", () => {}, { label: "Close the evidence", icon: "close" })
  if (data.credit) add(top, "p", "credit", data.credit)
  if (data.remark) add(top, "p", "credit", data.remark)
  for (const notice of data.notices) {
    add(top, "p", "notice", notice).setAttribute("role", "status")
  }
  if (data.gone) add(top, "blockquote", "", data.gone)
  if (data.warnings?.length) {
    const notes = add(top, "details")
    add(notes, "summary", "", "Notes on how this file was read")
    for (const warning of data.warnings) add(notes, "p", "", warning)
  }
  if (data.trail) {
    const { step, count } = data.trail
    const row = add(top, "div", "row")
    const to = (by) => (step + by >= 0 && step + by < count ? () => send("step", by) : null)
    control(row, "before", "", to(-1), { label: "Previous citation", icon: "arrow_back" })
    add(row, "span", "", "Citation " + (step + 1) + " of " + count)
    control(row, "after", "", to(1), { label: "Next citation", icon: "arrow_forward" })
    if (data.place) add(row, "span", "place", data.place)
  } else if (data.place) add(top, "p", "place", data.place)
}

function drawTools(root, data, send, typing) {
  const bar = add(root, "div", "tools")
  if (data.paged) {
    const views = group(bar, "views", "Show as")
    for (const [view, name] of [["text", "Text"], ["page", "Page"]]) {
      const one = control(views, "as-" + view, name, () => send("view", view))
      one.setAttribute("aria-pressed", String(data.view === view))
    }
  }
  drawSearch(bar, data.search, send, typing)
  const copies = add(bar, "div", "copies")
  const link = location.origin + "/?" + data.link
  const copying = (text, what) => async () => {
    status.textContent = (await copyText(text)) ? what + " copied." : "Copying failed: " + visible(text)
  }
  control(copies, "copy-link", "Copy link", copying(link, "Link"))
  control(copies, "copy-note", "Copy footnote", copying(data.note + " " + link, "Footnote"))
  const status = add(copies, "output")
}

function drawSearch(bar, search, send, typing) {
  const box = add(bar, "div", "find")
  box.setAttribute("role", "search")
  const field = add(box, "input")
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
  add(box, "output", "", found)
  const step = (id, icon, label, by) =>
    control(box, id, "", () => send("hit", search.hit + by), { label, icon })
  if (search.count) {
    step("hit-before", "arrow_upward", "Previous hit", -1)
    step("hit-after", "arrow_downward", "Next hit", 1)
  }
}
