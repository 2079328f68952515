"""What every screen stands on: tasks, messages, change feed, theme, icons, docks, command palette."""
