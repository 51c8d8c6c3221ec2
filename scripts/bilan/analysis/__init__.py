"""What the figures allow: one module a notebook, of the same stem, and the claims a sentence may rest on."""
