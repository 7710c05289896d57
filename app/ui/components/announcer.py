"""What only a screen reader hears: the heading of the conversation and when an answer is ready.

An answer is announced once, never word by word.
"""

import streamlit as st

from app.ui.state.session import Session
from app.ui.wording import count_of
from vectorstore.text.hidden import visible

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
    """Draw it at the top of a conversation."""
    conversation = session.conversation
    asked = [answer.question for answer in conversation.answers]
    asked += [one.text for one in conversation.questions]
    title = next(iter(asked), "New conversation")
    with st.container(key="announcer"):
        _render(
            key=f"announcer-{conversation.id}",
            data={"heading": f"Conversation: {visible(title)}", "status": _status(session)},
        )


def _status(session: Session) -> str:
    conversation = session.conversation
    if conversation.job:
        return "Writing the answer."
    if not conversation.answers:
        return ""
    number, answer = len(conversation.answers), conversation.answers[-1]
    if answer.outcome != "answered":
        return f"Answer {number} is ready: the sources do not say."
    sentences = count_of(len(answer.sentences), "sentence")
    citations = count_of(len(answer.citations), "citation")
    return f"Answer {number} is ready: {sentences}, {citations}."
