// Measures waits inside the page, from what the user does to the frame that shows what was awaited,
// so that neither the driver nor its polling counts.
//
// stopwatch.begin({name: [condition …]}, watched, from): a condition is {css, text} with `least`
// elements (1), so many `more` than there are, or `gone`; a name is reached when all its conditions
// hold of elements that are visible and not stale.
// `watched` is CSS: "last" is when its text changed for the last time. The clock starts at the next
// Enter or click, or at `from` (0 is the start of the navigation).
(() => {
  const roots = [document]
  let task = null

  const all = (css) =>
    roots
      .filter((root) => root === document || root.host.isConnected)
      .flatMap((root) => [...root.querySelectorAll(css)])
  const stale = (node) => {
    for (let at = node; at; at = at.getRootNode().host) {
      if (at.closest('[data-stale="true"]')) return true
    }
    return false
  }
  const count = ({ css, text = "" }) =>
    all(css).filter(
      (node) => node.checkVisibility() && !stale(node) && node.textContent.includes(text)
    ).length
  const holds = (one) => (one.gone ? count(one) === 0 : count(one) >= (one.least ?? 1))
  const shown = (note) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel()
      channel.port1.onmessage = () => note(performance.now())
      channel.port2.postMessage(0)
    })
  const look = () => {
    const now = task
    if (!now || now.began === null) return
    for (const [name, conditions] of Object.entries(now.awaited)) {
      if (name in now.reached || !conditions.every(holds)) continue
      now.reached[name] = null
      shown((at) => (now.reached[name] = at - now.began))
    }
    if (!now.watched) return
    const text = all(now.watched).map((node) => node.textContent).join("\n")
    if (text === now.text) return
    now.text = text
    now.changed = performance.now()
    shown((at) => (now.last = at - now.began))
  }
  const observer = new MutationObserver(look)
  const follow = (root) =>
    observer.observe(root, {
      childList: true, subtree: true, attributes: true, characterData: true,
    })
  const attach = Element.prototype.attachShadow
  Element.prototype.attachShadow = function (how) {
    const root = attach.call(this, how)
    roots.push(root)
    follow(root)
    return root
  }
  const act = (event) => {
    if (!task || task.began !== null || (event.type === "keydown" && event.key !== "Enter")) return
    task.began = event.timeStamp
  }
  addEventListener("keydown", act, true)
  addEventListener("click", act, true)
  follow(document)

  window.stopwatch = {
    text: (css) => all(css).map((node) => node.textContent).join("\n"),
    quiet: () => performance.now() - task.changed,
    begin(awaited, watched = "", from = null) {
      for (const one of Object.values(awaited).flat()) if (one.more) one.least = count(one) + one.more
      const text = watched ? all(watched).map((node) => node.textContent).join("\n") : ""
      task = { awaited, watched, text, began: from, reached: {}, last: null, changed: 0 }
      look()
    },
    // Milliseconds by name, when all are reached and what is watched has changed; null before.
    read() {
      const names = Object.keys(task.awaited)
      if (names.some((name) => typeof task.reached[name] !== "number")) return null
      if (task.watched && task.last === null) return null
      return task.watched ? { ...task.reached, last: task.last } : task.reached
    },
  }
})()
