"""Peoples and capitals with their countries.

“Palauan” finds “Palau”, and “Taiwanese” finds “Taiwan”: stemming does not join these, and in
writing on international affairs they are half of the words that matter. Only peoples whose country
is one word are listed. Capitals that stand for governments (“Tokyo said”) are kept apart, because
they are also cities.
"""

from vectorstore.text.tables import mapping

COUNTRY_OF = mapping("countries", "peoples")
"""Countries by the names of their peoples: `palauan` → `palau`."""
COUNTRY_OF_CAPITAL = mapping("countries", "capitals")
"""Countries by the capitals that stand for their governments: `tokyo` → `japan`."""
