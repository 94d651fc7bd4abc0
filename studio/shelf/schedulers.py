"""Which drawing methods (schedulers) suit a model, told from its own scheduler's settings."""

from __future__ import annotations

import json
from pathlib import Path

OWN = ("", "The model’s own")
FOR_NOISE = (
    ("DPMSolverMultistepScheduler", "Quick and clean (DPM++)"),
    ("UniPCMultistepScheduler", "Quick, few steps (UniPC)"),
    ("EulerDiscreteScheduler", "Plain (Euler)"),
    ("EulerAncestralDiscreteScheduler", "Lively (Euler, ancestral)"),
    ("DDIMScheduler", "Classic (DDIM)"),
)
FOR_FLOW = (
    ("DPMSolverMultistepScheduler", "Quick and clean (DPM++)"),
    ("UniPCMultistepScheduler", "Quick, few steps (UniPC)"),
)


def schedulers_for(folder: Path) -> tuple[tuple[str, str], ...]:
    """(class, words) of the methods to offer for the model in `folder`, its own first."""
    try:
        config = json.loads((folder / "scheduler" / "scheduler_config.json").read_text("utf-8"))
        own = str(config.get("_class_name", ""))
    except (OSError, ValueError, AttributeError):
        return (OWN,)
    if own.startswith("FlowMatch"):
        return (OWN,)
    offered = FOR_FLOW if config.get("use_flow_sigmas") else FOR_NOISE
    return (OWN, *(choice for choice in offered if choice[0] != own))
