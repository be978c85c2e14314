"""One call: what it brings, and how it is interrupted on each kind of event loop."""
