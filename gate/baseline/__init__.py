"""Stored results of earlier revisions: written once, never changed, read for good.

- ``record``     what is kept: the figures of one revision, on one machine, in one run
- ``codec``      a record as bytes, with version and checksum, and back
- ``entries``    names of records, which say what a listing must tell: there is no index to break
- ``store``      what a store can do, and reading from one: what is unreadable is set aside, named
- ``directory``  a store in a folder
- ``branch``     a store on a branch of a repository
- ``objects``    a store behind a URL: S3, Google Cloud Storage, Azure
- ``pruning``    which records may go
"""
