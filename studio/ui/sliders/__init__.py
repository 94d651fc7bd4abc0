"""The sliders' room: a picture that changes under one's fingers, and ways to move among others."""
