// The evidence: the words in their source, the page as a picture. Text only ever enters as text.
// What only the panel knows (scroll, focus, size) stays here; all else comes with `data`.
const NARROW = matchMedia("(max-width: 1099px)")
const panels = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#evidence")
  const panel = panels.get(root) ?? { shown: {}, large: false }
  panels.set(root, panel)
  const send = (what, value) => {
    root.classList.add("busy")
    setTriggerValue("do", { what, value })
  }
  const before = panel.shown
  const moved = before.opened !== data.opened || before.jump !== data.jump
  if (JSON.stringify(before) === JSON.stringify(data)) {
    root.classList.remove("busy")
  } else if (panel.closed !== data.opened) {
    draw(root, panel, data, send, moved)
    panel.shown = data
  }
  const close = () => {
    panel.closed = data.opened
    root.hidden = true
    giveBack(panel.opener)
    setTriggerValue("do", { what: "close" })
    window.dispatchEvent(new CustomEvent("kakehashi:closed"))
  }
  root.querySelector("#close").onclick = close
  if (before.opened !== data.opened && panel.closed !== data.opened) {
    root.hidden = false
    panel.opener = focused()
    if (data.focus || NARROW.matches) root.querySelector("h2").focus({ preventScroll: true })
  }
  const pressed = (event) => {
    const inside = event.composedPath().includes(root)
    const nowhere = document.activeElement === document.body
    if (event.key === "Escape" && (inside || nowhere) && !event.defaultPrevented) close()
    if (event.key === "Tab" && inside && NARROW.matches) keepInside(event, root)
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
  document.addEventListener("keydown", pressed)
  NARROW.addEventListener("change", fit)
  return () => {
    document.removeEventListener("keydown", pressed)
    NARROW.removeEventListener("change", fit)
  }
}

// What has the focus now, and how to find it again when its page has been drawn anew.
function focused() {
  const host = document.activeElement
  const inner = host?.shadowRoot?.activeElement
  const name = (inner ?? host)?.getAttribute("aria-label")
  return { host, inner, name, number: inner?.dataset.number ?? inner?.dataset.at }
}

// The button of that name wherever it is now: an answer that has become whole is another component.
function named(name) {
  const found = [...document.querySelectorAll("[data-testid='stBidiComponentIsolated']")].flatMap(
    (host) => [...(host.shadowRoot?.querySelectorAll("button") ?? [])]
  )
  return found.filter((one) => name && one.getAttribute("aria-label") === name).pop()
}

function giveBack({ host, inner, name, number } = {}) {
  const again = number
    ? [...(host?.shadowRoot?.querySelectorAll("[data-number], [data-at]") ?? [])].find(
        (one) => (one.dataset.number ?? one.dataset.at) === number
      )
    : null
  const to = inner?.isConnected ? inner : (again ?? (host?.isConnected && !number ? host : named(name)))
  if (to?.isConnected && to !== document.body) to.focus()
}

function keepInside(event, root) {
  const stops = [...root.querySelectorAll("button, input, [tabindex='0'], summary")].filter(
    (one) => !one.disabled && one.offsetParent
  )
  const at = event.composedPath()[0]
  const [first, last] = [stops[0], stops[stops.length - 1]]
  if (event.shiftKey ? at === first || !stops.includes(at) : at === last) {
    event.preventDefault()
    ;(event.shiftKey ? last : first).focus()
  }
}

function make(tag, name, text, parent) {
  const made = document.createElement(tag)
  if (name) made.className = name
  if (text) made.textContent = text
  if (parent) parent.append(made)
  return made
}

function button(parent, id, text, label, act) {
  const made = make("button", "", "", parent)
  made.type = "button"
  made.id = id
  const icon = /^[a-z_]+$/.test(text)
  const inner = make("span", icon ? "icon" : "", text, made)
  if (icon) inner.setAttribute("aria-hidden", "true")
  if (label && label !== text) made.setAttribute("aria-label", label)
  if (label && label !== text) made.title = label
  if (act) made.onclick = act
  else made.disabled = true
  return made
}

function draw(root, panel, data, send, moved) {
  const had = root.getRootNode().activeElement?.id
  const old = root.querySelector("#source")
  const kept = old && !moved ? anchor(old) : null
  const typed = root.querySelector("#words")
  const typing = had === "words" ? { text: typed.value, at: typed.selectionStart } : null
  root.classList.remove("busy")
  root.replaceChildren()
  head(root, data, send)
  if (data.credit !== undefined) {
    tools(root, data, send, typing)
    const body = make("div", "body", "", root)
    if (data.view === "page") page(body, panel, data.page, send, root)
    else text(body, data, send, kept, moved)
  }
  const again = had && root.querySelector("#" + had)
  if (again && !again.disabled) again.focus({ preventScroll: true })
  else if (had) root.querySelector(had === "source" ? "#sheet" : "#source, #sheet, h2")?.focus({ preventScroll: true })
  if (typing && again) again.setSelectionRange(typing.at, typing.at)
}

function head(root, data, send) {
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
    const all = make("details", "", "", top)
    make("summary", "", "What to know about how this file was read", all)
    for (const warning of data.warnings) make("p", "", warning, all)
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

function tools(root, data, send, typing) {
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
  find(bar, data.search, send, typing)
  const copies = make("div", "copies", "", bar)
  const said = make("output", "", "", null)
  const link = location.origin + "/?" + data.link
  const copy = (text, what) => async () => {
    said.textContent = (await copied(text)) ? what + " copied." : "It could not be copied: " + text
  }
  button(copies, "copy-link", "Copy link", "", copy(link, "Link"))
  button(copies, "copy-note", "Copy footnote", "", copy(data.note + " " + link, "Footnote"))
  copies.append(said)
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

function find(bar, search, send, typing) {
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

// The block at the top of what is seen, and how far it is scrolled past.
function anchor(box) {
  const top = box.getBoundingClientRect().top
  for (const block of box.children) {
    const place = block.getBoundingClientRect()
    if (place.bottom > top && block.dataset.start) {
      return { start: block.dataset.start, past: top - place.top, scroll: box.scrollTop }
    }
  }
  return null
}

function text(body, data, send, kept, moved) {
  const box = make("div", "", "", body)
  box.id = "source"
  box.tabIndex = 0
  box.setAttribute("role", "region")
  box.setAttribute("aria-label", "Text of the source")
  const grow = (where, name) => {
    const one = button(box, where, name, "", () => send("grow", where))
    one.className = "grow"
    return one
  }
  const ends = data.text.earlier ? [grow("earlier", "Show what comes before")] : []
  for (const block of data.text.blocks) paragraph(box, block)
  if (data.text.later) ends.push(grow("later", "Show what follows"))
  box.onscroll = () => {
    if (!box.dataset.still) return
    const seen = box.getBoundingClientRect()
    const near = ends.find((one) => {
      const place = one.getBoundingClientRect()
      return place.bottom > seen.top - 400 && place.top < seen.bottom + 400
    })
    if (near && !box.dataset.asked) (box.dataset.asked = "yes") && send("grow", near.id)
  }
  const place = () => {
    const found = kept && box.querySelector("[data-start='" + kept.start + "']")
    if (found) {
      const top = box.getBoundingClientRect().top
      box.scrollTop += found.getBoundingClientRect().top - top + kept.past
    } else if (moved || !kept) toView(box, data)
  }
  place()
  // Styles and fonts may come later: hold the place until somebody reads or moves.
  const watch = new ResizeObserver(place)
  watch.observe(box)
  const hold = setInterval(place, 100)
  const settle = () => {
    clearInterval(hold)
    watch.disconnect()
    box.dataset.still = "yes"
  }
  for (const event of ["wheel", "pointerdown", "keydown", "touchstart"]) {
    box.addEventListener(event, settle, { passive: true })
  }
  setTimeout(settle, 700)
}

function paragraph(box, { start, heading, page, warning, runs }) {
  const block = make(heading ? "h3" : "p", "", "", box)
  block.dataset.start = start
  if (page) make("span", "page", page + (warning ? " · " + warning : ""), block)
  for (const [words, cited, hit, now] of runs) {
    const name = [hit && "hit", now && "now"].filter(Boolean).join(" ")
    const inner = document.createElement(cited ? "mark" : name ? "span" : "span")
    inner.className = name
    inner.textContent = words
    block.append(inner)
  }
}

function toView(box, data) {
  const blocks = [...box.querySelectorAll("[data-start]")]
  const last = blocks.filter((one) => Number(one.dataset.start) <= data.text.place).pop()
  const target =
    data.search.hit >= 0 ? box.querySelector(".now")
    : last?.querySelector("mark") ?? (data.text.place ? last : null)
  if (!target) return
  const [seen, words] = [box.getBoundingClientRect(), target.getBoundingClientRect()]
  box.scrollTop += words.top - seen.top - Math.max((seen.height - words.height) / 3, 0)
}

function page(body, panel, shown, send, root) {
  const row = make("div", "row", "", body)
  const to = (number) =>
    number >= 1 && number <= shown.count ? () => send("turn", number) : null
  button(row, "page-before", "arrow_back", "Previous page", to(shown.number - 1))
  const label = make("label", "", "Page ", row)
  const field = make("input", "", "", label)
  field.id = "page-number"
  Object.assign(field, { type: "number", min: 1, max: shown.count, value: shown.number })
  field.onchange = () => field.value && send("turn", Number(field.value))
  make("span", "", "of " + shown.count.toLocaleString("en"), row)
  button(row, "page-after", "arrow_forward", "Next page", to(shown.number + 1))
  const size = button(row, "size", "", "", () => {
    panel.large = !panel.large
    fit()
  })
  const sheet = make("div", "", "", null)
  const fit = () => {
    size.textContent = panel.large ? "Fit" : "Enlarge"
    sheet.classList.toggle("large", panel.large)
  }
  fit()
  if (shown.said) make("p", "notice", shown.said, body).setAttribute("role", "status")
  if (shown.alone) make("p", "credit", "The cited words stand on another page.", body)
  if (!shown.image) return
  body.append(sheet)
  sheet.id = "sheet"
  sheet.tabIndex = 0
  sheet.setAttribute("role", "region")
  sheet.setAttribute("aria-label", "Page " + shown.number + ", arrow keys turn")
  const paper = make("div", "paper", "", sheet)
  const image = make("img", "", "", paper)
  image.alt = "Page " + shown.number + " as printed; its words are under Text."
  Object.assign(image, { width: shown.width, height: shown.height, src: shown.image })
  for (const [left, top, width, height] of shown.boxes) {
    const box = make("div", "box", "", paper)
    const percent = (share) => share * 100 + "%"
    Object.assign(box.style, {
      left: percent(left), top: percent(top), width: percent(width), height: percent(height),
    })
  }
  const first = paper.querySelector(".box")
  if (first) requestAnimationFrame(() => (sheet.scrollTop = first.offsetTop - sheet.clientHeight / 3))
}
