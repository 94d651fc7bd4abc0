"""Models with a space of pictures to move in: sliders, walks, finding a picture."""
