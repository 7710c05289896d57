"""Hostile texts in every place, opened in a browser: nothing comes of them (`benchmarks/trust`).

What they do on a terminal is in `tests/benchmarks/test_trust.py`.
"""

import pytest
from playwright.sync_api import Browser

from benchmarks.trust.canary import canary_server
from benchmarks.trust.injections import injections, joined, sample
from benchmarks.trust.measures import injection_measures, try_injections

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
TEXTS, TOGETHER = 30, 6  # all in each place of six documents, questions and answers


def test_nothing_comes_of_hostile_texts(browser: Browser) -> None:
    with canary_server() as canary:
        chosen = joined(sample(injections(canary.host), TEXTS), TOGETHER)
        tried = try_injections(browser, chosen, canary, terminal=False)
    assert [str(one) for one in injection_measures(tried) if not one.held] == []
