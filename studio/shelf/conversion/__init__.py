"""Checkpoints of GANs, as other programs leave them, made into model folders of ours.

`pickle_data` reads a pickle's data without running it, `containers` and `torch_files` find the
tensors, `recognise` says which program left them, `ada` and `rosinality` plan how they become a
generator of ours, and `folder` writes it.
"""

from studio.shelf.conversion.folder import convert, slug_of

__all__ = ["convert", "slug_of"]
