"""Which model judges the sentences that the checker leaves unverified, and what it is sent."""

from app.audit.environment import parameters_of
from app.models.providers import second_reader_notice
from app.service.bootstrap import judge_setting
from app.ui.components import setting_row
from app.ui.state.session import Session


def show(session: Session) -> None:
    """Draw it as a row of the Settings page."""
    reader = session.assistant.second_reader
    change = "To change it, set KAKEHASHI_JUDGE to off, to same (the model that answers) or to "
    setting_row.show(
        "Second reader: judges sentences that the checker leaves unverified",
        reader.name if reader else "None",
        f"{_explanation(session)} {change}provider:name when you start Kakehashi.",
    )


def notice(session: Session) -> str:
    """Return what the second reader is sent, and where; empty without one."""
    assistant = session.assistant
    reader, model = assistant.second_reader, assistant.model
    if reader is None:
        return ""
    same = model is not None and reader.name == assistant.model_name
    server = str(parameters_of(model)["server"]) if model and same else ""
    return second_reader_notice(reader.name, server, drafts=reader.reads_drafts)


def _explanation(session: Session) -> str:
    reader = session.assistant.second_reader
    if reader is None:
        if judge_setting() == "same":
            return "Once a model answers, it also judges, one sentence and its citations at a time."
        return "Unverified sentences stay so."
    hidden = "" if reader.reads_drafts else " It does not see what you check on the Check page."
    return f"{notice(session)}{hidden}"
