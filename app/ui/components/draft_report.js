// The report on a checked text: verdicts, reasons, and citations as buttons.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#draft-report")
  const focused = root.getRootNode().activeElement
  const focusedAt = focused && root.contains(focused) ? focused.dataset.at : ""
  root.replaceChildren()
  takeFocusBack(root)

  const places = (parent, one, at) => {
    if (!one.citations.length) return
    const line = add(parent, "div", "places", one.near ? "Nearest passages (not evidence): " : "")
    one.citations.forEach((number, which) => {
      const place = data.places[number - 1]
      const open = opener(() => sendAlone(() => setTriggerValue("open", number)))
      const words = ["[" + number + "] ", foreign(place.short)]
      const label = "Place " + number + ": " + place.label
      const element = button(line, "place", words, at + "-" + which, open, { label })
      element.title = visible("“" + place.quote + "”")
      if (focusedAt === element.dataset.at) element.focus()
    })
  }

  data.sentences.forEach((sentence, index) => {
    const item = add(root, "li", sentence.tone)
    verdict(item, sentence)
    add(item, "p", "words", sentence.text)
    if (sentence.reason) add(item, "p", "reason", sentence.reason)
    places(item, sentence, index)
    if (!sentence.quotations.length) return
    const list = add(item, "ul", "quotations")
    sentence.quotations.forEach((quotation, which) => {
      const inner = add(list, "li", quotation.tone)
      verdict(inner, quotation)
      add(inner, "p", "quoted", ["“", foreign(quotation.text), "”"])
      add(inner, "p", "reason", quotation.reason)
      places(inner, quotation, index + "." + which)
    })
  })
}
