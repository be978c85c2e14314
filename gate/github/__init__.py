"""The runner's side of the house: what it asks for, and what it is told in the end."""
