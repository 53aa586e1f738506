"""The language of a request: whoever asks is answered in his own, and two who ask at once do not disturb each other.

    with speaking("fr"):              what is said in here is said in French; the middleware does it for each request
    say("Case {code}", code=...)      a sentence of ours, in that language
    count_of(2, "{count} case", ...)  the same where the words depend on a number
    in_words(sentence)                a Sentence of the core or of a service
    term(label)                       a label of the book: a condition, a finding, an answer
    prefer(user.language)             the signed-in user's own choice, once it is known who asks

Outside a request, in the JSON API, in files and on the command line everything is said in English.
"""

from sync_server.language.voice import (
    Voice,
    apart,
    chosen_from,
    count_of,
    current,
    for_places,
    in_words,
    is_spoken,
    languages,
    level,
    needs_review,
    prefer,
    say,
    speaking,
    template_words,
    template_words_of_number,
    term,
)

__all__ = [
    "Voice",
    "apart",
    "chosen_from",
    "count_of",
    "current",
    "for_places",
    "in_words",
    "is_spoken",
    "languages",
    "level",
    "needs_review",
    "prefer",
    "say",
    "speaking",
    "template_words",
    "template_words_of_number",
    "term",
]
