// A page as an image, with boxes around the cited words.

function drawPage(body, panel, shown, send) {
  const row = make("div", "row", "", body)
  const to = (number) =>
    number >= 1 && number <= shown.count ? () => send("turn", number) : null
  button(row, "page-before", "arrow_back", "Previous page", to(shown.number - 1))
  const label = make("label", "", "Page ", row)
  const field = make("input", "", "", label)
  field.id = "page-number"
  Object.assign(field, { type: "number", min: 1, max: shown.count, value: shown.number })
  field.onchange = () => field.value && send("turn", Number(field.value))
  make("span", "", "of " + shown.count.toLocaleString("en"), row)
  button(row, "page-after", "arrow_forward", "Next page", to(shown.number + 1))
  const size = button(row, "size", "", "", () => {
    panel.large = !panel.large
    fit()
  })
  const sheet = make("div", "", "", null)
  const fit = () => {
    size.textContent = panel.large ? "Fit" : "Enlarge"
    sheet.classList.toggle("large", panel.large)
  }
  fit()
  if (shown.notice) make("p", "notice", shown.notice, body).setAttribute("role", "status")
  if (shown.elsewhere) make("p", "credit", "The cited words are on another page.", body)
  if (!shown.image) return
  body.append(sheet)
  sheet.id = "sheet"
  sheet.tabIndex = 0
  sheet.setAttribute("role", "region")
  sheet.setAttribute("aria-label", "Page " + shown.number + ". Arrow keys turn pages.")
  const paper = make("div", "paper", "", sheet)
  const image = make("img", "", "", paper)
  image.alt = "Image of page " + shown.number + ". Its text is in the Text view."
  Object.assign(image, { width: shown.width, height: shown.height, src: shown.image })
  for (const [left, top, width, height] of shown.boxes) {
    const box = make("div", "box", "", paper)
    const percent = (share) => share * 100 + "%"
    Object.assign(box.style, {
      left: percent(left), top: percent(top), width: percent(width), height: percent(height),
    })
  }
  const first = paper.querySelector(".box")
  if (first) requestAnimationFrame(() => (sheet.scrollTop = first.offsetTop - sheet.clientHeight / 3))
}
