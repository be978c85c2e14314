"""What was found is told to a pull request: parts of a matrix merged, one comment, one check run.

- ``parts``       which part of a matrix a result is, and which are missing     (pure)
- ``verdicts``    what all parts add up to                                      (pure)
- ``merging``     the parts become one Result                                   (pure)
- ``collecting``  results of files and of another run's artifacts, believed in nothing
- ``wording``     what a report becomes on GitHub: comment, check, annotations  (pure)
- ``posting``     says it, and says why where it may not
- ``serving``     the same from the action's inputs and event
- ``commands``    ``perf-gate publish``
"""
