"""What is heard and not seen: the heading of a conversation, and that an answer is ready.

A reader with a screen reader is told once per answer, never per word.
"""

import streamlit as st

from app.ui.state.session import Session

_render = st.components.v2.component(
    "kakehashi_announcer",
    html='<h1 id="heading"></h1><div id="status" role="status"></div>',
    css="h1, div { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; }",
    js="""
export default function ({ data, parentElement }) {
  for (const [id, text] of Object.entries(data)) {
    const node = parentElement.querySelector("#" + id)
    if (node.textContent !== text) node.textContent = text
  }
}
""",
)


def show(session: Session) -> None:
    """Draw it, at the head of a conversation."""
    first = session.turns[0].question if session.turns else "A new conversation"
    with st.container(key="announcer"):
        _render(
            key=f"announcer-{session.conversation_id}",
            data={"heading": f"Conversation: {first}", "status": _status(session)},
        )


def _status(session: Session) -> str:
    if session.answering:
        return "The answer is being made."
    if not session.turns:
        return ""
    answer = session.turns[-1]
    if answer.outcome != "answered":
        return f"Answer {len(session.turns)} is ready: the sources do not say."
    said, cited = len(answer.sentences), len(answer.citations)
    return f"Answer {len(session.turns)} is ready: sentences {said}, citations {cited}."
