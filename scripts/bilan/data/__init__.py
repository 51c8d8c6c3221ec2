"""The tables: reading them through their description, and numbers as they are printed."""
