"""The dialogs that act on items: editing, relinking, merging, writing to files."""
