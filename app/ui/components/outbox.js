// What the reader asks stays in this outbox until the server has accepted it, and is sent again and
// again; it outlives a reload of the tab.
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector("#outbox")
  if (window.kakehashiGoing?.conversation === data.conversation) window.kakehashiGoing = null
  root.data = data
  if (forgetsAnother(data.person)) return location.reload()
  root.send = () => {
    if (isReceiving() || isLeaving()) {
      clearTimeout(root.later)
      root.later = setTimeout(root.send, 300)
      return
    }
    tell({})
  }
  const tell = (more) =>
    sendAlone(() => {
      if (isLeaving()) return
      try {
        setStateValue("sent", { to: data.session, entries: root.entries, ...more })
      } catch {
        // no connection: it is sent again
      }
    })
  window.kakehashiRedraw = () => isReceiving() || tell({ redraw: Date.now() })
  window.kakehashiAsk = (text, how) => post(root, text, how)
  const known = new Set(data.acknowledged)
  hold(root, kept(OUTBOX, []).filter((one) => !known.has(one.id)))
  if (root.entries.some((one) => !data.received.includes(one.id))) root.send()
  root.again ??= setInterval(() => {
    if (!root.isConnected) clearInterval(root.again)
    else if (root.entries.length) root.send()
  }, AGAIN)
  noticeLeaving(data.page)
  reloadIfLost()
}

const PERSON = "kakehashi.person"
// What is there of another person is deleted. Signing out deletes the name, but a page of before
// may go on to keep what is typed.
const forgetsAnother = (person) => {
  const before = kept(PERSON, "")
  if (before === person) return false
  let left = Boolean(before)
  try {
    left ||= sessionStorage.length > 0
    sessionStorage.clear()
  } catch {
    // nothing was kept
  }
  keep(PERSON, person)
  memory.isOver = left
  return left
}
const AGAIN = 4000 // milliseconds until what was not accepted is sent again

// What is sent after a click on another page, before that page is there, still names this one: the
// server would stay here, or draw nothing.
const noticeLeaving = (page) => {
  if (page !== window.kakehashiPage) window.kakehashiLeft = -Infinity
  window.kakehashiPage = page
  if (window.kakehashiIsLeaving) return
  window.kakehashiIsLeaving = () => performance.now() - window.kakehashiLeft < LEAVING
  const left = ({ target }) => {
    const link = target.closest?.(".st-key-pages a")
    if (link && !link.querySelector("strong")) window.kakehashiLeft = performance.now()
  }
  addEventListener("click", left, true)
}

const isLeaving = () => window.kakehashiIsLeaving?.() ?? false
const LEAVING = 20000 // milliseconds for a page to come; what waits is sent then in any case

// A run that fails inside Streamlit takes the whole page away, also the links to the other pages. A
// reload brings it back, with what was asked and what was typed into the question field.
const reloadIfLost = () => {
  let missing = 0
  window.kakehashiLost ??= setInterval(() => {
    missing = document.querySelector(".st-key-pages") ? 0 : missing + 1
    if (missing === 2) location.reload()
    if (!document.querySelector("[data-test-connection-state=CONNECTED]")) reloadIfRefused()
  }, LOST)
}
// Whoever is no longer let in sees that, and how to come in again.
const reloadIfRefused = async () => {
  try {
    if ((await fetch("_stcore/health")).status === 403) location.reload()
  } catch {
    // the window is closed: it may come back
  }
}
const LOST = 4000 // milliseconds between two looks whether the page is there

// A question waits while documents that were dropped before it are on their way; the chips of the
// uploader show them, a moment after the drop.
const isReceiving = () => {
  if (performance.now() - (window.kakehashiDropped ?? -Infinity) < 1000) return true
  const chips = [...document.querySelectorAll(".st-key-attachments [data-testid=stFileChip]")]
  return chips.some((one) => !one.querySelector("[data-testid=stFileChipIconError]"))
}

const post = (root, text, how) => {
  const { scope, seen } = root.data
  // A conversation that was just chosen counts, although the page does not show it yet.
  const going = window.kakehashiGoing
  const { conversation, fresh } = going ?? root.data
  const entry = { conversation, fresh, scope, seen, text, chosen: Boolean(going), ...how }
  const same = ({ id, ...one }) => JSON.stringify(one) === JSON.stringify(entry)
  if (root.entries.some(same)) return // a double click
  hold(root, [...root.entries, { id: newId(), ...entry }])
  root.send()
}

const hold = (root, entries) => {
  root.entries = entries
  keep(OUTBOX, entries)
  window.dispatchEvent(new CustomEvent("kakehashi:outbox"))
}
