"""Whatever stands in a page is escaped, also where words are marked for translation."""

from __future__ import annotations

import pytest

from sync_server.api.templates import _environment

NASTY = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "template",
    [
        "{{ x }}",
        "{{ _(x) }}",
        '{{ _("Case %(name)s", name=x) }}',
        "{% trans name=x %}Case {{ name }}{% endtrans %}",
        "{% trans count=2, name=x %}{{ count }} {{ name }}{% pluralize %}{{ count }} of {{ name }}{% endtrans %}",
    ],
)
def test_what_somebody_typed_is_text_and_no_markup(template: str) -> None:
    assert "<" not in _environment.from_string(template).render(x=NASTY)


def test_words_keep_their_signs() -> None:
    assert _environment.from_string('{{ _("90 % & more") }} {{ _("%(n)s %%", n=3) }}').render() == "90 % &amp; more 3 %"
