// What the components draw with. Text only ever enters as text.
const add = (parent, tag, name, text) => {
  const made = document.createElement(tag)
  if (name) made.className = name
  if (text) made.textContent = text
  parent.append(made)
  return made
}

// A button; `at` names its place, so that it has the focus again when all is drawn anew.
const button = (parent, name, text, at, clicked, { label = "", icon = "" } = {}) => {
  const made = add(parent, "button", name)
  made.type = "button"
  made.dataset.at = at
  if (icon) add(made, "span", "icon", icon).setAttribute("aria-hidden", "true")
  if (text) add(made, "span", "", text)
  if (label) made.setAttribute("aria-label", label)
  if (label && !text) made.title = label
  made.onclick = () => clicked(made)
  return made
}

const group = (parent, name, label) => {
  const made = add(parent, "div", name)
  made.setAttribute("role", "group")
  made.setAttribute("aria-label", label)
  return made
}

// A verdict: sign, colour (by its tone) and words.
const verdict = (parent, { tone, sign, word }) => {
  const made = add(parent, "span", "verdict " + tone)
  add(made, "span", "sign", sign).setAttribute("aria-hidden", "true")
  made.append(word)
}

const copy = async (made, text) => {
  const words = made.lastElementChild
  const before = words.dataset.before ?? (words.dataset.before = words.textContent)
  try {
    await navigator.clipboard.writeText(text)
    words.textContent = "Copied"
  } catch {
    words.textContent = "The browser does not allow it"
  }
  setTimeout(() => (words.textContent = before), 1800)
}

// Open a source from a button, which has the focus again when the source is closed.
const opener = (act) => (made) => {
  window.kakehashiOpener = made
  act()
  // The page makes room for the source beside it: what was clicked stays in sight.
  for (const wait of [250, 500, 900]) {
    setTimeout(() => made.isConnected && made.scrollIntoView({ block: "nearest" }), wait)
  }
}
const returning = (root) => {
  if (root.returning) return
  root.returning = true
  window.addEventListener("kakehashi:closed", () => {
    if (root.contains(window.kakehashiOpener)) window.kakehashiOpener.focus()
  })
}
