"""Runs the code of strangers in processes of their own, fenced in as far as the system allows."""
