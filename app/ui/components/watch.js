// Look, outside the page's own runs, whether something has changed; only then is it drawn again.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".watch")
  clearTimeout(root.timer)
  root.version = data.version
  const look = async () => {
    if (!root.isConnected) return
    let seen = data.version
    try {
      seen = (await (await fetch("/changes/" + data.token)).json()).version
    } catch {
      // no connection: it is looked for again
    }
    if (root.version !== data.version) return // it was drawn again meanwhile
    if (seen === data.version) root.timer = setTimeout(look, data.interval)
    else setTriggerValue("changed", seen)
  }
  root.timer = setTimeout(look, data.interval)
}
