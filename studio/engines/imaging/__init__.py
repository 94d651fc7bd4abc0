"""Pictures from words, on diffusers."""
