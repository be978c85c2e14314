"""How fast templates are parsed and rendered."""

from __future__ import annotations

import pytest

from textkit import Template

PAGE = """\
<h1>{{ page.title|title }}</h1>
<table>{% for row in rows %}
  <tr><td>{{ row.name }}</td><td>{{ row.price }}</td><td>{{ page.currency|upper }}</td></tr>
{% end %}</table>
<footer>{{ page.owner|raw }} {{ page.year }}</footer>
"""


@pytest.fixture(scope="module")
def template():
    return Template(PAGE)


class TestRender:
    """Rendering alone: the template is parsed once."""

    @pytest.mark.parametrize("count", [10, 200])
    def test_rows(self, benchmark, template, count):
        page = {"title": "price list", "currency": "eur", "owner": "<b>us</b>", "year": 2026}
        rows = [{"name": f"item <{number}>", "price": number * 1.5} for number in range(count)]
        text = benchmark(template.render, page=page, rows=rows)
        assert text.count("<tr>") == count


def test_parse(benchmark):
    source = PAGE * 10
    template = benchmark.pedantic(Template, args=(source,), rounds=50, iterations=5)
    assert isinstance(template, Template)
