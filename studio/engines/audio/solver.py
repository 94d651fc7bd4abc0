"""The solver of Stable Audio Open without torchsde.

diffusers draws its noise from a Brownian tree, for which it needs torchsde and with it SciPy. The
steps of one solution do not overlap, so the tree's increments are independent normal numbers, and
those a generator gives as well.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from diffusers import EDMDPMSolverMultistepScheduler

COSINE = "CosineDPMSolverMultistepScheduler"
_SETTINGS = (
    "sigma_min",
    "sigma_max",
    "sigma_data",
    "sigma_schedule",
    "num_train_timesteps",
    "solver_order",
    "prediction_type",
    "rho",
    "solver_type",
    "lower_order_final",
    "euler_at_final",
    "final_sigmas_type",
)
_USUAL = {  # where the folder is silent: what Stable Audio Open was trained with
    "sigma_min": 0.3,
    "sigma_max": 500.0,
    "sigma_data": 1.0,
    "sigma_schedule": "exponential",
    "prediction_type": "v_prediction",
}


class CosineSolver(EDMDPMSolverMultistepScheduler):
    """SDE-DPM-Solver++ (Lu et al., arXiv 2211.01095) with the noise levels of Stable Audio Open.

    Its noise comes from the generator that `step` is given.
    """

    def precondition_noise(self, sigma: float | torch.Tensor) -> torch.Tensor:
        """What the denoiser is told of a noise level: its angle, from 0 to 1.

        Salimans and Ho, arXiv 2202.00512: cosine and sine of that angle mix signal and noise.
        """
        level = torch.as_tensor(sigma)
        return torch.atan(level) / math.pi * 2


def is_cosine(folder: Path) -> bool:
    """Whether the model in `folder` names the scheduler that takes torchsde."""
    parts = json.loads((folder / "model_index.json").read_text("utf-8"))
    told = parts.get("scheduler")
    return isinstance(told, list) and len(told) == 2 and told[1] == COSINE


def cosine_solver(folder: Path) -> CosineSolver:
    """The solver with the settings of the model in `folder`.

    OSError, ValueError or TypeError where those are damaged.
    """
    config = json.loads((folder / "scheduler" / "scheduler_config.json").read_text("utf-8"))
    told = {name: config[name] for name in _SETTINGS if name in config}
    return CosineSolver(**{**_USUAL, **told, "algorithm_type": "sde-dpmsolver++"})
