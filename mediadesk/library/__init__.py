"""The library: which files there are, what each one is, and how it is called."""
