"""Several processes that train one model, each on its share of every batch.

On a few CPU cores one process for each core beats one process with threads: it meets the others
once a step instead of hundreds of times, so a core that is busy elsewhere for a moment holds up
nobody. Gradients meet in shared memory. On an accelerator the team has one member.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.multiprocessing as mp
from torch import Tensor, nn

from studio.training.picture.loop import Budget

#: how long a member waits for the others before it gives up
PATIENCE_SECONDS = 900.0


class Team:
    """One member's view: its rank, how many there are, and where gradients meet."""

    def __init__(
        self, rank: int = 0, size: int = 1, shared: Tensor | None = None, barrier: Any = None
    ) -> None:
        self.rank, self.size = rank, size
        self._shared, self._barrier = shared, barrier
        self._turn = 0

    @property
    def leads(self) -> bool:
        """True for the member that writes logs and checkpoints."""
        return self.rank == 0

    def rows(self, batch: int) -> slice:
        """This member's part of a batch."""
        return slice(self.rank * batch // self.size, (self.rank + 1) * batch // self.size)

    def descend(
        self,
        loss: Tensor,
        parameters: list[nn.Parameter],
        optimizers: list[torch.optim.Optimizer],
        budget: Budget,
        step: int,
    ) -> tuple[float, float]:
        """One step down the team's gradient; ``step`` counts it already. Answers as `meet` does."""
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        budget.tick()
        value, share = self.meet(parameters, loss.item(), budget.share(step))
        nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer in optimizers:
            optimizer.step()
        return value, share

    def meet(
        self, parameters: list[nn.Parameter], loss: float, share: float
    ) -> tuple[float, float]:
        """Average all gradients; answers the mean loss and the leader's share of the budget.

        Two buffers take turns, so that nobody overwrites what another still reads.
        """
        if self._shared is None:
            return loss, share
        buffer = self._shared[self._turn % 2]
        self._turn += 1
        mine, place = buffer[self.rank], 2
        mine[0], mine[1] = loss, share
        for weights in parameters:
            count = weights.numel()
            if weights.grad is None:
                mine[place : place + count].zero_()
            else:
                mine[place : place + count].copy_(weights.grad.flatten())
            place += count
        self._barrier.wait(PATIENCE_SECONDS)
        mean, place = buffer.mean(0), 2
        for weights in parameters:
            count = weights.numel()
            if weights.grad is not None:
                weights.grad.copy_(mean[place : place + count].view_as(weights))
            place += count
        return float(mean[0]), float(buffer[0, 1])


def _member(
    rank: int, work: Callable[..., None], size: int, shared: Tensor, barrier: Any, arguments: tuple
) -> None:
    torch.set_num_threads(1)
    work(*arguments, team=Team(rank, size, shared, barrier))


def run(work: Callable[..., None], size: int, weights: int, *arguments: Any) -> None:
    """Call ``work(*arguments, team=...)`` in ``size`` processes; ``weights``: how many there are.

    With one member, or on an accelerator, it is called right here.
    """
    if size == 1 or torch.cuda.is_available():
        work(*arguments, team=Team())
        return
    context = mp.get_context("spawn")
    shared = torch.zeros(2, size, weights + 2).share_memory_()
    mp.spawn(
        _member, (work, size, shared, context.Barrier(size), arguments), nprocs=size, join=True
    )
