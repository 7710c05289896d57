// A page as an image, with boxes around the cited words.

function drawPage(body, panel, shown, send) {
  const row = add(body, "div", "row")
  const to = (number) =>
    number >= 1 && number <= shown.count ? () => send("turn", number) : null
  const turn = (id, icon, label, number) => control(row, id, "", to(number), { label, icon })
  turn("page-before", "arrow_back", "Previous page", shown.number - 1)
  const label = add(row, "label", "", "Page ")
  const field = add(label, "input")
  field.id = "page-number"
  Object.assign(field, { type: "number", min: 1, max: shown.count, value: shown.number })
  field.onchange = () => field.value && send("turn", Number(field.value))
  add(row, "span", "", "of " + shown.count.toLocaleString("en"))
  turn("page-after", "arrow_forward", "Next page", shown.number + 1)
  const size = control(row, "size", "", () => {
    panel.large = !panel.large
    fit()
  })
  const sheet = document.createElement("div")
  const fit = () => {
    size.textContent = panel.large ? "Fit" : "Enlarge"
    sheet.classList.toggle("large", panel.large)
  }
  fit()
  if (shown.notice) add(body, "p", "notice", shown.notice).setAttribute("role", "status")
  if (shown.elsewhere) add(body, "p", "credit", "The cited words are on another page.")
  if (!shown.image) return
  body.append(sheet)
  sheet.id = "sheet"
  sheet.tabIndex = 0
  sheet.setAttribute("role", "region")
  sheet.setAttribute("aria-label", "Page " + shown.number + ". Arrow keys turn pages.")
  const paper = add(sheet, "div", "paper")
  const image = add(paper, "img")
  image.alt = "Image of page " + shown.number + ". Its text is in the Text view."
  Object.assign(image, { width: shown.width, height: shown.height, src: shown.image })
  for (const [left, top, width, height] of shown.boxes) {
    const box = add(paper, "div", "box")
    const percent = (share) => share * 100 + "%"
    Object.assign(box.style, {
      left: percent(left), top: percent(top), width: percent(width), height: percent(height),
    })
  }
  const first = paper.querySelector(".box")
  if (first) requestAnimationFrame(() => (sheet.scrollTop = first.offsetTop - sheet.clientHeight / 3))
}
