"""What to watch or hear next: from vectors and events to shelves of picks with reasons."""
