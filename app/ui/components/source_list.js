// The list of sources: search, sort, filters, a selection, pages of fifty rows. What is shown is
// decided in source_list_search.js; source_row.js draws a row. What is typed and chosen here survives
// a redraw of the page.
const PAGE = 50
let drawn = null  // the element and the data of the last drawing

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#source-list")
  if (drawn && drawn.root === root && drawn.stamp === data.stamp) return
  drawn = { root, stamp: data.stamp }
  const act = (what, more) =>
    sendAlone(() => setTriggerValue("act", { do: what, ...more, at: Date.now() }))
  const rows = data.rows
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const id of view.selected) if (!byId.has(id)) view.selected.delete(id)
  if (view.saving && !(data.invalid && data.invalid.id === view.saving)) {
    view.after = "edit " + view.saving
    view.editing = ""
    delete view.drafts[view.saving]  // saved: the row has the values now
  }
  view.saving = ""

  const changing = (element) => {  // disabled while documents are being added
    element.disabled = Boolean(data.busy)
    if (data.busy) element.title = data.busy
    return element
  }

  const focusedAt = view.after || parentElement.activeElement?.dataset?.at
  view.after = ""
  root.replaceChildren()
  const tools = add(root, "div", "tools")
  const filtering = add(root, "div", "filters")
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
    search.value = view.query
    search.dataset.at = "search"
    search.oninput = () => { view.query = search.value; view.page = 0; show() }
    const sort = labelled(tools, "Sort by", "select")
    sort.dataset.at = "sort"
    for (const [name, text] of SORTS) {
      const option = add(sort, "option", "", text)
      option.value = name
      option.selected = name === view.sort
    }
    sort.onchange = () => { view.sort = sort.value; view.page = 0; show() }
  }

  const chips = (dimension, values) => {
    if (values.length < (dimension === "state" ? 1 : 2) && !view.chosen[dimension]) return
    const row = group(filtering, "chips", "Filter by " + dimension)
    for (const [value, text, count] of values) {
      const on = view.chosen[dimension] === value
      const chip = button(row, "chip", (on ? "✓ " : "") + text + " ", dimension + value, () => {
        view.chosen[dimension] = on ? null : value
        view.page = 0
        show()
      })
      add(chip, "span", "count", count.toLocaleString("en"))
      chip.setAttribute("aria-pressed", on)
    }
  }

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
    if (picked.length) add(bulk, "span", "quiet", countOf(picked.length, "row") + " selected")
    if (sources.length) {
      changing(button(bulk, "primary", "Remove " + countOf(sources.length, "source"), "remove all",
        () => act("remove", { ids: sources })))
    }
    if (unread.length > 1) {
      changing(button(bulk, "", "Retry all " + unread.length + " unreadable files", "retry all",
        () => act("retry", { ids: unread })))
    }
    if (picked.length) {
      button(bulk, "", "Clear selection", "clear", () => { view.selected.clear(); show("all") })
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
    filtering.replaceChildren()
    if (rows.length > 3) for (const [dimension, values] of filters(rows)) chips(dimension, values)
    const shown = found(rows)
    const pages = Math.max(Math.ceil(shown.length / PAGE), 1)
    view.page = Math.min(view.page, pages - 1)
    const first = view.page * PAGE
    const all = shown.length === rows.length
    status.textContent = data.total + (all ? "" : " · " + shown.length.toLocaleString("en") +
      (shown.length === 1 ? " match" : " matches"))
    if (data.busy) status.textContent += " · " + data.busy
    choose(shown)
    list.replaceChildren()
    for (const row of shown.slice(first, first + PAGE)) draw(list, row)
    turning.replaceChildren()
    turning.hidden = pages < 2
    if (pages > 1) {
      button(turning, "", "Previous", "previous", () => turn(view.page - 1)).disabled = !view.page
      const last = Math.min(first + PAGE, shown.length)
      add(turning, "span", "quiet", first + 1 + "–" + last + " of " + shown.length.toLocaleString("en"))
      button(turning, "", "Next", "next", () => turn(view.page + 1)).disabled = view.page === pages - 1
    }
    if (!shown.length) {
      const none = add(list, "li", "none", "No source matches. ")
      button(none, "", "Clear search and filters", "everything", () => {
        Object.assign(view, { query: "", chosen: { kind: null, language: null, state: null } })
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

  list.onkeydown = (event) => {  // the arrow keys move to the same control of another row
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
  const context = { data, byId, changing, act, show, fresh: true }
  const draw = rowDrawer(context)
  show(focusedAt)
  context.fresh = false
}
