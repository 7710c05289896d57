// Questions without an answer: those that wait, and those that were handed back with a reason.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#unanswered")
  const shown = JSON.stringify(data)
  if (root.dataset.shown === shown) return
  root.dataset.shown = shown
  root.replaceChildren()
  const withdraw = (id) => sendAlone(() => setTriggerValue("withdraw", id))
  for (const one of data.questions) {
    const row = group(root, "row", one.text)
    add(row, "p", "text", one.text)
    add(row, "p", "label", one.returned || "Waits for the answer before it.")
    const tools = add(row, "div", "tools")
    const edit = () => {
      window.dispatchEvent(new CustomEvent("kakehashi:edit", { detail: { text: one.text } }))
      withdraw(one.id)
    }
    if (one.returned) {
      const again = () => ask(one.text, { ...one.how, replaces: one.id })
      button(tools, "tool", "Ask again", "again " + one.id, again, { icon: "refresh" })
    }
    button(tools, "tool", "Edit question", "edit " + one.id, edit, { icon: "edit" })
    button(tools, "tool", "Remove", "remove " + one.id, () => withdraw(one.id), { icon: "delete" })
  }
}
