"""How fast titles become slugs."""

from __future__ import annotations

from texts import titles

from textkit import slug, unique_slugs


def test_one_by_one(benchmark):
    headings = titles(200)

    @benchmark
    def slugs():
        return [slug(heading) for heading in headings]

    assert len(slugs) == 200


class TestUnique:
    """Slugs of a whole site, where some collide."""

    headings = titles(250) * 2

    def test_collisions(self, benchmark):
        found = benchmark(unique_slugs, self.headings)
        assert len(set(found)) == len(self.headings)
