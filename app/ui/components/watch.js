// Look, outside the page's own runs, whether something has changed; only then is it drawn again.
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".watch")
  clearTimeout(root.timer)
  root.drawn = data.drawn
  let asked = 0
  let wait = data.interval
  const look = async () => {
    if (!root.isConnected) return
    let seen = data.version
    try {
      seen = (await (await fetch("changes/" + data.token)).json()).version
    } catch {
      // no connection: it is looked for again
    }
    if (root.drawn !== data.drawn) return // it was drawn again meanwhile
    if (seen === data.version) asked = 0
    else if (!window.kakehashiIsLeaving?.()) {
      asked += 1
      // A run of the page may have dropped this part of it: then the whole page is asked for. It is
      // state, not an event: an event in a part that is gone counts as a click (page_runs.py).
      if (asked === 1) sendAlone(() => setStateValue("changed", Date.now()))
      else window.kakehashiRedraw?.()
    }
    wait = Math.min(wait * SLOWER, data.interval * SLOWEST)
    root.timer = setTimeout(look, asked ? AGAIN * asked : wait)
  }
  root.timer = setTimeout(look, wait)
}

// What has not changed for long need not be looked at as often: many tabs wait where many ask.
const SLOWER = 1.15
const SLOWEST = 4
const AGAIN = 8000 // milliseconds until what was not drawn is asked for again, longer each time
