"""GitHub's API: what is asked and told over HTTP, a few tries each, with a token for one server.

- ``failures``   what an answer can be instead of an answer
- ``answers``    which of these an answer is                             (pure)
- ``patience``   how long to wait before the next try, and when to give up
- ``client``     one request; no redirect is followed with the token
- ``pulls``      which pull request, its head, its changed lines, its rules
- ``comments``   the one comment of a report: found, posted, edited, deleted
- ``checks``     the check run and its annotations
- ``artifacts``  the results that another run left behind
"""
