"""An intended regression is written down: which entries, where in the file, and the command.

- ``entries``    findings -> acceptances -> lines of YAML      (pure)
- ``insertion``  these lines into the text of a configuration  (pure)
- ``commands``   ``perf-gate accept``
"""
