"""Installed plugins, as the engine has them: opened, run, held to account, shown."""
