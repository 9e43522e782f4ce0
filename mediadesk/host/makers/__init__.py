"""For those who write plugins: a new one, a check of one, and the pages that explain the API."""
