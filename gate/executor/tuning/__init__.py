"""Which of several ways is faster, and which parameters are best: decided, or left as it was.

- ``interleave``  one block: rounds of everybody, in random order and in the reverse of it
- ``decision``    the changes of many blocks -> faster, slower, no difference, undecided  (pure)
- ``comparison``  ``compare``: strategies against the first of them
- ``grid``        the declared values of parameters -> candidates                         (pure)
- ``state``       all that a tuner knows, as plain JSON values and back                   (pure)
- ``halving``     state -> who is measured next; what was measured -> state               (pure)
- ``run``         builds and checks the candidates, measures block by block within a budget
- ``tuner``       ``tune``: successive halving, then a fresh comparison with the default

Nothing here knows of the executor; everything is about any async callable.
"""
