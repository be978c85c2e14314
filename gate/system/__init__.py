"""The operating system's edge: processes, signals, folders and facts about the machine."""
