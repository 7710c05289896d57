// What the components draw with. Text is only ever inserted as text, isolated from what stands
// around it, and its hidden characters as numbers.

// From vectorstore/text/hidden.py: in group 1 are those that a script needs.
const HIDDEN = new RegExp("HIDDEN", "gu")

// A text with its hidden characters as numbers; `before` is what precedes it on the page.
const visible = (text, before = "") => {
  const known = [...before].slice(-2).join("")
  const told = (one, needed, at) =>
    needed || at < known.length ? one : "⟨U+" + one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0") + "⟩"
  return (known + text).replace(HIDDEN, told).slice(known.length)
}

// An element; `text` is a text, or a list of our words and of what `foreign` isolates from them.
const add = (parent, tag, name, text) => {
  const element = document.createElement(tag)
  if (name) element.className = name
  if (Array.isArray(text)) element.append(...text)
  else if (text) element.textContent = visible(text)
  if (text || tag === "input" || tag === "textarea") element.dir = "auto"
  parent.append(element)
  return element
}

// A part of a text that is drawn in pieces, which belong together; `before` is the last piece.
const part = (parent, tag, name, text, before) => {
  const element = add(parent, tag, name)
  element.textContent = visible(text, before)
  return element
}

// A text of a document, a model or a reader, to stand among our words.
const foreign = (text) => {
  const element = document.createElement("bdi")
  element.textContent = visible(text)
  return element
}

// A button; `at` identifies it, so that it gets the focus back after a redraw.
const button = (parent, name, text, at, clicked, { label = "", icon = "" } = {}) => {
  const element = add(parent, "button", name)
  element.type = "button"
  element.dataset.at = at
  if (icon) add(element, "span", "icon", icon).setAttribute("aria-hidden", "true")
  if (text) add(element, "span", "", text)
  if (label) element.setAttribute("aria-label", visible(label))
  if (label && !text) element.title = visible(label)
  element.onclick = () => clicked(element)
  return element
}

const group = (parent, name, label) => {
  const element = add(parent, "div", name)
  element.setAttribute("role", "group")
  element.setAttribute("aria-label", visible(label))
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
