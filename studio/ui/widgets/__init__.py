"""Small controls, each for itself."""
