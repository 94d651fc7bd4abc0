"""Tunes: what they are, and the network that writes them."""
