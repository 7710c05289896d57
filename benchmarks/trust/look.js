// What a hostile text has made of a page: `look()` returns the elements that have its mark, and the
// texts that a reader is shown, in all shadow roots of a frame.
(() => {
  if (window.look) return
  const attach = Element.prototype.attachShadow
  Element.prototype.attachShadow = function (how) {
    return attach.call(this, { ...how, mode: "open" })
  }
  window.violations = []
  document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(event.violatedDirective + " " + event.blockedURI + " " + event.sample))

  const MARK = /canary_\d{3}_[a-z]+/
  const WHOLE = /^canary_\d{3}_[a-z]+$/
  // Texts for readers and what our own components keep; everything else is the page's own.
  const SAID = /^(?:title|alt|placeholder|value|download|label|aria-[a-z]+|data-(?!canary).*)$/
  const SHOWN = ["title", "alt", "placeholder", "aria-label"]
  const EMPHASIS = new Set("STRONG B EM I DEL S CODE TD TH A H1 H2 H3 H4 H5 H6".split(" "))

  // `data-start` is on the headings that the viewer draws for a document's own.
  const made = (element) =>
    [...element.attributes].some((one) => !SAID.test(one.name) && MARK.test(one.value)) ||
    (EMPHASIS.has(element.tagName) && !element.className && !element.dataset.start && WHOLE.test(element.textContent.trim()))

  window.look = () => {
    const nodes = []
    const texts = [document.title]
    const walk = (root) => {
      for (const element of root.querySelectorAll("*")) {
        if (made(element)) nodes.push(element.outerHTML.slice(0, 300))
        for (const name of SHOWN) if (element.hasAttribute(name)) texts.push(element.getAttribute(name))
        if (element.shadowRoot) walk(element.shadowRoot)
        if (/^(?:SCRIPT|STYLE|TEXTAREA|NOSCRIPT)$/.test(element.tagName)) continue
        for (const node of element.childNodes) {
          // A word joiner of ours keeps a citation beside its sentence.
          if (node.nodeType === Node.TEXT_NODE && node.data !== "\u2060") texts.push(node.data)
        }
      }
    }
    walk(document)
    return { nodes, texts, violations: window.violations.splice(0) }
  }
})()
