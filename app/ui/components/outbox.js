// What the reader asks stays in this outbox until the server has accepted it, and is sent again and
// again; it outlives a reload of the tab.
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector("#outbox")
  if (root.data?.conversation !== data.conversation) window.kakehashiGoing = null
  root.data = data
  // A question waits for documents that were dropped before it, until the server has those.
  if (window.kakehashiReceiving !== data.uploads) window.kakehashiReceiving = null
  root.send = () => {
    if (document.querySelector(REFUSED)) window.kakehashiReceiving = null
    if (window.kakehashiReceiving != null) return
    try {
      setStateValue("sent", root.entries)
    } catch {
      // no connection: it is sent again
    }
  }
  window.kakehashiAsk = (text, how) => post(root, text, how)
  const known = new Set(data.acknowledged)
  hold(root, kept(OUTBOX, []).filter((one) => !known.has(one.id)))
  if (root.entries.some((one) => !data.received.includes(one.id))) root.send()
  root.again ??= setInterval(() => {
    if (!root.isConnected) clearInterval(root.again)
    else if (root.entries.length) root.send()
  }, AGAIN)
}

const REFUSED = ".st-key-attachments [data-testid=stFileChipIconError]"
const AGAIN = 4000 // milliseconds until what was not accepted is sent again

const post = (root, text, how) => {
  const { scope } = root.data
  // A conversation that was just chosen counts, although the page does not show it yet.
  const { conversation, fresh } = window.kakehashiGoing ?? root.data
  hold(root, [...root.entries, { id: newId(), conversation, fresh, scope, text, ...how }])
  root.send()
}

const hold = (root, entries) => {
  root.entries = entries
  keep(OUTBOX, entries)
  window.dispatchEvent(new CustomEvent("kakehashi:outbox"))
}
