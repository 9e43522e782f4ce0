"""What is derived from all that extractors learnt about one item; pure, on numpy alone."""

from mediadesk.api import ModelSpec

FEATURE = "understanding"
"""The feature that holds it: the item's vector, its key moments, its summary and chapters."""

VERSION = 1
MODEL = ModelSpec(task="fuse")
