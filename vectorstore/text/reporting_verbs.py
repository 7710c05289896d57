"""Words that give a statement to somebody."""

from vectorstore.text.tables import words
from vectorstore.text.verbs import active_forms, forms, participle, third_person

_COMMON = words("reporting_verbs", "common")
_BARE = frozenset(words("reporting_verbs", "bare_beside_quotations"))

_INFLECTED_ONLY = frozenset(words("reporting_verbs", "clause_only_inflected"))

CLAUSE_VERBS = tuple(
    form
    for verb in (*_COMMON, *words("reporting_verbs", "clause_only"))
    for form in forms(verb)
    if form not in _INFLECTED_ONLY
)
"""The forms of the verbs that report a clause: `claims`, `said`, `denied` …"""
QUOTATION_VERBS = tuple(
    form
    for verb in (*_COMMON, *words("reporting_verbs", "quotation_only"))
    for form in (*([verb] if verb in _BARE else []), *active_forms(verb))
)
"""The forms of verbs that stand beside a quotation and its speaker."""
MOSTLY_NOUNS = tuple(
    form
    for verb in words("reporting_verbs", "mostly_nouns")
    for form in (verb, third_person(verb), participle(verb))
)
"""`claim`, `reports` …: verbs only where something that was said follows."""
PHRASES_BEFORE_SPEAKER = words("reporting_verbs", "phrases_before_speaker")
ADVERBS = words("reporting_verbs", "adverbs")
OPINION_NOUNS = words("reporting_verbs", "opinion_nouns")
JAPANESE_AFTER_TO = words("reporting_verbs", "japanese_after_to")
JAPANESE_AFTER_SOURCE = words("reporting_verbs", "japanese_after_source")
CHINESE_BY_HEARSAY = words("reporting_verbs", "chinese_by_hearsay")
CHINESE = words("reporting_verbs", "chinese")
CHINESE_BESIDE_QUOTATIONS = words("reporting_verbs", "chinese_beside_quotations")
