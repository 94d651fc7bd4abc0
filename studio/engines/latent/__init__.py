"""Models with a space of pictures to move in: sliders, paths, finding a picture's place."""
