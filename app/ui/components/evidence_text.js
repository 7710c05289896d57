// The text of the source, with the cited words and search hits highlighted.

// The first visible block, and how far it is scrolled.
function scrollAnchor(box) {
  const top = box.getBoundingClientRect().top
  for (const block of box.children) {
    const place = block.getBoundingClientRect()
    if (place.bottom > top && block.dataset.start) {
      return { start: block.dataset.start, past: top - place.top, scroll: box.scrollTop }
    }
  }
  return null
}

function drawText(body, data, send, kept, moved) {
  const box = add(body, "div")
  box.id = "source"
  box.tabIndex = 0
  box.setAttribute("role", "region")
  box.setAttribute("aria-label", "Text of the source")
  const grow = (where, text) =>
    control(box, where, text, () => send("grow", where), { name: "grow" })
  const ends = data.text.earlier ? [grow("earlier", "Show earlier text")] : []
  for (const block of data.text.blocks) drawBlock(box, block)
  if (data.text.later) ends.push(grow("later", "Show later text"))
  box.onscroll = () => {
    if (!box.dataset.settled) return
    const seen = box.getBoundingClientRect()
    const near = ends.find((one) => {
      const place = one.getBoundingClientRect()
      return place.bottom > seen.top - 400 && place.top < seen.bottom + 400
    })
    if (near && !box.dataset.requested) (box.dataset.requested = "yes") && send("grow", near.id)
  }
  const restore = () => {
    const found = kept && box.querySelector("[data-start='" + kept.start + "']")
    if (found) {
      const top = box.getBoundingClientRect().top
      box.scrollTop += found.getBoundingClientRect().top - top + kept.past
    } else if (moved || !kept) scrollToPlace(box, data)
  }
  restore()
  // Styles and fonts may arrive later: keep the place until the reader scrolls or types.
  const watch = new ResizeObserver(restore)
  watch.observe(box)
  const hold = setInterval(restore, 100)
  const settle = () => {
    clearInterval(hold)
    watch.disconnect()
    box.dataset.settled = "yes"
  }
  for (const event of ["wheel", "pointerdown", "keydown", "touchstart"]) {
    box.addEventListener(event, settle, { passive: true })
  }
  setTimeout(settle, 700)
}

function drawBlock(box, { start, heading, page, warning, runs }) {
  const block = add(box, heading ? "h3" : "p")
  block.dataset.start = start
  block.dir = "auto"
  if (page) add(block, "span", "page", page + (warning ? " · " + warning : ""))
  let before = ""
  for (const [words, cited, hit, now] of runs) {
    const name = [hit && "hit", now && "now"].filter(Boolean).join(" ")
    part(block, cited ? "mark" : "span", name, words, before)
    before = words
  }
}

function scrollToPlace(box, data) {
  const blocks = [...box.querySelectorAll("[data-start]")]
  const last = blocks.filter((one) => Number(one.dataset.start) <= data.text.place).pop()
  const target =
    data.search.hit >= 0 ? box.querySelector(".now")
    : last?.querySelector("mark") ?? (data.text.place ? last : null)
  if (!target) return
  const [seen, words] = [box.getBoundingClientRect(), target.getBoundingClientRect()]
  box.scrollTop += words.top - seen.top - Math.max((seen.height - words.height) / 3, 0)
}
