"""The router: open the library, draw what every page has, run the page."""

from pathlib import Path

import streamlit as st

from app.ui.components import evidence_panel, outbox, sidebar
from app.ui.components.text import show_error, show_notice
from app.ui.state.session import current_session
from app.ui.state.shared import shared
from app.ui.views import ask, check, library, settings
from vectorstore.errors import KakehashiError

_HERE = Path(__file__).parent

st.set_page_config(page_title="Kakehashi", page_icon=str(_HERE / "mark.svg"), layout="wide")
st.logo(_HERE / "logo.svg", size="large", icon_image=_HERE / "mark.svg")
st.html(_HERE / "components" / "window.css")

pages = [
    st.Page(ask.show, title="Ask", icon=":material/forum:", url_path="ask", default=True),
    st.Page(check.show, title="Check", icon=":material/fact_check:", url_path="check"),
    st.Page(library.show, title="Library", icon=":material/menu_book:", url_path="library"),
    st.Page(settings.show, title="Settings", icon=":material/tune:", url_path="settings"),
]
page = st.navigation(pages, position="hidden")

with st.container(key="pages", horizontal=True, gap="small"):
    for one in pages:  # always the same elements: a click on one that is replaced would be lost
        st.page_link(one, label=f"**{one.title}**" if one is page else one.title)

try:
    with st.spinner("Opening the library …"):
        state = shared()
    session = current_session()
    outbox.take(session, page.url_path)
    for notice in (state.notice, *state.assistant.library.notices):
        show_notice(notice, "warning")
    page.run()
    sidebar.show(session, pages[0])  # after the page, so that a new conversation is in the list
    evidence_panel.show(session, page.url_path)
except KakehashiError as error:
    show_error(str(error))
    st.button("Try again")
