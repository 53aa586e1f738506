"""The server's address is taken as people type it, and only where what is sent would be encrypted."""

from __future__ import annotations

import pytest

from mobile_app.sync_client.http_post import checked_server_url
from shared.errors import InvalidInput


@pytest.mark.parametrize(
    ("typed", "checked"),
    [
        ("https://handwise.example.org/", "https://handwise.example.org"),
        (" handwise.example.org ", "https://handwise.example.org"),
        ("https://example.org:8443/clinic", "https://example.org:8443/clinic"),
        ("http://127.0.0.1:8470", "http://127.0.0.1:8470"),
        ("http://localhost:8470", "http://localhost:8470"),
        ("http://[::1]:8470", "http://[::1]:8470"),
    ],
)
def test_an_address_is_taken_as_people_type_it(typed, checked):
    assert checked_server_url(typed) == checked


@pytest.mark.parametrize(
    "typed",
    [
        "", "http://handwise.example.org", "http://192.168.1.4:8470", "http://127.0.0.1.example.org", "ftp://localhost",
        "file:///etc", "https://user:secret@example.org", "https://example.org?x=1", "https://example.org#x",
        "https://", "https://exa mple.org", "https://example.org:port", "http://[::1", "http://localhost.evil.org",
    ],
)  # fmt: skip
def test_an_address_that_is_none_or_would_send_unencrypted_is_refused(typed):
    with pytest.raises(InvalidInput, match="server"):
        checked_server_url(typed)
