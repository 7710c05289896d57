"""Selectors for the controls of the window: the one place to change when the window changes.

Playwright selectors by role and name. Those under "In the page" are CSS, because the stopwatch of
the benchmarks evaluates them itself, in shadow roots too.
"""

ARTICLE_QUESTION = "What did Japan's G7 presidency do for Taiwan?"

OPEN_SIDEBAR = "[data-testid=stExpandSidebarButton]"
CLOSE_SIDEBAR = "[data-testid=stSidebarCollapseButton] button"

# The Ask page
SEND = 'role=button[name="Send message"]'
SUGGESTED = "#suggestions .ask >> nth=0"
CITATIONS = "role=button[name=/^Citation \\d+:/]"

# The Check page
DRAFT = 'role=textbox[name="Text to check"]'
CHECK = 'role=button[name="Check"]'
PLACES = "role=button[name=/^Place \\d+:/]"

# The Library page
UPLOAD = "input[type=file] >> nth=0"

# The evidence
PANEL = "#evidence"
REGION = 'role=region[name="Evidence"]'  # the same panel, in a wide window
CLOSE = 'role=button[name="Close the evidence"]'

# In the page
QUESTION = 'textarea[placeholder^="Ask the library"]'
READY = f"#question:not([data-busy]) {QUESTION}"  # nothing is on its way or being answered
HEADING = "h1"
ANSWER = "#answer"
FINISHED = f"{ANSWER}[data-done]"
SENTENCES = f"{ANSWER} .sentence"
SILENT = f"{ANSWER} .text"
MARK = f"{PANEL} mark"
COUNTED = "#source-list .status"
ROWS = "#source-list li.row"
CHECKED = "#draft-report > li"
ALARM = ".text-notice.error, [data-testid=stException]"
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


def citation(number: int) -> str:
    """Return the selector of the citations with this number, in any answer."""
    return f"role=button[name=/^Citation {number}:/]"


def page_link(title: str) -> str:
    """Return the selector of the link to a page in the navigation at the top."""
    return f'role=link[name="{title}"]'
