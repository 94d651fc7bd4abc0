"""Easel Portraits: a style-based GAN of drawn faces, begun from what is known of each drawing."""
