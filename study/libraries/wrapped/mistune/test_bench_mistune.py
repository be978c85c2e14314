"""Rendering a read-me of a realistic size, with and without plugins."""

from __future__ import annotations

import pytest

import mistune

CHAPTER = """
## Chapter {0}

Some *emphasised*, **strong** and `literal` words, a [link](https://example.com/{0} "title")
and an ![image](picture.png). A line that ends hard\\
goes on here; <b>inline HTML</b> too.

1. first
2. second, with `code`
   - nested *item*
   - another one

> A quotation of *two*
> lines.

| a | b |
|---|---|
| 1 | 2 |

```python
print("chapter {0}")
```
"""
BOOK = "".join(map(CHAPTER.format, range(8)))


@pytest.mark.parametrize("plugins", [[], ["table", "footnotes", "strikethrough"]], ids=len)
def test_html(benchmark, plugins):
    convert = mistune.create_markdown(plugins=plugins)
    assert benchmark(convert, BOOK).count("<h2>") == 8


def test_tokens(benchmark):
    parse = mistune.create_markdown(renderer="ast")
    assert benchmark(parse, BOOK)


def test_plain_paragraph(benchmark):
    text = "Nothing but words in a long paragraph that needs no markup. " * 40
    assert benchmark(mistune.html, text).startswith("<p>")


def test_create(benchmark):
    benchmark(mistune.create_markdown, plugins=["table", "url"])
