"""How the built-in tune model is made."""
