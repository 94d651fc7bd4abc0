"""Exporting many artworks: one after the other, with progress, and stopped at any moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from studio.errors import StudioError
from studio.export import sets, singles
from studio.export.plan import FORMAT_NAMES, PICTURES, Cut, ExportPlan, Words
from studio.export.putting import Folder
from studio.export.run import Check, Exported, Report, Run
from studio.library import Artwork

_SIGNED = (*PICTURES, "svg", "wallpapers")


def export_many(
    artworks: Sequence[Artwork],
    plan: ExportPlan,
    folder: Path | str,
    report: Report = lambda done, of, title: None,
    check: Check = lambda: None,
    *,
    said: Mapping[str, Words] | None = None,
    cuts: Mapping[str, Cut] | None = None,
) -> Exported:
    """Export artworks into `folder`, whose parent must be there; returns what came of it.

    Nothing there is replaced: a name that is taken gets a number. Every file is there as a whole
    or not at all. An artwork that cannot be exported is left out, and named in what is returned;
    where the folder or its disk is the trouble, that is a StudioError.
    Films and sounds are copied as they are where pictures are asked for, and left out elsewhere.
    report: called with (works done, works in all, the title of the next). check: called before
    every work, page and file; what it raises to cancel comes through, and nothing is written any
    more. What was finished stays then, except of a document, pack or set that is incomplete, of
    which nothing stays.
    said: words of single artworks by id, before those of the plan. cuts: what stays of them.
    """
    if not artworks:
        raise StudioError("There is nothing to export.", "Choose some works first.")
    there = Folder(Path(folder), check)
    run = Run(list(artworks), plan, there, report, check, dict(said or {}), dict(cuts or {}))
    if plan.sign and plan.format in _SIGNED:
        from studio.export.credentials import Signer

        run.sign = Signer.here().signed
    elif plan.sign:
        run.notes.append(f"Content Credentials have no place in: {FORMAT_NAMES[plan.format]}.")
    together = sets.TOGETHER.get(plan.format)
    if plan.is_set and together is not None:
        together(run)
    else:
        for number, artwork in run.each():
            singles.ALONE[plan.format](run, artwork, number)
    if not run.files and run.left_out:
        # An empty folder that was made for nothing is no use to anyone.
        with suppress(OSError):
            run.folder.path.rmdir()
    report(len(run.artworks), len(run.artworks), "")
    return Exported(run.folder.path, tuple(run.files), tuple(run.left_out), tuple(run.notes))
