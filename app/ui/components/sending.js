// Streamlit sends what its components report a moment later, all in one request. If one of them is
// in a part of the page that is drawn by itself, only that part is drawn, and what another changed
// is not shown. So each report of ours is sent alone.
const sendAlone = (report) => {
  const waiting = (window.kakehashiReports ??= [])
  const next = () =>
    setTimeout(() => {
      setTimeout(() => {
        waiting.shift()
        if (waiting.length) next()
      })
      waiting[0]()
    })
  waiting.push(report)
  if (waiting.length === 1) next()
}
