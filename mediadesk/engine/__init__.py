"""The engine: everything MediaDesk can do, in this process or in one of its own."""
