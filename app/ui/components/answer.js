// One answer: its sentences as text, its citations as buttons. Text only ever enters as text.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#answer")
  const focused = parentElement.activeElement ?? parentElement.getRootNode().activeElement
  const had = focused && root.contains(focused) ? focused.dataset.number : null
  root.replaceChildren()
  for (const sentence of data.sentences) {
    const span = document.createElement("span")
    span.className = "sentence " + sentence.verdict
    const words = document.createElement("span")
    words.className = "words"
    for (const [text, answers] of sentence.pieces) {
      const piece = document.createElement(answers ? "strong" : "span")
      piece.textContent = text
      words.append(piece)
    }
    span.append(words)
    for (const number of sentence.citations) {
      const citation = data.citations[number - 1]
      const button = document.createElement("button")
      button.type = "button"
      button.className = "cite"
      button.dataset.number = number
      button.textContent = citation.marked ? number + "⚠" : number
      button.title = "“" + citation.quote + "” — " + citation.label
      button.setAttribute("aria-label", "Citation " + number + ": " + citation.label)
      button.onclick = () => setTriggerValue("open", number)
      span.append("\u2060", button)
      if (had === String(number)) button.focus()
    }
    if (sentence.doubt) {
      const doubt = document.createElement("span")
      doubt.className = "doubt"
      doubt.textContent = "⚠ " + sentence.doubt
      span.append(" ", doubt)
    }
    root.append(span, " ")
  }
  if (data.draft) {
    const draft = document.createElement("span")
    draft.className = "draft"
    draft.textContent = data.draft
    root.append(draft)
  }
}
