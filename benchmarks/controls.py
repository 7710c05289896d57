"""Where things are in the window: the one place to mend when the window changes.

Playwright selectors by role and name. Those under "in the page" are CSS, because the stopwatch
looks for them itself (it looks into shadow roots, too).
"""

ARTICLE_ASKED = "What did Japan's G7 presidency do for Taiwan?"

OPEN_SIDEBAR = "[data-testid=stExpandSidebarButton]"
CLOSE_SIDEBAR = "[data-testid=stSidebarCollapseButton] button"

# The Ask page
SEND = 'role=button[name="Send message"]'
NEW = 'role=button[name="New conversation"]'
STOP = 'role=button[name="Stop"]'
SUGGESTED = "[class*='st-key-suggested-'] button >> nth=0"
CITATIONS = "role=button[name=/^Citation \\d+:/]"

# The Check page
DRAFT = 'role=textbox[name="Text to check"]'
CHECK = 'role=button[name="Check"]'
PLACES = "role=button[name=/^Place \\d+:/]"

# The Library page
UPLOAD = "input[type=file] >> nth=0"

# The evidence
PANEL = "#evidence"
CLOSE = 'role=button[name="Close the evidence"]'

# In the page
QUESTION = 'textarea[placeholder^="Ask the library"]'
READY = f"{QUESTION}:not(:disabled)"
HEADING = "h1"
SENTENCES = "#answer .sentence"
SILENT = "#answer .text"
MARK = "#evidence mark"
COUNTED = "#source-list .status"
ROWS = "#source-list li.row"
CHECKED = "#draft-report > li"
ALARM = "[data-testid=stAlertContentError], [data-testid=stException]"
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


def citation(number: int) -> str:
    """The button of a citation of any answer."""
    return f"role=button[name=/^Citation {number}:/]"


def page_link(title: str) -> str:
    """The link to a page, among the pages at the top."""
    return f'role=link[name="{title}"]'
