"""What an enrolment QR code says: the server's address and the one-time code, so that nobody types either.

    handwise:enrol?server=https%3A%2F%2Fhandwise.example.org&code=7K2M9QXA

The server makes it (`handwise-server enrol`), the tablet reads it. It is worth no more than the code in it: one tablet,
once, for a quarter of an hour.
"""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

SCHEME, PATH = "handwise", "enrol"
MAX_CHARACTERS = 400
_FIELDS = {"server", "code"}


def make_enrolment_link(server_url: str, code: str) -> str:
    """Return the text of the QR code."""
    return f"{SCHEME}:{PATH}?server={quote(server_url, safe='')}&code={quote(code, safe='')}"


def read_enrolment_link(text: str) -> tuple[str, str] | None:
    """Return address and code, or None where the text is something else. Neither is checked further here."""
    text = "".join(text.split())
    if len(text) > MAX_CHARACTERS:
        return None
    try:
        parts = urlsplit(text)
        fields = parse_qs(parts.query, strict_parsing=True)
    except ValueError:
        return None
    if (parts.scheme, parts.path, parts.netloc) != (SCHEME, PATH, "") or fields.keys() != _FIELDS:
        return None
    if any(len(values) != 1 for values in fields.values()):
        return None
    return fields["server"][0], fields["code"][0]
