"""What every training loop needs: a clock, checkpoints without pickle, an average, a log."""

from __future__ import annotations

import json
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


def device() -> torch.device:
    """The accelerator when there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(on: torch.device) -> AbstractContextManager[Any]:
    """bfloat16 where it is faster: on CUDA and on every recent CPU."""
    return torch.autocast(on.type, torch.bfloat16)


#: how much work a killed run may lose
CHECKPOINT_SECONDS = 300.0


class Budget:
    """Minutes of training, counted over all runs of a stage.

    A budget of -N means exactly N steps, so that tests repeat themselves exactly.
    """

    def __init__(self, minutes: float, spent: float = 0.0) -> None:
        self.seconds = minutes * 60
        self.spent = spent
        self._saved = spent
        self._last = time.monotonic()

    def tick(self) -> None:
        """Add the time since the last tick."""
        now = time.monotonic()
        self.spent += now - self._last
        self._last = now

    def share(self, step: int) -> float:
        """How much of the budget is used, 0 to 1."""
        if self.seconds < 0:
            return min(1.0, step / (-self.seconds / 60))
        return min(1.0, self.spent / self.seconds) if self.seconds else 1.0

    def checkpoint_due(self, step: int) -> bool:
        """True every few minutes and at the end."""
        if self.spent - self._saved < CHECKPOINT_SECONDS and self.share(step) < 1:
            return False
        self._saved = self.spent
        return True


class Average:
    """Exponential moving average of a module's weights, slower as training goes on."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay = decay
        self.state = {k: v.detach().clone().float() for k, v in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module, step: int) -> None:
        """Move towards the weights of ``module``; early on the average forgets quickly."""
        decay = min(self.decay, (1 + step) / (20 + step))
        mine = [self.state[k] for k, v in module.state_dict().items() if v.is_floating_point()]
        theirs = [v.float() for v in module.state_dict().values() if v.is_floating_point()]
        torch._foreach_lerp_(mine, theirs, 1 - decay)


def write_atomically(path: Path, write: Any) -> None:
    """Call ``write(temporary path)`` and put the result in place in one move."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    write(temporary)
    temporary.replace(path)


def save_checkpoint(
    folder: Path,
    module: nn.Module,
    average: Average,
    optimizers: list[torch.optim.Optimizer],
    progress: dict[str, Any],
) -> None:
    """Weights and average as safetensors; optimizer state with torch.save of plain tensors."""
    weights = {f"model.{k}": v.detach().cpu().contiguous() for k, v in module.state_dict().items()}
    weights |= {f"ema.{k}": v.cpu().contiguous() for k, v in average.state.items()}
    state = {
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        "progress": progress,
    }
    write_atomically(folder / "weights.safetensors", lambda p: save_file(weights, p))
    write_atomically(folder / "state.pt", lambda p: torch.save(state, p))
    write_atomically(folder / "progress.json", lambda p: p.write_text(json.dumps(progress)))


def load_checkpoint(
    folder: Path,
    module: nn.Module,
    average: Average,
    optimizers: list[torch.optim.Optimizer],
) -> dict[str, Any]:
    """Put a checkpoint back; an empty dictionary when there is none."""
    if not (folder / "state.pt").exists():
        return {}
    load_weights(folder, module, "model.")
    for name, tensor in load_file(folder / "weights.safetensors").items():
        if name.startswith("ema."):
            average.state[name[4:]].copy_(tensor)
    state = torch.load(folder / "state.pt", weights_only=True, map_location="cpu")
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    progress: dict[str, Any] = state["progress"]
    return progress


def load_weights(folder: Path, module: nn.Module, prefix: str = "ema.") -> None:
    """Load the averaged ("ema.") or the raw ("model.") weights of a checkpoint."""
    state = load_file(folder / "weights.safetensors")
    cut = {k[len(prefix) :]: v for k, v in state.items() if k.startswith(prefix)}
    module.load_state_dict(cut)


class Log:
    """JSON lines on disk, one short line on the terminal."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path

    def write(self, **values: Any) -> None:
        """Append one row; floats are rounded to five digits."""
        row = {k: round(v, 5) if isinstance(v, float) else v for k, v in values.items()}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(" ".join(f"{k}={v}" for k, v in row.items()), flush=True)


def checker(size: int) -> Tensor:
    """A (3, size, size) chequered ground that makes transparency visible."""
    ramp = torch.arange(size) // max(1, size // 8)
    return (0.82 + 0.12 * ((ramp[:, None] + ramp[None, :]) % 2)).expand(3, size, size)


def sheet(pictures: Tensor, columns: int, path: Path, plain: float | None = None) -> None:
    """Write (N, 4, H, W) straight RGBA in [0, 1] as one picture on a chequered or plain ground."""
    n, _, height, width = pictures.shape
    rows = (n + columns - 1) // columns
    pictures = pictures.detach().float().cpu().clamp(0, 1)
    ground = checker(width)[:, :height] if plain is None else torch.full((3, height, width), plain)
    flat = pictures[:, :3] * pictures[:, 3:] + ground * (1 - pictures[:, 3:])
    page = torch.ones(3, rows * (height + 4), columns * (width + 4))
    for i, picture in enumerate(flat):
        y, x = i // columns * (height + 4), i % columns * (width + 4)
        page[:, y : y + height, x : x + width] = picture
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((page * 255).round().byte().permute(1, 2, 0).numpy()).save(path)


def step_generator(seed: int, step: int) -> torch.Generator:
    """Random numbers that depend on the step alone, so that a resumed run repeats them."""
    return torch.Generator().manual_seed(seed * 1_000_003 + step)


def epoch_batch(count: int, batch: int, step: int, seed: int) -> Tensor:
    """Indices of one batch; each index comes once an epoch (rounded down to whole batches)."""
    batch = min(batch, count)
    per_epoch = count // batch
    epoch, place = divmod(step, per_epoch)
    order = torch.randperm(count, generator=step_generator(seed + 77, epoch))
    return order[place * batch : (place + 1) * batch]
