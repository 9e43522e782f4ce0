"""For those who write plugins: a new one, a check of one, and the page that explains the API."""
