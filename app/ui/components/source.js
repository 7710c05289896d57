// A stretch of a source with the cited words marked and brought into view. Text enters as text.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector("#source")
  const shown = JSON.stringify(data)
  if (root.dataset.shown === shown) return
  // The button that widened the view is gone: without the focus, Escape would reach nobody.
  if (root.dataset.shown) root.focus({ preventScroll: true })
  root.dataset.shown = shown
  root.replaceChildren()
  let mark = null
  for (const [kind, text] of data.pieces) {
    const node = document.createElement({ mark: "mark", heading: "strong" }[kind] ?? "span")
    node.textContent = text
    root.append(node)
    mark = mark ?? (kind === "mark" ? node : null)
  }
  if (!mark) return
  requestAnimationFrame(() => {
    const [box, words] = [root.getBoundingClientRect(), mark.getBoundingClientRect()]
    root.scrollTop += words.top - box.top - Math.max((box.height - words.height) / 3, 0)
  })
}
