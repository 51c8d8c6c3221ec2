"""From a press text to a proposed ledger; nothing but the command, notebook 00 and their tests imports it."""
