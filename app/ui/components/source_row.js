// One row of the list with its actions.
const FIELDS = [
  ["title", "Title"], ["author", "Author (more than one: with semicolons)"],
  ["editor", "Editor"], ["translator", "Translator"], ["publisher", "Publisher"],
  ["date", "Date (2023, 2023-05 or 2023-05-19)"], ["language", "Language (en, ja …)"],
  ["url", "Web address"], ["note", "Note"],
]

// Return a function that draws a row into a list. `context` holds what all rows share: `data`,
// `byId`, `changing`, `act`, `show`, and `fresh`: whether the data are new.
function rowDrawer(context) {
  const { data, byId, changing, act, show } = context
  const form = (item, row) => {
    const element = add(item, "form", "edit")
    element.setAttribute("aria-label", "Edit details of " + visible(row.title))
    const draft = (view.drafts[row.id] ??= {})
    const invalid = data.invalid && data.invalid.id === row.id ? data.invalid : { fields: {}, reason: "" }
    for (const [field, text] of FIELDS) {
      const place = add(element, "div", "field " + field)
      const label = add(place, "label", "field", text)
      const input = add(label, "input", "")
      input.value = draft[field] ?? row[field]
      input.dataset.at = field + " " + row.id
      input.oninput = () => { draft[field] = input.value }
      if (invalid.fields[field]) {
        const error = add(place, "span", "wrong", ["✗ ", foreign(invalid.fields[field])])
        error.id = "wrong-" + field
        input.setAttribute("aria-invalid", "true")
        input.setAttribute("aria-describedby", error.id)
        if (context.fresh) view.after ||= input.dataset.at
      }
    }
    if (invalid.reason) add(element, "p", "wrong", ["✗ ", foreign(invalid.reason)]).setAttribute("role", "alert")
    const actions = add(element, "div", "actions")
    const save = changing(add(actions, "button", "primary", "Save"))
    save.type = "submit"
    save.dataset.at = "save " + row.id
    const close = () => {
      delete view.drafts[row.id]
      view.editing = ""
      show("edit " + row.id)
    }
    button(actions, "", "Cancel", "cancel " + row.id, close)
    element.onkeydown = (event) => { if (event.key === "Escape") close() }
    element.onsubmit = (event) => {
      event.preventDefault()
      if (save.disabled) return
      view.saving = row.id
      const values = Object.fromEntries(
        FIELDS.map(([field]) => [field, draft[field] ?? row[field]])
          .filter(([field, text]) => text !== row[field]))
      act("edit", { id: row.id, values })
    }
  }
  const used = (item, row) => {
    const box = add(item, "div", "uses")
    if (!data.uses || data.uses.id !== row.id) {
      add(box, "p", "", "Loading …")
      return
    }
    add(box, "p", "", "The answers to these questions cite it. Click one to open its conversation:")
    const inner = add(box, "ul", "")
    data.uses.list.forEach((use, index) => {
      const place = add(inner, "li", "")
      button(place, "link", use.question, "use " + index, () => act("open", { id: use.conversation }))
      add(place, "span", "quiet", " " + use.at)
    })
  }
  const unreadable = (main, actions, row) => {
    add(main, "p", "state", ["✗ Not readable: ", foreign(row.reason)])
    changing(button(actions, "", "Try again", "again " + row.id,
      () => act("retry", { ids: [row.id] }), { label: "Try " + row.title + " again" }))
    if (view.deleting !== row.id) {
      changing(button(actions, "", "Delete the file", "delete " + row.id, () => {
        view.deleting = row.id
        show("confirm " + row.id)
      }, { label: "Delete the file " + row.title }))
      return
    }
    const keep = () => { view.deleting = ""; show("delete " + row.id) }
    add(actions, "span", "quiet", "This cannot be undone.")
    changing(button(actions, "primary", "Delete for good", "confirm " + row.id,
      () => { view.deleting = ""; act("delete", { id: row.id }) }))
    button(actions, "", "Keep it", "keep " + row.id, keep)
  }
  const readable = (item, main, actions, row) => {
    const credit = [["", row.author], ["ed. ", row.editor], ["trans. ", row.translator],
      ["", row.publisher], ["", row.date], ["", row.url]].filter(([, text]) => text)
    if (credit.length) {
      add(main, "p", "credit", credit.flatMap(([ours, text], at) => [(at ? " · " : "") + ours, foreign(text)]))
    }
    const details = add(main, "p", "details", [foreign(row.path)])
    for (const part of [row.length, row.size, "added " + row.added.slice(0, 10)]) {
      details.append(" · ")
      add(details, "span", "whole", part)
    }
    for (const warning of row.warnings) add(main, "p", "state", ["⚠ ", foreign(warning)])
    if (row.note) add(main, "p", "details", row.note)
    for (const [other, passages] of row.duplicates) {
      const line = add(main, "p", "state", "≈ shares " + countOf(passages, "passage") + " nearly word for word with ")
      const title = byId.get(other)?.title
      const read = () => act("read", { id: other })
      if (title) button(line, "link", title, "duplicate " + row.id + other, read, { label: "Read " + title })
    }
    if (row.cited) {
      const open = view.uses === row.id
      const element = button(main, "link uses-of", "Used in " + countOf(row.cited, "answer"), "uses " + row.id, () => {
        view.uses = open ? "" : row.id
        if (!open) act("uses", { id: row.id })
        show("uses " + row.id)
      })
      element.setAttribute("aria-expanded", open)
      element.setAttribute("aria-label", "Used in " + countOf(row.cited, "answer") + ": " + visible(row.title))
    }
    const edit = changing(button(actions, "", "Edit details", "edit " + row.id, () => {
      view.editing = view.editing === row.id ? "" : row.id
      show(view.editing ? "title " + row.id : "edit " + row.id)
    }, { label: "Edit details of " + row.title }))
    edit.setAttribute("aria-expanded", view.editing === row.id)
    changing(button(actions, "", "Remove", "remove " + row.id,
      () => act("remove", { ids: [row.id] }), { label: "Remove " + row.title }))
    if (view.editing === row.id) form(item, row)
    if (view.uses === row.id && row.cited) used(item, row)
  }
  return (list, row) => {
    const item = add(list, "li", row.reason ? "row unread" : "row")
    const pick = add(item, "label", "pick")
    const box = add(pick, "input", "")
    box.type = "checkbox"
    box.checked = view.selected.has(row.id)
    box.dataset.at = "pick " + row.id
    box.setAttribute("aria-label", "Select " + visible(row.title))
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
      () => act("read", { id: row.id }), { label: "Read " + row.title })
    readable(item, main, actions, row)
  }
}
