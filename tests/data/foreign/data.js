window.BENCHMARK_DATA = {
  "lastUpdate": 1795537258842,
  "repoUrl": "https://github.com/someone/words",
  "entries": {
    "Words with pytest-benchmark": [
      {
        "commit": {
          "id": "bcf5d5bf709e4499bc1b7bfea8e0c53096a90f5c",
          "message": "Count words",
          "timestamp": "2026-03-01T10:00:00+00:00",
          "url": "https://github.com/someone/words/commit/bcf5d5bf709e4499bc1b7bfea8e0c53096a90f5c",
          "author": {
            "name": "Someone",
            "email": "a@example.org",
            "username": "someone"
          },
          "committer": {
            "name": "Someone",
            "email": "a@example.org",
            "username": "someone"
          },
          "distinct": true,
          "tree_id": "213d0dd305ea3b545d73ebac5414e465cf41db6e"
        },
        "date": 1795537258309,
        "tool": "pytest",
        "benches": [
          {
            "name": "test_words.py::test_count",
            "value": 58538.58505276297,
            "unit": "iter/sec",
            "range": "stddev: 6.904984885951966e-7",
            "extra": "mean: 17.082749764085747 usec\nrounds: 12"
          },
          {
            "name": "test_words.py::test_sized[1]",
            "value": 60045.07197985936,
            "unit": "iter/sec",
            "range": "stddev: 4.0033366691232775e-7",
            "extra": "mean: 16.65415607021714 usec\nrounds: 8"
          },
          {
            "name": "test_words.py::test_sized[10]",
            "value": 5962.075984268756,
            "unit": "iter/sec",
            "range": "stddev: 0.000009862665843010868",
            "extra": "mean: 167.7268123785325 usec\nrounds: 8"
          }
        ]
      },
      {
        "commit": {
          "id": "92aaa5bfd6beded5b783aa41b325e13dd88e18a8",
          "message": "Use Counter",
          "timestamp": "2026-03-02T10:00:00+00:00",
          "url": "https://github.com/someone/words/commit/92aaa5bfd6beded5b783aa41b325e13dd88e18a8",
          "author": {
            "name": "Someone",
            "email": "a@example.org",
            "username": "someone"
          },
          "committer": {
            "name": "Someone",
            "email": "a@example.org",
            "username": "someone"
          },
          "distinct": true,
          "tree_id": "557c4b741c6a0c0d4ebc417441fc39b000e5fcac"
        },
        "date": 1795537258661,
        "tool": "pytest",
        "benches": [
          {
            "name": "test_words.py::test_count",
            "value": 64688.28349661567,
            "unit": "iter/sec",
            "range": "stddev: 8.183259069293784e-7",
            "extra": "mean: 15.458749961301994 usec\nrounds: 12"
          },
          {
            "name": "test_words.py::test_sized[1]",
            "value": 67300.8371322122,
            "unit": "iter/sec",
            "range": "stddev: 4.5456298950885574e-7",
            "extra": "mean: 14.858656186333974 usec\nrounds: 8"
          },
          {
            "name": "test_words.py::test_sized[10]",
            "value": 6948.737635771484,
            "unit": "iter/sec",
            "range": "stddev: 0.00000393963224732776",
            "extra": "mean: 143.91103138677863 usec\nrounds: 8"
          }
        ]
      }
    ],
    "Start and size": [
      {
        "commit": {
          "id": "bcf5d5bf709e4499bc1b7bfea8e0c53096a90f5c",
          "message": "Count words",
          "timestamp": "2026-03-01T10:00:00+00:00",
          "url": "https://github.com/someone/words/commit/bcf5d5bf709e4499bc1b7bfea8e0c53096a90f5c",
          "author": {
            "name": "Someone",
            "email": "a@example.org",
            "username": "someone"
          },
          "committer": {
            "name": "Someone",
            "email": "a@example.org",
            "username": "someone"
          },
          "distinct": true,
          "tree_id": "213d0dd305ea3b545d73ebac5414e465cf41db6e"
        },
        "date": 1795537258491,
        "tool": "customSmallerIsBetter",
        "benches": [
          {
            "name": "start",
            "value": 50.5,
            "range": "3",
            "unit": "ms"
          },
          {
            "name": "size of the wheel",
            "value": 3,
            "unit": "Megabytes",
            "extra": "one\ntwo"
          }
        ]
      },
      {
        "commit": {
          "id": "92aaa5bfd6beded5b783aa41b325e13dd88e18a8",
          "message": "Use Counter",
          "timestamp": "2026-03-02T10:00:00+00:00",
          "url": "https://github.com/someone/words/commit/92aaa5bfd6beded5b783aa41b325e13dd88e18a8",
          "author": {
            "name": "Someone",
            "email": "a@example.org",
            "username": "someone"
          },
          "committer": {
            "name": "Someone",
            "email": "a@example.org",
            "username": "someone"
          },
          "distinct": true,
          "tree_id": "557c4b741c6a0c0d4ebc417441fc39b000e5fcac"
        },
        "date": 1795537258822,
        "tool": "customSmallerIsBetter",
        "benches": [
          {
            "name": "start",
            "value": 61,
            "range": "3",
            "unit": "ms"
          },
          {
            "name": "size of the wheel",
            "value": 4,
            "unit": "Megabytes"
          }
        ]
      }
    ]
  }
}