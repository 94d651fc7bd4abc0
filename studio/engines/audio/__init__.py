"""Sound from words, with larger models that the artist has: ACE-Step and Stable Audio."""
