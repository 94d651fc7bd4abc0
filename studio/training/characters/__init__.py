"""Characters drawn from parameters, and the VAE with named sliders that is trained on them."""
