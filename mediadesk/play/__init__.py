"""Playing: one small interface, libVLC or Qt Multimedia behind it."""
