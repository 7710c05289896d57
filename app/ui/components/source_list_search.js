// Which sources the list shows, and in what order. Nothing is drawn here.
const view = {  // of this tab; survives leaving the page and coming back
  query: "", sort: "title", page: 0, chosen: { kind: null, language: null, state: null },
  selected: new Set(), editing: "", drafts: {}, saving: "", uses: "", deleting: "",
}

const SORTS = [
  ["title", "Title, A to Z", (a, b) => order(a.title, b.title)],
  ["newest", "Date, newest first", (a, b) => dated(a, b, -1)],
  ["oldest", "Date, oldest first", (a, b) => dated(a, b, 1)],
  ["added", "Added, latest first", (a, b) => b.added.localeCompare(a.added)],
  ["size", "Size, largest first", (a, b) => b.bytes - a.bytes],
  ["cited", "Cited, most first", (a, b) => b.cited - a.cited],
  ["state", "State, not readable first", (a, b) => trouble(b) - trouble(a)],
]
const STATES = [
  ["ready", "Ready", (row) => !row.reason],
  ["unread", "Not readable", (row) => row.reason],
  ["warned", "With a warning", (row) => row.warnings.length],
  ["cited", "Cited in answers", (row) => row.cited],
  ["duplicates", "Near-duplicate", (row) => row.duplicates.length],
]
const KINDS = {
  docx: "Word", markdown: "Markdown", pptx: "PowerPoint", text: "Plain text", xlsx: "Excel",
}
const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true })
const languages = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" })
const order = (a, b) => collator.compare(a, b)
const dated = (a, b, way) => (a.day && b.day ? way * order(a.day, b.day) : !a.day - !b.day)
const trouble = (row) => (row.reason ? 2 : row.warnings.length ? 1 : 0)
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
const countOf = (number, noun) => number.toLocaleString("en") + " " + noun + (number === 1 ? "" : "s")
const language = (code) => {
  try { return languages.of(code) } catch { return code }
}

const searchable = (row) => (row.searchable ??= folded(
  [row.title, row.author, row.editor, row.translator, row.publisher, row.path, row.note, row.reason].join(" ")))
const fits = (row) =>
  (!view.chosen.kind || row.kind === view.chosen.kind) &&
  (!view.chosen.language || row.code === view.chosen.language) &&
  (!view.chosen.state || STATES.find(([name]) => name === view.chosen.state)[2](row))

function found(rows) {
  const words = folded(view.query).split(/\s+/).filter(Boolean)
  const compare = SORTS.find(([name]) => name === view.sort)[2]
  return rows.filter((row) => fits(row) && words.every((word) => searchable(row).includes(word)))
    .sort((a, b) => compare(a, b) || order(a.title, b.title) || order(a.id, b.id))
}

// The filters that distinguish rows: for each, its values with their names and counts.
function filters(rows) {
  const counted = (field, name) => {
    const counts = new Map()
    for (const row of rows) {
      if (row[field]) counts.set(row[field], (counts.get(row[field]) ?? 0) + 1)
    }
    return [...counts].sort((a, b) => b[1] - a[1]).map(([value, count]) => [value, name(value), count])
  }
  const states = STATES.map(([name, text, is]) => [name, text, rows.filter(is).length])
    .filter(([name, , count]) => (count && count < rows.length) || name === view.chosen.state)
  return [
    ["state", states],
    ["kind", counted("kind", (kind) => KINDS[kind] ?? kind.toUpperCase())],
    ["language", counted("code", language)],
  ]
}
