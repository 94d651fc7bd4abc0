"""How the style-based GANs were made: "Easel Flowers" and the drawn portraits."""
