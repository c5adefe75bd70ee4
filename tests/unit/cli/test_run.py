"""`listener run`: where its page listens."""

from __future__ import annotations

import pytest

from listener.cli.run import port_of


@pytest.mark.parametrize(
    ("base_url", "port"),
    [
        ("http://127.0.0.1:8000", 8000),
        ("http://localhost:9123/listener", 9123),
        ("http://[::1]:9123", 9123),
        ("http://localhost", 8000),
        ("https://localhost:9123", 8000),
        ("http://listener.example:9123", 8000),
    ],
)
def test_the_page_is_where_its_links_lead_if_they_lead_here(base_url: str, port: int) -> None:
    """Mails link to base_url; where it is another machine's, or wants a certificate, a proxy stands before us."""
    assert port_of(base_url) == port
