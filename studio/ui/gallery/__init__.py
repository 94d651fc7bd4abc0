"""The gallery: everything that was made, found, looked at and put in order."""
