// What the components draw with. Text is only ever inserted as text.
const add = (parent, tag, name, text) => {
  const element = document.createElement(tag)
  if (name) element.className = name
  if (text) element.textContent = text
  parent.append(element)
  return element
}

// A button; `at` identifies it, so that it gets the focus back after a redraw.
const button = (parent, name, text, at, clicked, { label = "", icon = "" } = {}) => {
  const element = add(parent, "button", name)
  element.type = "button"
  element.dataset.at = at
  if (icon) add(element, "span", "icon", icon).setAttribute("aria-hidden", "true")
  if (text) add(element, "span", "", text)
  if (label) element.setAttribute("aria-label", label)
  if (label && !text) element.title = label
  element.onclick = () => clicked(element)
  return element
}

const group = (parent, name, label) => {
  const element = add(parent, "div", name)
  element.setAttribute("role", "group")
  element.setAttribute("aria-label", label)
  return element
}

// Ask a question, through the outbox; return whether the page has one already.
const ask = (text, how = {}) => {
  window.kakehashiAsk?.(text, how)
  return Boolean(window.kakehashiAsk)
}

// A verdict: a sign, a colour for its tone, and words.
const verdict = (parent, { tone, sign, word }) => {
  const element = add(parent, "span", "verdict " + tone)
  add(element, "span", "sign", sign).setAttribute("aria-hidden", "true")
  element.append(word)
}

// Copy a text; return whether the browser allowed it.
const copyText = async (text) => {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

// Copy a text from a button, which says for a moment whether that worked.
const copy = async (element, text) => {
  const words = element.lastElementChild
  const before = words.dataset.before ?? (words.dataset.before = words.textContent)
  words.textContent = (await copyText(text)) ? "Copied" : "The browser blocked copying"
  setTimeout(() => (words.textContent = before), 1800)
}

// Open a source from a button, which gets the focus back when the panel is closed.
const opener = (act) => (element) => {
  window.kakehashiOpener = element
  act()
  // The page becomes narrower: keep the button that was clicked in view.
  for (const wait of [250, 500, 900]) {
    setTimeout(() => element.isConnected && element.scrollIntoView({ block: "nearest" }), wait)
  }
}
const takeFocusBack = (root) => {
  if (root.returning) return
  root.returning = true
  window.addEventListener("kakehashi:closed", () => {
    if (root.contains(window.kakehashiOpener)) window.kakehashiOpener.focus()
  })
}
