"""Which commits are base and head, and their files: read from the target, which is never changed.

In the order in which they serve a run:

- ``git``         the one locked-down way in which git is called
- ``target``      the target's repository, found on the disk
- ``repository``  our own bare clone, which borrows the target's objects: names, files, trees
- ``snapshot``    the working tree as a commit of our own
- ``sides``       a job's base and head; a shallow clone is deepened for them
- ``origin``      fetching, with a token in hand for that one call
- ``export``      a commit as a plain tree of files
- ``names``       foreign names as a person reads them
"""

from gate.revisions.export import Export
from gate.revisions.git import GitError
from gate.revisions.repository import LARGEST_FILE, Clone, clone
from gate.revisions.sides import settle
from gate.revisions.snapshot import Snapshot

__all__ = ["LARGEST_FILE", "Clone", "Export", "GitError", "Snapshot", "clone", "settle"]
