// What the tab remembers, also over a reload. A browser that forbids it forgets it with the page.
const OUTBOX = "kakehashi.outbox"
const memory = (window.kakehashiMemory ??= {})
const kept = (name, otherwise) => {
  try {
    return memory[name] ?? JSON.parse(sessionStorage.getItem(name)) ?? otherwise
  } catch {
    return otherwise
  }
}
const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("")
}
const keep = (name, value) => {
  if (memory.isOver) return // another person goes on in this tab, in a page of their own
  memory[name] = value
  try {
    if (value.length) sessionStorage.setItem(name, JSON.stringify(value))
    else sessionStorage.removeItem(name)
  } catch {
    // kept in memory alone
  }
}
