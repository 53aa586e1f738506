"""How a label stands inside a sentence: "the tool says cellulitis", and "the tool says Kawasaki disease".

In the languages that have capitals a label begins with one, and a disease, an answer or a place takes a small letter
inside a sentence. Abbreviations keep theirs, and so do names of people and places, which are told by the word alone:
a translation may begin with another one ("maladie de Kawasaki").
"""

from __future__ import annotations

import re

_NAMES = frozenset({
    "Behçet", "Brodie", "Burkitt", "Buruli", "Caffey", "Chagas", "Charcot", "Dupuytren", "Ehlers", "Erb", "Ewing",
    "Gaucher", "Gorham", "Guillain", "Henoch", "Hodgkin", "Kaposi", "Kawasaki", "Klippel", "Langerhans", "Legg",
    "Lyme", "Madura", "Maffucci", "Marfan", "Milroy", "Morquio", "Ollier", "Osgood", "Perthes", "Pott", "Raynaud",
    "Reiter", "Schönlein", "Sjögren", "Stevens", "Sudeck", "Takayasu", "Turner", "Volkmann", "Wegener", "Wilms",
})  # fmt: skip
"""Of diseases of children, and of limbs. None that is another word too, as Still is."""
_FIRST_WORD = re.compile(r"[^\W\d_]+")


def lower_first(text: str) -> str:
    """Return the text with a small first letter, unless it begins with an abbreviation such as CRP or with a name."""
    if text[1:2].isupper() or text[1:2] == "-":
        return text
    first = _FIRST_WORD.match(text)
    return text if first and first[0] in _NAMES else text[:1].lower() + text[1:]
