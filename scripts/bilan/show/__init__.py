"""Numbers, tables and charts in a language."""
