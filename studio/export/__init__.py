"""Artworks for the world: pictures, print, drawings, stickers, icons. No torch, no Qt, no network.

done = export_many(artworks, ExportPlan(format="jpeg"), folder, report, check)
"""

from studio.export.licences import line_for, lines_for
from studio.export.many import export_many
from studio.export.plan import (
    FORMAT_NAMES,
    Cut,
    ExportPlan,
    Print,
    Sheet,
    Size,
    Stickers,
    Wallpapers,
    Words,
)
from studio.export.presets import BUILT_IN, Presets
from studio.export.run import Exported, LeftOut
from studio.export.screens import SCREENS

__all__ = [
    "BUILT_IN",
    "FORMAT_NAMES",
    "SCREENS",
    "Cut",
    "ExportPlan",
    "Exported",
    "LeftOut",
    "Presets",
    "Print",
    "Sheet",
    "Size",
    "Stickers",
    "Wallpapers",
    "Words",
    "export_many",
    "line_for",
    "lines_for",
]
