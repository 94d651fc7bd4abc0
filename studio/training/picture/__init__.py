"""The recipe of the built-in picture model: data, autoencoder, denoiser, distillation, upscaler."""
