"""Easel: an offline creative studio for people who do not code."""

__version__ = "0.1.0"
