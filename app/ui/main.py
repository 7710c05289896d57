"""The router: opens the library, draws what stands on every page, runs the page."""

from contextlib import nullcontext
from pathlib import Path

import streamlit as st

from app.ui.components import evidence_panel as source
from app.ui.components import sidebar
from app.ui.components.labels import plain
from app.ui.state.session import session, window
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
    for one in pages:
        with st.container(key="here", width="content") if one is page else nullcontext():
            st.page_link(one)

try:
    with st.spinner("Opening the library …"):
        shown = window()
    current = session()
    for notice in (shown.notice, *shown.assistant.library.notices):
        if notice:
            st.warning(plain(notice))
    page.run()
    sidebar.show(current, pages[0])  # after the page: what was just asked is in the list
    source.show(current)
except KakehashiError as error:
    st.error(plain(str(error)), icon=":material/error:")
    st.button("Try again")
