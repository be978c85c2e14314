"""The child that renders a template of the target: ``python -m gate.report.custom TASK ANSWER``.

The sandbox keeps a template from what is not its business, but leaves loops unbounded: limits of
time and memory are the system's, and hold for this process alone.
"""

from __future__ import annotations

import json
import resource
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    FunctionLoader,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from gate.report.custom.shown import code, shown
from gate.report.render import COMMENT_BYTES, SUMMARY_PLACE, environment, templates, within
from gate.report.view import View

MEMORY_BYTES = 1024**3
LONGEST = 16 * 1024**2
"""Characters of one rendering; lists are cut until the comment fits, so the first may be long."""
YOURS = "yours:"
"""Before the name of the template, so that one that is named like ours can extend ours."""


class TooLongError(Exception):
    """There is no end to it, or none in time for a comment."""


def main(arguments: list[str]) -> int:
    """Render what the first file describes, and write text or flaw into the second."""
    task, answer = map(Path, arguments)
    asked = json.loads(task.read_text(encoding="utf-8"))
    cpu_s = asked.pop("cpu_s")
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    answer.write_text(json.dumps(answered(**asked)), encoding="utf-8")
    return 0


def answered(*, name: str, text: str, view: View, first_line: str) -> dict[str, Any]:
    """Return ``text``, or ``problem`` and the ``line`` of the template that it is on (or 0)."""
    try:
        template = _environment(name, text).get_template(YOURS + name)
        made = within(_drawing(template, first_line), view, COMMENT_BYTES, SUMMARY_PLACE)
    except TemplateSyntaxError as error:
        return {"problem": error.message or "syntax", "line": _line(error, name, error.lineno)}
    except TemplateNotFound as error:
        problem = f"there is no template {error.message}"
        return {"problem": problem, "line": _line(error, name, 0)}
    except MemoryError:
        return {"problem": "it needs too much memory", "line": 0}
    except Exception as error:  # noqa: BLE001 - whatever a template does is told, and no defect of ours
        problem = str(error) or type(error).__name__
        return {"problem": problem, "line": _line(error, name, 0)}
    return _checked(made)


def _checked(text: str) -> dict[str, Any]:
    if len(text.encode()) > COMMENT_BYTES:
        return {"problem": f"it is longer than {COMMENT_BYTES:,} bytes with no row left", "line": 0}
    if len(text.splitlines()) <= 1:
        return {"problem": "it renders to nothing", "line": 0}
    return {"text": text}


def _environment(name: str, text: str) -> ImmutableSandboxedEnvironment:
    def yours(asked: str) -> tuple[str, str, None] | None:
        return (text, name, None) if asked == YOURS + name else None

    made = environment(ChoiceLoader([FunctionLoader(yours), FileSystemLoader(templates())]))
    made.filters["code"] = code
    del made.globals["lipsum"]
    return made


def _drawing(template: Template, first_line: str) -> Callable[[View], str]:
    marker = Markup(first_line)  # noqa: S704 - made by us, letter by letter

    def draw(view: View) -> str:
        parts: list[str] = []
        room = LONGEST
        for part in template.generate(view=shown(view), marker=marker):
            parts.append(part)
            room -= len(part)
            if room < 0:
                raise TooLongError(f"it is longer than {LONGEST:,} characters")
        text = "".join(parts).strip("\n") + "\n"
        return text if text.startswith(f"{first_line}\n") else f"{first_line}\n{text}".rstrip("\n")

    return draw


def _line(error: Exception, name: str, otherwise: int) -> int:
    """Jinja makes tracebacks speak of the template's own lines."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [one.lineno for one in frames if one.filename == name and one.lineno]
    return lines[-1] if lines else otherwise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
