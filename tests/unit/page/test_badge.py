"""The badge: a few words that are true, as a picture and for the service that draws such ones."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from gate.page.badge import badge_of, render_badge_json, render_badge_svg
from tests.golden.results import CASES

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("case", "message", "color"),
    [
        ("all_well", "passed", "brightgreen"),
        ("improvement", "passed, 2 improved", "brightgreen"),
        ("regression", "3 regressed", "red"),
        ("missing_and_broken", "2 lost", "red"),
        ("inconclusive", "inconclusive", "yellow"),
        ("blind", "inconclusive", "yellow"),
        ("nothing_measured", "not judged", "lightgrey"),
        ("install_failure", "not judged", "lightgrey"),
    ],
)
def test_the_badge_says_the_verdict(case: str, message: str, color: str) -> None:
    assert badge_of(CASES[case]) == {"label": "performance", "message": message, "color": color}


@pytest.mark.parametrize("case", CASES)
def test_the_endpoint_document_is_what_the_service_reads(case: str) -> None:
    """Version 1 of its schema, which demands these fields as non-empty text."""
    document = json.loads(render_badge_json(CASES[case]))

    assert document.pop("schemaVersion") == 1
    assert {*document} == {"label", "message", "color"}
    assert all(isinstance(text, str) and text for text in document.values())


@pytest.mark.parametrize("case", CASES)
def test_the_picture_says_the_same_and_refers_to_nothing(case: str) -> None:
    """Its words are readable for a screen reader, and fit into their halves."""
    root = ET.fromstring(render_badge_svg(CASES[case]))  # noqa: S314 - ours
    badge = badge_of(CASES[case])
    words = [element.text for element in root.iter(f"{SVG}text")]
    widths = [float(one.attrib["width"]) for one in root.findall(f"{SVG}g/{SVG}rect")]

    assert words == [badge["label"], badge["message"]]
    assert root.attrib["aria-label"] == f"{badge['label']}: {badge['message']}"
    assert sum(widths) == float(root.attrib["width"])
    assert all(width > 6 * len(word or "") for width, word in zip(widths, words, strict=True))
    assert not [one for one in root.iter() if {"href", "src"} & {*one.attrib}]
