"""What evidence is worth: fitted, and written here, by packaging/models/confidence.py."""

KINDS = {"length": 0.77, "labels": 1.00, "words": 0.70, "content": 1.00}
"""By how much the log-odds of each source of evidence are multiplied."""

TEXT = {"slope": 0.86, "offset": -0.84}
"""How often the language of a text is right that was found with some odds: Platt, 1999."""

SAME = 0.62
"""How often what is to be read is in the language of what is to be heard."""
