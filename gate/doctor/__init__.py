"""What this machine offers for measuring, what it lacks, and what to do about it."""
