"""Turns files into features: jobs from the database, workers that read, models that encode."""
