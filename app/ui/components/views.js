// The evidence views of an answer: sentences verified, passages cited, more evidence, retrieved.
const views = (root, data, state, { act, cite, redraw }) => {
  const all = [
    ["verified", data.verified, data.sentences, verified],
    ["cited", "Cited " + data.citations.length, data.citations, cited],
    ["more", "More evidence (" + data.more.length + ")", data.more, more],
    ["retrieved", data.retrieved, data.hits, retrieved],
  ].filter(([, , items]) => items.length)
  if (!all.length) return
  const row = group(root, "views", "Evidence")
  for (const [name, label] of all) {
    const element = button(row, "view", label, "view-" + name, () => {
      state.view = state.view === name ? "" : name
      redraw("view-" + name)
    })
    element.setAttribute("aria-expanded", String(state.view === name))
  }
  const chosen = all.find(([name]) => name === state.view)
  if (!chosen) return
  const list = add(root, "ol", "evidence")
  chosen[2].forEach((one, at) => chosen[3](add(list, "li"), one, at))

  function verified(item, sentence, at) {
    verdict(item, sentence)
    const text = sentence.pieces.map(([piece]) => piece).join("")
    add(item, "p", sentence.quoted ? "quoted" : "", text)
    if (sentence.reason) add(item, "p", "label", sentence.reason)
    const line = add(item, "div", "row")
    sentence.citations.forEach((number, nth) => cite(line, number, "v" + at + "-" + nth))
    copying(line, "Copy with footnote", "copy-s" + at, sentence.copy)
  }

  function cited(item, one, at) {
    const line = add(item, "div", "row")
    cite(line, at + 1, "c" + at)
    add(line, "span", "label", one.label)
    add(item, "p", "quoted", one.quote)
    copying(item, "Copy footnote", "copy-c" + at, one.note)
  }

  function more(item, one, at) {
    add(item, "p", "quoted", one.quote)
    const open = opener(() => act("more", one.number))
    button(item, "link", [one.number + " · ", foreign(one.label)], "more-" + at, open)
  }

  function retrieved(item, one, at) {
    add(item, "p", "label", one.label)
    add(item, "p", "quoted", one.quote)
    const open = opener(() => act("hit", one.id))
    button(item, "link", "Open in the source", "hit-" + at, open)
  }

  function copying(parent, words, at, text) {
    if (text) button(parent, "tool", words, at, (element) => copy(element, text), { icon: "content_copy" })
  }
}
