"""One export under way: its artworks, its folder, what became of them so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from studio.errors import StudioError
from studio.export import patterns, words
from studio.export.plan import Cut, ExportPlan, Words
from studio.export.putting import Folder
from studio.library import Artwork
from studio.library.credits import joined_tags

Report = Callable[[int, int, str], None]
Check = Callable[[], None]
Sign = Callable[[bytes, str, words.Said], bytes]
T = TypeVar("T")


@dataclass(frozen=True)
class LeftOut:
    """An artwork that was not exported, and why."""

    artwork: Artwork
    why: StudioError


@dataclass(frozen=True)
class Exported:
    """What an export came to. files: what was written, in order. notes: plain sentences."""

    folder: Path
    files: tuple[Path, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class Run:
    """See `many.export_many`. sign: adds Content Credentials to the bytes of a kind of file."""

    artworks: list[Artwork]
    plan: ExportPlan
    folder: Folder
    report: Report
    check: Check
    own_words: Mapping[str, Words]
    own_cuts: Mapping[str, Cut] = field(default_factory=dict)
    sign: Sign | None = None
    files: list[Path] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: dict[str, words.Said] = field(default_factory=dict)

    def each(self) -> Iterator[tuple[int, Artwork]]:
        """The artworks, numbered from 1; tells how far it is, and stops where asked to."""
        for number, artwork in enumerate(self.artworks, 1):
            self.check()
            self.report(number - 1, len(self.artworks), artwork.title)
            yield number, artwork

    def attempt(self, artwork: Artwork, make: Callable[[], T]) -> T | None:
        """What `make` makes of an artwork; None, and a note why, where that cannot be."""
        try:
            return make()
        except StudioError as error:
            self.left_out.append(LeftOut(artwork, error))
            return None

    def said(self, artwork: Artwork) -> words.Said:
        """What this artwork's file will say."""
        if artwork.id not in self.seen:
            own = self.own_words.get(artwork.id, Words()).over(self.plan.words)
            self.seen[artwork.id] = words.said_of(artwork, own, self.plan)
        return self.seen[artwork.id]

    def plan_of(self, artwork: Artwork) -> ExportPlan:
        """The plan, with what is to stay of this artwork where it is cut."""
        cut = self.own_cuts.get(artwork.id)
        return self.plan if cut is None else self.plan.model_copy(update={"cut": cut})

    def said_of_all(self) -> words.Said:
        """What a file of all artworks met so far says: no recipe, the licence lines of each."""
        each = list(self.seen.values()) or [self.said(self.artworks[0])]
        made = " ".join(dict.fromkeys(said.made for said in each if said.made))
        marked = [said for said in each if said.facts.machine_made] or each
        tags = joined_tags((), (tag for said in each for tag in said.tags))
        return words.Said(marked[0].facts, self.plan.words, made, keep_recipe=False, tags=tags)

    def signed(self, data: bytes, kind: str, said: words.Said) -> bytes:
        """The file's bytes, with Content Credentials where the plan asks for them."""
        if self.sign is None:
            return data
        if not said.facts.machine_made:
            self.notes.append(
                f"“{said.facts.title}” was not made by Easel, so it carries no Content Credentials."
            )
            return data
        return self.sign(data, kind, said)

    def name(
        self,
        artwork: Artwork,
        number: int,
        said: words.Said,
        size: tuple[int, int] | None = None,
        screen: str = "",
    ) -> str:
        """The name of an artwork's file, by the plan's pattern. size: in pixels."""
        pattern = self.plan.name
        if screen and len(self.plan.wallpapers.screens) > 1 and "{screen}" not in pattern:
            pattern += " {screen}"
        title = said.words.title
        return patterns.fill(
            pattern,
            artwork,
            number=number,
            of=len(self.artworks),
            title=title,
            size=size,
            screen=screen,
        )

    def name_of_all(self, otherwise: str) -> str:
        """The name of what is made of all artworks together."""
        return self.plan.words.title or otherwise

    def put(self, name: str, suffix: str, data: bytes) -> Path:
        """Write a file into the folder."""
        path = self.folder.put(name, suffix, data)
        self.files.append(path)
        return path
