"""Plugins as files: strangers' wheels and bundles read safely, signatures, and packing."""
