"""What people on a tablet are, in words. The English word is what is stored: it stays when the language changes."""

from __future__ import annotations

from mobile_app.presenters.wording import phrase, say

ROLES = (phrase("Nurse"), phrase("Doctor"), phrase("Clinical officer"), phrase("Other"))


def role_in_words(role: str) -> str:
    """Return a stored role in the language in use; one that is not of ours as it is."""
    return say(role) if role in ROLES else role
