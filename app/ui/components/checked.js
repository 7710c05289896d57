// A checked text: verdicts, reasons and places as buttons. Text only ever enters as text.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#checked")
  const focused = parentElement.activeElement ?? parentElement.getRootNode().activeElement
  const had = focused && root.contains(focused) ? focused.dataset.at : null
  root.replaceChildren()

  const add = (parent, tag, name, text) => {
    const made = document.createElement(tag)
    made.className = name
    if (text) made.textContent = text
    parent.append(made)
    return made
  }
  const verdict = (parent, one) => {
    const line = add(parent, "div", "verdict")
    const sign = add(line, "span", "sign", one.sign)
    sign.setAttribute("aria-hidden", "true")
    line.append(one.name[0].toUpperCase() + one.name.slice(1))
  }
  const places = (parent, one, at) => {
    if (!one.citations.length) return
    const line = add(parent, "div", "places", one.near ? "Nearest words, no evidence: " : "")
    one.citations.forEach((number, which) => {
      const place = data.places[number - 1]
      const button = add(line, "button", "place", "[" + number + "] " + place.short)
      button.type = "button"
      button.dataset.at = at + "-" + which
      button.title = "“" + place.quote + "”"
      button.setAttribute("aria-label", "Place " + number + ": " + place.label)
      button.onclick = () => setTriggerValue("open", number)
      if (had === button.dataset.at) button.focus()
    })
  }

  data.sentences.forEach((sentence, index) => {
    const good = ["found", "supported", "not_checkable"].includes(sentence.verdict)
    const item = add(root, "li", good ? "" : "bad")
    verdict(item, sentence)
    add(item, "div", "words", sentence.text)
    if (sentence.reason) add(item, "div", "reason", sentence.reason)
    places(item, sentence, index)
    if (!sentence.quotations.length) return
    const list = add(item, "ul", "quotations")
    sentence.quotations.forEach((quotation, which) => {
      const inner = add(list, "li", "")
      verdict(inner, quotation)
      add(inner, "div", "quoted", "“" + quotation.text + "”")
      add(inner, "div", "reason", quotation.reason)
      places(inner, quotation, index + "." + which)
    })
  })
}
