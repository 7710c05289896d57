// Questions to ask with one click.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector("#suggestions")
  const shown = JSON.stringify(data)
  if (root.dataset.shown === shown) return
  root.dataset.shown = shown
  const focused = root.getRootNode().activeElement?.dataset?.at
  root.replaceChildren()
  for (const { label, icon, questions } of data.groups) {
    const list = group(root, "list", label)
    add(list, "p", "label", label)
    for (const text of questions) button(list, "ask", text, text, () => ask(text), { icon })
  }
  if (focused) [...root.querySelectorAll("button")].find((one) => one.dataset.at === focused)?.focus()
}
