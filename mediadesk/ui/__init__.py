"""The window: pages and widgets of Qt, which know the engine by its client and messages only."""
