// The list of sources: search, sort, filters, pages of fifty rows, and what can be done with each.
// Text only ever enters as text. What is typed and chosen here stays while the page is redrawn.
const PAGE = 50
const SORTS = [
  ["title", "Title, A to Z", (a, b) => order(a.title, b.title)],
  ["newest", "Date, newest first", (a, b) => dated(a, b, -1)],
  ["oldest", "Date, oldest first", (a, b) => dated(a, b, 1)],
  ["added", "Added, latest first", (a, b) => b.added.localeCompare(a.added)],
  ["size", "Size, largest first", (a, b) => b.bytes - a.bytes],
  ["cited", "Cited, most first", (a, b) => b.cited - a.cited],
  ["state", "State, not readable first", (a, b) => trouble(b) - trouble(a)],
]
const STATES = [
  ["ready", "Ready", (row) => !row.reason],
  ["unread", "Not readable", (row) => row.reason],
  ["warned", "With a warning", (row) => row.warnings.length],
  ["cited", "Cited in answers", (row) => row.cited],
  ["copies", "Repeats another", (row) => row.copies.length],
]
const FIELDS = [
  ["title", "Title"], ["author", "Author"], ["publisher", "Publisher"],
  ["date", "Date (2023, 2023-05 or 2023-05-19)"], ["language", "Language (en, ja …)"],
  ["url", "Web address"], ["note", "Note"],
]
const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true })
const languages = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" })
const order = (a, b) => collator.compare(a, b)
const dated = (a, b, way) => (a.day && b.day ? way * order(a.day, b.day) : !a.day - !b.day)
const trouble = (row) => (row.reason ? 2 : row.warnings.length ? 1 : 0)
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
const several = (number, noun) => number.toLocaleString("en") + " " + noun + (number === 1 ? "" : "s")
const language = (code) => {
  try { return languages.of(code) } catch { return code }
}

const view = {  // of this tab, also when the page is left and come back to
  wanted: "", sort: "title", page: 0, chosen: { kind: null, language: null, state: null },
  selected: new Set(), editing: "", drafts: {}, saving: "", uses: "", doomed: "",
}
let drawn = null  // where it was drawn last, and what

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#shelf")
  if (drawn && drawn.root === root && drawn.stamp === data.stamp) return
  drawn = { root, stamp: data.stamp }
  const act = (what, more) => setTriggerValue("act", { do: what, ...more, at: Date.now() })
  const rows = data.rows
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const id of view.selected) if (!byId.has(id)) view.selected.delete(id)
  if (view.saving && !(data.wrong && data.wrong.id === view.saving)) {
    view.after = "describe " + view.saving
    view.editing = ""
  }
  view.saving = ""
  let fresh = true  // until the first drawing of these data

  const add = (parent, tag, name, text) => {
    const made = document.createElement(tag)
    if (name) made.className = name
    if (text) made.textContent = text
    parent.append(made)
    return made
  }
  const button = (parent, name, text, at, action, label) => {
    const made = add(parent, "button", name, text)
    made.type = "button"
    made.dataset.at = at
    if (label) made.setAttribute("aria-label", label)
    made.onclick = action
    return made
  }
  const changing = (made) => {  // not while documents are being taken in
    made.disabled = Boolean(data.busy)
    if (data.busy) made.title = data.busy
    return made
  }

  // What is shown

  const hay = (row) => (row.hay ??= folded(
    [row.title, row.author, row.publisher, row.path, row.note, row.reason].join(" ")))
  const fits = (row, but) =>
    (but === "kind" || !view.chosen.kind || row.kind === view.chosen.kind) &&
    (but === "language" || !view.chosen.language || row.code === view.chosen.language) &&
    (but === "state" || !view.chosen.state ||
      STATES.find(([name]) => name === view.chosen.state)[2](row))
  const found = () => {
    const words = folded(view.wanted).split(/\s+/).filter(Boolean)
    const compare = SORTS.find(([name]) => name === view.sort)[2]
    return rows.filter((row) => fits(row) && words.every((word) => hay(row).includes(word)))
      .sort((a, b) => compare(a, b) || order(a.title, b.title) || order(a.id, b.id))
  }

  const had = parentElement.activeElement?.dataset?.at ?? view.after
  view.after = ""
  root.replaceChildren()
  const tools = add(root, "div", "tools")
  const filters = add(root, "div", "filters")
  const status = add(root, "p", "status")
  status.setAttribute("role", "status")
  const bulk = add(root, "div", "bulk")
  const list = add(root, "ul", "rows")
  list.setAttribute("role", "list")
  list.setAttribute("aria-label", "Sources")
  const turning = add(root, "nav", "turning")
  turning.setAttribute("aria-label", "Pages of the list")

  const labelled = (parent, text, tag) => {
    const label = add(parent, "label", "field", text)
    return add(label, tag, "")
  }
  if (rows.length > 3) {
    const search = labelled(tools, "Search title, author, file or note", "input")
    search.type = "search"
    search.value = view.wanted
    search.dataset.at = "search"
    search.oninput = () => { view.wanted = search.value; view.page = 0; show() }
    const sort = labelled(tools, "Sort by", "select")
    sort.dataset.at = "sort"
    for (const [name, text] of SORTS) {
      const option = add(sort, "option", "", text)
      option.value = name
      option.selected = name === view.sort
    }
    sort.onchange = () => { view.sort = sort.value; view.page = 0; show() }
  }

  const chips = (dimension, name, values) => {
    if (values.length < 2 && !view.chosen[dimension]) return
    const group = add(filters, "div", "chips")
    group.setAttribute("role", "group")
    group.setAttribute("aria-label", "Filter by " + name)
    for (const [value, text, count] of values) {
      const on = view.chosen[dimension] === value
      const chip = button(group, "chip", (on ? "✓ " : "") + text + " ", dimension + value, () => {
        view.chosen[dimension] = on ? null : value
        view.page = 0
        show()
      })
      add(chip, "span", "count", count.toLocaleString("en"))
      chip.setAttribute("aria-pressed", on)
    }
  }
  const counted = (dimension, name) => {
    const counts = new Map()
    for (const row of rows) {
      if (row[dimension]) counts.set(row[dimension], (counts.get(row[dimension]) ?? 0) + 1)
    }
    return [...counts].sort((a, b) => b[1] - a[1]).map(([value, count]) => [value, name(value), count])
  }
  const kinds = counted("kind", (kind) => kind.toUpperCase())
  const spoken = counted("code", language)
  const states = STATES.map(([name, text, is]) => [name, text, rows.filter(is).length])
    .filter(([, , count]) => count && count < rows.length)

  // One row

  const form = (item, row) => {
    const made = add(item, "form", "describe")
    made.setAttribute("aria-label", "Describe " + row.title)
    const draft = (view.drafts[row.id] ??= {})
    const wrong = data.wrong && data.wrong.id === row.id ? data.wrong : { fields: {}, said: "" }
    for (const [field, text] of FIELDS) {
      const label = add(made, "label", "field " + field, text)
      const input = add(label, "input", "")
      input.value = draft[field] ?? row[field]
      input.dataset.at = field + " " + row.id
      input.oninput = () => { draft[field] = input.value }
      if (wrong.fields[field]) {
        const said = add(label, "span", "wrong", "✗ " + wrong.fields[field])
        said.id = "wrong-" + field
        input.setAttribute("aria-invalid", "true")
        input.setAttribute("aria-describedby", said.id)
        if (fresh) view.after ||= input.dataset.at
      }
    }
    if (wrong.said) add(made, "p", "wrong", "✗ " + wrong.said).setAttribute("role", "alert")
    const actions = add(made, "div", "actions")
    const save = changing(add(actions, "button", "primary", "Save"))
    save.type = "submit"
    save.dataset.at = "save " + row.id
    const close = () => {
      delete view.drafts[row.id]
      view.editing = ""
      show("describe " + row.id)
    }
    button(actions, "", "Cancel", "cancel " + row.id, close)
    made.onkeydown = (event) => { if (event.key === "Escape") close() }
    made.onsubmit = (event) => {
      event.preventDefault()
      if (save.disabled) return
      view.saving = row.id
      const values = Object.fromEntries(
        FIELDS.map(([field]) => [field, draft[field] ?? row[field]])
          .filter(([field, text]) => text !== row[field]))
      act("describe", { id: row.id, values })
    }
  }
  const used = (item, row) => {
    const box = add(item, "div", "uses")
    if (!data.uses || data.uses.id !== row.id) {
      add(box, "p", "", "Looking …")
      return
    }
    add(box, "p", "", "Questions whose answers cite it; each opens its conversation:")
    const inner = add(box, "ul", "")
    data.uses.list.forEach((use, index) => {
      const place = add(inner, "li", "")
      button(place, "link", use.question, "use " + index, () => act("open", { id: use.conversation }))
      add(place, "span", "quiet", " " + use.at)
    })
  }
  const unreadable = (main, actions, row) => {
    add(main, "p", "state", "✗ Not readable: " + row.reason)
    changing(button(actions, "", "Try again", "again " + row.id,
      () => act("retry", { ids: [row.id] }), "Try " + row.title + " again"))
    if (view.doomed !== row.id) {
      changing(button(actions, "", "Delete the file", "delete " + row.id, () => {
        view.doomed = row.id
        show("doom " + row.id)
      }, "Delete the file " + row.title))
      return
    }
    const keep = () => { view.doomed = ""; show("delete " + row.id) }
    add(actions, "span", "quiet", "This cannot be undone.")
    changing(button(actions, "primary", "Delete for good", "doom " + row.id,
      () => { view.doomed = ""; act("delete", { id: row.id }) }))
    button(actions, "", "Keep it", "keep " + row.id, keep)
  }
  const readable = (item, main, actions, row) => {
    const credit = [row.author, row.publisher, row.date, row.url].filter(Boolean).join(" · ")
    if (credit) add(main, "p", "credit", credit)
    const details = [row.path, row.length, row.size, "added " + row.added.slice(0, 10)]
    add(main, "p", "details", details.join(" · "))
    for (const warning of row.warnings) add(main, "p", "state", "⚠ " + warning)
    if (row.note) add(main, "p", "details", row.note)
    for (const [other, passages] of row.copies) {
      const line = add(main, "p", "state", "≈ " + several(passages, "passage") + " nearly word for word in ")
      const title = byId.get(other)?.title
      if (title) button(line, "link", title, "copy " + row.id + other, () => act("read", { id: other }), "Read " + title)
    }
    if (row.cited) {
      const open = view.uses === row.id
      const made = button(actions, "", "Used in " + several(row.cited, "answer"), "uses " + row.id, () => {
        view.uses = open ? "" : row.id
        if (!open) act("uses", { id: row.id })
        show("uses " + row.id)
      })
      made.setAttribute("aria-expanded", open)
      made.setAttribute("aria-label", "Used in " + several(row.cited, "answer") + ": " + row.title)
    }
    const describe = changing(button(actions, "", "Describe", "describe " + row.id, () => {
      view.editing = view.editing === row.id ? "" : row.id
      show(view.editing ? "title " + row.id : "describe " + row.id)
    }, "Describe " + row.title))
    describe.setAttribute("aria-expanded", view.editing === row.id)
    changing(button(actions, "", "Remove", "remove " + row.id,
      () => act("remove", { ids: [row.id] }), "Remove " + row.title))
    if (view.editing === row.id) form(item, row)
    if (view.uses === row.id && row.cited) used(item, row)
  }
  const draw = (row) => {
    const item = add(list, "li", row.reason ? "row unread" : "row")
    const pick = add(item, "label", "pick")
    const box = add(pick, "input", "")
    box.type = "checkbox"
    box.checked = view.selected.has(row.id)
    box.dataset.at = "pick " + row.id
    box.setAttribute("aria-label", "Select " + row.title)
    box.onchange = () => {
      view.selected[box.checked ? "add" : "delete"](row.id)
      show("pick " + row.id)
    }
    const main = add(item, "div", "main")
    const actions = add(item, "div", "actions")
    if (row.reason) {
      add(main, "p", "name", row.title)
      unreadable(main, actions, row)
      return
    }
    button(main, "name link", row.title, "read " + row.id,
      () => act("read", { id: row.id }), "Read " + row.title)
    readable(item, main, actions, row)
  }

  // The whole

  const choose = (shown) => {
    bulk.replaceChildren()
    const picked = rows.filter((row) => view.selected.has(row.id))
    if (shown.length > 1) {
      const all = shown.every((row) => view.selected.has(row.id))
      button(bulk, "", all ? "Select none" : "Select all " + shown.length.toLocaleString("en"), "all", () => {
        for (const row of shown) view.selected[all ? "delete" : "add"](row.id)
        show("all")
      })
    }
    const sources = picked.filter((row) => !row.reason).map((row) => row.id)
    const unread = rows.filter((row) => row.reason).map((row) => row.id)
    if (picked.length) add(bulk, "span", "quiet", several(picked.length, "row") + " selected")
    if (sources.length) {
      changing(button(bulk, "primary", "Remove " + several(sources.length, "source"), "remove all",
        () => act("remove", { ids: sources })))
    }
    if (unread.length > 1) {
      changing(button(bulk, "", "Try all " + unread.length + " unreadable files again", "retry all",
        () => act("retry", { ids: unread })))
    }
    if (picked.length) {
      button(bulk, "", "Clear the selection", "clear", () => { view.selected.clear(); show("all") })
    }
  }
  const turn = (to) => {
    view.page = to
    show()
    root.scrollIntoView({ block: "start" })
    list.querySelector("button")?.focus({ preventScroll: true })
  }
  function show(focus) {
    const at = focus ?? parentElement.activeElement?.dataset?.at
    filters.replaceChildren()
    if (rows.length > 3) {
      chips("state", "state", states)
      chips("kind", "kind", kinds)
      chips("language", "language", spoken)
    }
    const shown = found()
    const pages = Math.max(Math.ceil(shown.length / PAGE), 1)
    view.page = Math.min(view.page, pages - 1)
    const first = view.page * PAGE
    const all = shown.length === rows.length
    status.textContent = data.total + (all ? "" : " · " + shown.length.toLocaleString("en") +
      (shown.length === 1 ? " fits" : " fit"))
    if (data.busy) status.textContent += " · " + data.busy
    choose(shown)
    list.replaceChildren()
    shown.slice(first, first + PAGE).forEach(draw)
    turning.replaceChildren()
    turning.hidden = pages < 2
    if (pages > 1) {
      button(turning, "", "Previous", "previous", () => turn(view.page - 1)).disabled = !view.page
      const last = Math.min(first + PAGE, shown.length)
      add(turning, "span", "quiet", first + 1 + "–" + last + " of " + shown.length.toLocaleString("en"))
      button(turning, "", "Next", "next", () => turn(view.page + 1)).disabled = view.page === pages - 1
    }
    if (rows.length && !shown.length) {
      const none = add(list, "li", "none", "Nothing in the list fits. ")
      button(none, "", "Show everything", "everything", () => {
        Object.assign(view, { wanted: "", chosen: { kind: null, language: null, state: null } })
        const search = tools.querySelector("input")
        if (search) search.value = ""
        show("search")
      })
    }
    const again = view.after || at
    view.after = ""
    if (!again) return
    for (const one of root.querySelectorAll("[data-at]")) {
      if (one.dataset.at === again) {
        if (one !== parentElement.activeElement) one.focus({ preventScroll: one.type === "search" })
        return
      }
    }
  }
  list.onkeydown = (event) => {  // up and down go to the same control of the next row
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const at = parentElement.activeElement
    if (!way || !at?.dataset.at || at.form) return
    const kind = at.dataset.at.split(" ")[0]
    const same = [...list.querySelectorAll("[data-at]")].filter(
      (one) => one.dataset.at.split(" ")[0] === kind)
    const next = same[same.indexOf(at) + way]
    if (next) {
      event.preventDefault()
      next.focus()
    }
  }
  show(had)
  fresh = false
}
