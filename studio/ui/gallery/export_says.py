"""What is said of a thing that will come out: how large it is, on the screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.errors import StudioError
from studio.export.printing import SHARP
from studio.ui.gallery.words import how_many

if TYPE_CHECKING:
    from studio.export import Exported, ExportPlan, LeftOut
    from studio.export.proofs import Proof


def says(proof: Proof, plan: ExportPlan) -> str:
    """A sentence or two for the artist."""
    artwork = proof.artwork
    if artwork is not None and artwork.seconds:
        return _of_film_or_sound(proof, plan)
    parts = []
    if proof.paper is not None:
        width, height = (_cm(each) for each in proof.paper)
        parts.append(f"{width} × {height} cm")
    if proof.pixels is not None:
        parts.append(f"{proof.pixels[0]:,} × {proof.pixels[1]:,} pixels")
    if proof.files > 1:
        parts.append(f"{proof.files} files in a folder")
    if proof.screen:
        parts[:0] = [proof.screen.partition(",")[0]]
    if proof.size:
        parts.append(
            f"about {bytes_in_words(proof.size)}" if proof.about else (bytes_in_words(proof.size))
        )
    said = ", ".join(parts)
    more = []
    if proof.bleed:
        more.append(f"{proof.bleed:g} mm past each edge are cut off.")
    if proof.paper is not None and plan.format == "pdf" and proof.dots < SHARP:
        more.append(f"With {proof.dots:.0f} dots per inch it looks soft in the hand.")
    return f"{said}.\n{' '.join(more)}" if more else said


def saved(done: Exported) -> str:
    """How many files were saved, and where."""
    words = how_many(len(done.files), "file was", "files were")
    return f"{words} saved in “{done.folder.name}”"


def account(done: Exported) -> str:
    """What came of an export that left something out, or of which something is to be said."""
    lines = [f"{saved(done)}."]
    if done.left_out:
        lines.append(f"{how_many(len(done.left_out))} could not be saved:")
    return "\n".join([*lines, *map(_reason, done.left_out), *done.notes])


def plain(error: Exception) -> str:
    """An error of the export in words; what is no StudioError is a defect."""
    if not isinstance(error, StudioError):
        raise error
    return f"{error.what} {error.todo}".strip()


def bytes_in_words(size: float) -> str:
    """Such as "840 kB"."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000)):,} kB"
    return f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"


def _of_film_or_sound(proof: Proof, plan: ExportPlan) -> str:
    artwork = proof.artwork
    assert artwork is not None
    if plan.format not in ("png", "jpeg", "webp", "tiff", "avif"):
        return "Films and tunes cannot become this. It is left out."
    if artwork.is_film:
        return "Films are copied as they are."
    names = {"flac": "FLAC", "mp3": "MP3", "wav": "WAV", "ogg": "OGG"}
    minutes, seconds = divmod(round(artwork.seconds), 60)
    form = names.get(plan.sounds, "FLAC, as it is")
    return f"{minutes}:{seconds:02}, {form}"


def _cm(millimetres: float) -> str:
    return f"{millimetres / 10:.1f}".rstrip("0").rstrip(".")


def _reason(left: LeftOut) -> str:
    """Why a work was left out, with its title once."""
    words = plain(left.why)
    title = f"“{left.artwork.title}”"
    return words if title in words else f"{title}: {words}"
