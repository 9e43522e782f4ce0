"""Keeps several devices in step through a folder that they share, without a server."""
