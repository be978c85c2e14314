"""The judge, room by room."""
