"""Reports in other shapes: a page to look at, a dashboard, a badge, JUnit; and all their files.

- ``traces``    how one benchmark went over many revisions, ready to be drawn
- ``rows``      a Result as a table with a folded part for each row
- ``board``     the records of a store as a table of that kind
- ``records``   the records of a store as histories, of all machines or of that of a result
- ``html``      either of them as one self-contained file
- ``badge``     the verdict as a picture, and for a service that draws such pictures
- ``junit``     a Result as JUnit XML
- ``files``     writes all formats of a result into a folder
- ``commands``  ``perf-gate report``
"""
