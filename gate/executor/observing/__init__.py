"""What an async program does, seen from outside: spans, rolling windows, alerts.

- ``gauges``    what can be read at a moment: clocks, memory, blocks
- ``profiler``  readings at both ends of a stretch of code -> Span, summed up by path
- ``window``    one metric's recent values in bounded memory -> Window, with quantiles
- ``monitor``   all metrics, each with its windows
- ``rules``     a mapping, as a YAML file holds it -> Rule, or every problem at once
- ``alerts``    rules asked of a monitor -> Alert, once per episode, given to handlers
- ``handlers``  where an alert goes: a log, a callback, a webhook with retries

Nothing here knows of the executor; everything is about any code, on asyncio and on trio.
"""
