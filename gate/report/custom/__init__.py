"""The target's own template of the comment: rendered by a child without anything to lose.

- ``shown``      the View with every text escaped already
- ``__main__``   the child: sandbox, limits, and the line where it went wrong
- ``rendering``  the parent: the text of the comment, or ours with a notice
"""
