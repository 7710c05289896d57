// Look, outside the page's own runs, whether something has changed; only then is it drawn again.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".watch")
  clearTimeout(root.timer)
  const again = (wait) => (root.timer = setTimeout(look, wait))
  const look = async () => {
    if (!root.isConnected) return
    try {
      const answer = await fetch("/changes/" + data.token)
      const { version } = await answer.json()
      if (version !== data.version) return setTriggerValue("changed", version)
    } catch {
      // no connection: it is looked for again
    }
    again(data.interval)
  }
  again(data.interval)
}
