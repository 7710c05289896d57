// Buttons and focus of the evidence panel.

// A button of the panel, which finds it again by `id`; without an action it is disabled.
function control(parent, id, text, clicked, { name = "", label = "", icon = "" } = {}) {
  const element = button(parent, name, text, id, clicked, { label, icon })
  element.id = id
  element.disabled = !clicked
  return element
}

// The element that has the focus, and how to find it again after its page was redrawn.
function focusedElement() {
  const host = document.activeElement
  const inner = host?.shadowRoot?.activeElement
  const name = (inner ?? host)?.getAttribute("aria-label")
  return { host, inner, name, at: inner?.dataset.at }
}

// The last button with this label: a finished answer is another component than one in progress.
function buttonLabelled(name) {
  const buttons = [...document.querySelectorAll("[data-testid='stBidiComponentIsolated']")].flatMap(
    (host) => [...(host.shadowRoot?.querySelectorAll("button") ?? [])]
  )
  return buttons.filter((one) => name && one.getAttribute("aria-label") === name).pop()
}

function restoreFocus({ host, inner, name, at } = {}) {
  const redrawn = at ? host?.shadowRoot?.querySelector(`[data-at="${CSS.escape(at)}"]`) : null
  const target = inner?.isConnected ? inner : (redrawn ?? (host?.isConnected && !at ? host : buttonLabelled(name)))
  if (target?.isConnected && target !== document.body) target.focus()
}

// Keep Tab inside the panel while it is a dialog.
function trapFocus(event, root) {
  const stops = [...root.querySelectorAll("button, input, [tabindex='0'], summary")].filter(
    (one) => !one.disabled && one.offsetParent
  )
  const at = event.composedPath()[0]
  const [first, last] = [stops[0], stops[stops.length - 1]]
  if (event.shiftKey ? at === first || !stops.includes(at) : at === last) {
    event.preventDefault()
    ;(event.shiftKey ? last : first).focus()
  }
}
