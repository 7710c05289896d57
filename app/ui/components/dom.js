// What the components draw with. Text is only ever inserted as text.
const add = (parent, tag, name, text) => {
  const made = document.createElement(tag)
  if (name) made.className = name
  if (text) made.textContent = text
  parent.append(made)
  return made
}

// A button; `at` identifies it, so that it gets the focus back after a redraw.
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

// A verdict: a sign, a colour for its tone, and words.
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
    words.textContent = "The browser blocked copying"
  }
  setTimeout(() => (words.textContent = before), 1800)
}

// Open a source from a button, which gets the focus back when the panel is closed.
const opener = (act) => (made) => {
  window.kakehashiOpener = made
  act()
  // The page becomes narrower: keep the button that was clicked in view.
  for (const wait of [250, 500, 900]) {
    setTimeout(() => made.isConnected && made.scrollIntoView({ block: "nearest" }), wait)
  }
}
const takeFocusBack = (root) => {
  if (root.returning) return
  root.returning = true
  window.addEventListener("kakehashi:closed", () => {
    if (root.contains(window.kakehashiOpener)) window.kakehashiOpener.focus()
  })
}
