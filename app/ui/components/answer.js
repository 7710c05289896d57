// A question and its answer: sentences as text, citations as buttons, the evidence views and the
// actions on the answer.
export default function draw(given) {
  const { data, parentElement, setTriggerValue } = given
  const root = parentElement.querySelector("#answer")
  const shown = JSON.stringify(data)
  if (root.shown === shown) return
  const first = root.shown === undefined
  const state = (root.state ??= { view: "", form: "" })
  const focused = root.getRootNode().activeElement
  const focusedAt = focused && root.contains(focused) ? focused.dataset.at : ""
  const act = (kind, value = null) => {
    sendAlone(() => setTriggerValue("act", { kind, value }))
    // What is still being written may be replaced while the click is on its way: draw all of it.
    if (!data.done) setTimeout(() => window.kakehashiRedraw?.(), 1500)
  }
  const redraw = (at) => {
    root.shown = ""
    draw({ ...given, data: { ...data, fresh: false } })
    root.shown = shown
    find(at)?.focus()
    // The page scrolls to its end when it grows: keep the button that was clicked in view.
    for (const wait of [60, 180, 360]) {
      setTimeout(() => find(at)?.scrollIntoView({ block: "nearest" }), wait)
    }
  }
  const toggle = (form, at) => {
    state.form = state.form === form ? "" : form
    redraw(state.form ? "text" : at)
  }
  const find = (at) => (at ? root.querySelector(`[data-at="${CSS.escape(at)}"]`) : null)

  root.shown = shown
  root.replaceChildren()
  root.className = data.number ? "next" : ""
  root.toggleAttribute("data-done", data.done)
  takeFocusBack(root)
  const preview = quotePreview(root)
  question()
  for (const notice of data.notices) add(root, "p", "notice", notice)
  if (data.text) add(root, "p", "text", data.text)
  sentences()
  for (const remark of data.remarks) add(root, "p", "remark", remark)
  if (data.stage) add(root, "p", "stage", data.stage + " …")
  if (data.done) {
    views(root, data, state, { act, cite, redraw })
    tools()
  }
  find(state.next || focusedAt)?.focus()
  state.next = ""
  if (first && data.fresh) {
    requestAnimationFrame(() => root.scrollIntoView({ block: "start" }))
  }

  function question() {
    add(root, "h2", "question", data.question)
    for (const line of data.within) add(root, "p", "searched", line)
    if (!data.searched) return
    const line = add(root, "p", "searched", ["Searched for: ", foreign(data.searched), " "])
    button(line, "link", "Edit and search again", "change", () => toggle("search", "change"))
    const send = (text) => ask(text, { alone: true })
    if (state.form === "search") form("Search for", data.searched, "Search", "search", send)
  }

  function form(label, value, done, kind, asks) {
    const box = group(root, "change", label)
    const field = add(box, "textarea")
    Object.assign(field, { value, rows: 2 })
    field.dataset.at = "text"
    field.setAttribute("aria-label", label)
    const send = () => {
      if (!field.value.trim()) return field.focus()
      asks(field.value.trim())
      toggle(state.form, kind)
    }
    const leave = () => toggle(state.form, kind === "search" ? "change" : kind)
    keys(field, (event) => event.ctrlKey || event.metaKey, send, leave)
    const row = add(box, "div", "row")
    button(row, "primary", done, "send", send)
    button(row, "tool", "Cancel", "cancel", leave)
  }

  function keys(field, sends, send, leave) {
    field.onkeydown = (event) => {
      if (event.key === "Enter" && !event.isComposing && sends(event)) {
        event.preventDefault()
        send()
      }
      if (event.key === "Escape") leave()
    }
  }

  function sentences() {
    const list = add(root, "div", "sentences")
    data.sentences.forEach((sentence, at) => {
      const line = add(list, data.apart ? "p" : "span", "sentence " + sentence.tone)
      const words = add(line, "span", sentence.quoted ? "words quoted" : "words")
      words.dir = "auto"
      let before = ""
      for (const [text, answers] of sentence.pieces) {
        part(words, answers ? "strong" : "span", "", text, before)
        before = text
      }
      sentence.citations.forEach((number, nth) => {
        line.append("\u2060")
        cite(line, number, "s" + at + "-" + nth)
      })
      line.append(" ")
      verdict(line, sentence)
      if (sentence.doubt) add(line, "span", "doubt", sentence.doubt)
      list.append(" ")
    })
    if (data.draft) add(list, "span", "draft", data.draft)
  }

  function cite(parent, number, at) {
    const one = data.citations[number - 1]
    const text = number + (one.marked ? "⚠" : "")
    const open = opener(() => {
      preview.hide()
      act("cite", number)
    })
    const label = "Citation " + number + ": " + one.label
    const element = button(parent, "cite", text, at, open, { label })
    preview.of(element, one)
  }

  function tools() {
    const row = group(root, "tools", "Actions on this answer")
    if (data.copy) {
      button(row, "tool", "Copy", "copy", (element) => copy(element, data.copy), { icon: "content_copy" })
    }
    const one = (text, kind, icon, clicked) => button(row, "tool", text, kind, clicked, { icon })
    one("Export", "export", "download", () => act("export"))
    const before = data.number
    if (data.readOnly) return
    one("Ask again", "again", "refresh", () => ask(data.question, { before, alone: data.alone }))
    one("Edit question", "edit", "edit", () => toggle("edit", "edit"))
    one("Remove", "remove", "delete", () => act("remove"))
    const rated = group(row, "rated", "Was this answer helpful?")
    rate(rated, true, "Helpful", "thumb_up")
    rate(rated, false, "Not helpful", "thumb_down")
    if (state.form === "edit") form("Edited question", data.question, "Ask", "edit", (text) => ask(text, { before }))
    if (data.rating) reason()
  }

  function rate(parent, helpful, label, icon) {
    const on = data.rating?.helpful === helpful
    const clicked = () => {
      state.form = on ? "" : "reason"
      state.next = on ? "" : "text" // gets the focus once the rating is saved and the field drawn
      act("rate", on ? null : { helpful, reason: "" })
    }
    const element = button(parent, "tool", "", label, clicked, { label, icon })
    element.setAttribute("aria-pressed", String(on))
  }

  function reason() {
    const line = add(root, "div", "row reason")
    const word = data.rating.helpful ? "Helpful" : "Not helpful"
    const given = data.rating.reason
    if (state.form !== "reason") {
      add(line, "span", "label", given ? [word + ": ", foreign(given)] : word + ".")
      button(line, "link", given ? "Edit the reason" : "Say why", "why", () => toggle("reason"))
      return
    }
    const field = add(line, "input")
    Object.assign(field, { value: given, maxLength: 500, placeholder: "Why? Stored on this machine only." })
    field.dataset.at = "text"
    field.setAttribute("aria-label", "Why was this answer " + word.toLowerCase() + "?")
    const send = () => {
      act("rate", { helpful: data.rating.helpful, reason: field.value })
      toggle("reason", "why")
    }
    keys(field, () => true, send, () => toggle("reason", "why"))
    button(line, "primary", "Save", "save", send)
  }
}

// The quote of a citation while its button is hovered or focused; Escape hides it.
function quotePreview(root) {
  const box = add(root, "div", "preview")
  Object.assign(box, { id: "preview", hidden: true })
  box.setAttribute("role", "tooltip")
  let leaving = 0
  const hide = () => (box.hidden = true)
  const leave = () => (leaving = setTimeout(hide, 160))
  const show = (element, one) => {
    clearTimeout(leaving)
    box.replaceChildren()
    add(box, "div", "quoted", one.quote)
    add(box, "div", "label", one.label)
    box.hidden = false
    const [frame, at] = [root.getBoundingClientRect(), element.getBoundingClientRect()]
    const room = frame.width - box.offsetWidth
    box.style.left = Math.max(0, Math.min(at.left - frame.left - 24, room)) + "px"
    const fits = at.bottom + box.offsetHeight + 120 < window.innerHeight
    const top = fits ? at.bottom - frame.top + 6 : at.top - frame.top - box.offsetHeight - 6
    box.style.top = top + "px"
  }
  box.onmouseenter = () => clearTimeout(leaving)
  box.onmouseleave = leave
  root.onkeydown = (event) => {
    if (event.key !== "Escape" || box.hidden) return
    hide()
    event.stopPropagation()
  }
  const of = (element, one) => {
    element.setAttribute("aria-describedby", "preview")
    element.onmouseenter = element.onfocus = () => show(element, one)
    element.onmouseleave = element.onblur = leave
  }
  return { hide, of }
}
