// The conversations: a search field, and in each row buttons that open, rename and delete.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#conversations")
  const act = (what, id = "", text = "") =>
    sendAlone(() => setTriggerValue("act", { do: what, id, text }))
  root.act = act
  if (!root.list) begin(root)
  root.field.parentElement.hidden = !data.search
  const shown = JSON.stringify(data)
  if (root.dataset.shown === shown) return
  root.dataset.shown = shown
  if (root.querySelector(".name")) return (root.waiting = () => draw(root, data)) // a name is being typed
  draw(root, data)
  if (root.here !== data.here) scrollToLastAnswer(data)
  root.here = data.here
}

// The field is created once, so that a redraw never interrupts typing.
const begin = (root) => {
  // A question that is asked before the page shows the conversation belongs to it all the same.
  const go = (what, id, fresh) => {
    if (id !== root.here) {
      window.kakehashiGoing = { conversation: id, fresh }
      window.dispatchEvent(new CustomEvent("kakehashi:go", { detail: window.kakehashiGoing }))
    }
    root.act(what, id)
  }
  root.open = (id) => go("open", id, false)
  button(root, "new", "New conversation", "new", () => go("new", newId(), true), { icon: "add" })
  const box = add(root, "div", "find")
  add(box, "span", "icon", "search").setAttribute("aria-hidden", "true")
  const field = (root.field = add(box, "input"))
  field.type = "search"
  field.placeholder = "Search conversations"
  field.setAttribute("aria-label", "Search conversations")
  let waiting = 0
  field.oninput = () => {
    clearTimeout(waiting)
    waiting = setTimeout(() => root.act("find", "", field.value), 250)
  }
  root.status = add(root, "div", "status")
  root.status.setAttribute("role", "status")
  root.list = add(root, "div")
  root.list.onkeydown = (event) => move(root, event)
  root.list.addEventListener("focusin", ({ target }) => stopAt(root, target))
}

// The list is one tab stop. Up and down move from row to row, left and right within a row; Delete
// deletes and F2 renames.
const stopAt = (root, element) => {
  const all = [...root.list.querySelectorAll("li button")]
  if (!all.includes(element)) return
  for (const one of all) one.tabIndex = one === element ? 0 : -1
}
const move = (root, event) => {
  const row = event.target.closest("li")
  if (!row || event.target.tagName !== "BUTTON") return
  const rows = [...root.list.querySelectorAll("li")]
  const place = [...row.querySelectorAll("button")]
  const at = { row: rows.indexOf(row), button: place.indexOf(event.target) }
  const to = {
    ArrowDown: () => rows[at.row + 1]?.querySelectorAll("button")[at.button],
    ArrowUp: () => rows[at.row - 1]?.querySelectorAll("button")[at.button],
    Home: () => rows[0].querySelectorAll("button")[at.button],
    End: () => rows.at(-1).querySelectorAll("button")[at.button],
    ArrowRight: () => place[at.button + 1],
    ArrowLeft: () => place[at.button - 1],
  }[event.key]
  const press = { F2: 1, Delete: 2 }[event.key]
  if (!to && !press) return
  event.preventDefault()
  if (press) place[press].click()
  else to()?.focus()
}

const draw = (root, data) => {
  const focused = root.getRootNode().activeElement?.dataset?.at
  root.status.replaceChildren()
  if (data.deleted !== null) {
    const line = add(root.status, "p")
    line.append("Deleted “", foreign(data.deleted), "”")
    button(root.status, "undo", "Undo", "undo", () => root.act("undo"))
  }
  root.list.replaceChildren()
  for (const { name, rows } of data.groups) {
    add(root.list, "h2", "", name)
    const list = add(root.list, "ul")
    for (const row of rows) item(root, list, row, row.id === data.here)
  }
  stopAt(root, root.list.querySelector("li.here .open") ?? root.list.querySelector("li .open"))
  if (data.note) add(data.searching ? root.status : root.list, "p", "note", data.note)
  const again = focused && [...root.querySelectorAll("[data-at]")].find((b) => b.dataset.at === focused)
  if (again) again.focus({ preventScroll: true })
  else if (focused?.startsWith("delete")) root.querySelector(".undo")?.focus()
}

const item = (root, list, { id, title, time, busy }, here) => {
  const line = add(list, "li", here ? "here" : "")
  const open = button(line, "open", title, "open " + id, () => root.open(id))
  open.title = visible(title)
  add(line, "small", "", busy ? "Answering …" : time)
  if (here) open.setAttribute("aria-current", "page")
  const tools = add(line, "span", "tools")
  button(tools, "tool", "", "rename " + id, () => rename(root, line, id, title), {
    icon: "edit", label: "Rename: " + title,
  })
  button(tools, "tool", "", "delete " + id, () => root.act("delete", id), {
    icon: "delete", label: "Delete: " + title,
  })
}

// Enter, or leaving the field, saves the name; Escape discards it.
const rename = (root, line, id, title) => {
  const field = document.createElement("input")
  field.className = "name"
  field.value = title
  field.maxLength = 80
  field.setAttribute("aria-label", "Name of the conversation")
  const before = [...line.childNodes]
  let over = false
  const end = (keep) => {
    if (over) return
    over = true
    const name = field.value.trim()
    line.replaceChildren(...before)
    if (keep && name !== title) {
      line.querySelector(".open").lastElementChild.textContent = visible(name || "…")
      root.act("rename", id, name)
    }
    root.waiting?.()
    root.waiting = null
    root.querySelector(`[data-at="rename ${CSS.escape(id)}"]`)?.focus({ preventScroll: true })
  }
  field.onkeydown = (event) => {
    if (event.isComposing) return // Enter then only commits a Japanese word
    event.stopPropagation()
    if (event.key !== "Enter" && event.key !== "Escape") return
    event.preventDefault() // otherwise Enter also presses the button that gets the focus
    end(event.key === "Enter")
  }
  field.onblur = () => end(true)
  line.replaceChildren(field)
  field.focus()
  field.select()
}

// A conversation that is opened again shows its last answer.
const scrollToLastAnswer = ({ here, turns }) => {
  if (turns < 2) return
  const name = `.st-key-answer-${CSS.escape(here)}-${turns - 1}`
  let tries = 0
  const look = () => {
    const last = document.querySelector(name)
    if (last) last.scrollIntoView({ block: "center" })
    else if (tries++ < 40) setTimeout(look, 50)
  }
  look()
}
