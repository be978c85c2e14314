"""What people and tools read: one View -> terminal, comment, summary; and ``result.json``."""
