// Streamlit sends what its components report a moment later, all in one request. If one of them is
// in a part of the page that is drawn by itself, only that part is drawn, and what another changed
// is not shown. So each report of ours has a turn of its own, after Streamlit's timer of the last.
const afterTimers = () => new Promise((resolve) => setTimeout(resolve))
const sendAlone = (report) => {
  const last = window.kakehashiLastReport ?? Promise.resolve()
  window.kakehashiLastReport = last.then(afterTimers).then(report).then(afterTimers, afterTimers)
}
