"""The window: panels, widgets and what they remember. Never imports torch."""
