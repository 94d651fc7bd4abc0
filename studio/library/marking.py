"""Saying something of artworks: favourites, tags, albums, titles and notes, undone as easily."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from studio.library import cards, journal, marks
from studio.library.catalogue import Catalogue
from studio.library.index import Index
from studio.library.marks import Marks
from studio.library.metadata import checked_ids
from studio.library.problems import in_words

Before = dict[str, Marks]


@dataclass(frozen=True)
class Label:
    """A tag, an album, a kind or a model, and how many artworks have it."""

    name: str
    count: int


class Marking:
    """What the artist says of the artworks of one library. Any thread may use it.

    Whatever is said is on the disk when a method returns; StudioError where that cannot be, and
    then nothing was said. Each change returns what held before, by id, of those that it changed:
    `put` brings that back.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Use `Library.marking`."""
        self._catalogue = catalogue

    def of(self, ids: Iterable[str]) -> dict[str, Marks]:
        """What was said of these, of each, also where nothing was."""
        self._catalogue.hear()
        return self._held(checked_ids(ids))

    def favourite(self, ids: Iterable[str], yes: bool = True) -> Before:
        """Make these favourites, or no longer."""
        return self._change(ids, lambda held: replace(held, favourite=yes))

    def tag(self, ids: Iterable[str], *names: str) -> Before:
        """Give these the tags as well. A tag that is there in other letters keeps those."""
        tidy = tuple(self._known("tag", name) for name in names)
        return self._change(ids, lambda held: replace(held, tags=marks.with_names(held.tags, tidy)))

    def untag(self, ids: Iterable[str], *names: str) -> Before:
        """Take the tags away from these."""
        return self._change(
            ids, lambda held: replace(held, tags=marks.without_names(held.tags, names))
        )

    def put_into(self, ids: Iterable[str], album: str) -> Before:
        """Put these into an album, which is made where there is none."""
        name = self._known("album", album)
        return self._change(
            ids, lambda held: replace(held, albums=marks.with_names(held.albums, [name]))
        )

    def take_out(self, ids: Iterable[str], album: str) -> Before:
        """Take these out of an album; it stays, also when nothing is left in it."""
        name = self._known("album", album)
        return self._change(
            ids,
            lambda held: replace(held, albums=marks.without_names(held.albums, [name])),
            {name: True},
        )

    def title(self, artwork_id: str, text: str) -> Before:
        """Give an artwork another title; "" gives back its own. Its file keeps its name."""
        tidy = marks.checked_text(text, marks.LONGEST_TITLE, "A title")
        return self._change([artwork_id], lambda held: replace(held, title=tidy))

    def note(self, artwork_id: str, text: str) -> Before:
        """Write a note to an artwork, in place of what was there."""
        tidy = marks.checked_text(text, marks.LONGEST_NOTE, "A note")
        return self._change([artwork_id], lambda held: replace(held, note=tidy))

    def put(self, before: Before) -> Before:
        """Bring back what held before a change."""
        return self._change(before, lambda held: held, exactly=before)

    def make_album(self, name: str) -> str:
        """Make an album with nothing in it; returns its name, tidied."""
        tidy = self._known("album", name)
        self._change((), lambda held: held, {tidy: True})
        return tidy

    def remove_album(self, name: str) -> Before:
        """Take an album apart; the artworks in it stay."""
        inside = self._labelled("album", name)
        return self._change(
            inside,
            lambda held: replace(held, albums=marks.without_names(held.albums, [name])),
            {name: False},
        )

    def rename_album(self, name: str, new: str) -> Before:
        """Call an album something else; it joins the one that is called that already."""
        tidy, inside = self._renamed("album", name, new), self._labelled("album", name)

        def other(held: Marks) -> Marks:
            return replace(
                held, albums=marks.with_names(marks.without_names(held.albums, [name]), [tidy])
            )

        return self._change(inside, other, {name: False, tidy: True})

    def rename_tag(self, name: str, new: str) -> Before:
        """Call a tag something else everywhere; "" takes it away everywhere."""
        tidy = [self._renamed("tag", name, new)] if new.strip() else []

        def other(held: Marks) -> Marks:
            return replace(
                held, tags=marks.with_names(marks.without_names(held.tags, [name]), tidy)
            )

        return self._change(self._labelled("tag", name), other)

    def tags(self) -> list[Label]:
        """All tags of artworks that are here and not in the trash, by name."""
        return self._labels("tag")

    def albums(self) -> list[Label]:
        """All albums, by name, with how many artworks of each are here and not in the trash."""
        return self._labels("album")

    def trashed(self, ids: Iterable[str], moment: int) -> None:
        """Note when these were put into the trash, or, with 0, that they came back."""
        self._change(ids, lambda held: replace(held, trashed_at=moment))

    def forget(self, ids: Iterable[str]) -> None:
        """Drop all that was said of artworks that are gone for good."""
        self._change(ids, lambda held: marks.UNMARKED)

    def _change(
        self,
        ids: Iterable[str],
        how: Callable[[Marks], Marks],
        albums: dict[str, bool] | None = None,
        *,
        exactly: Before | None = None,
    ) -> Before:
        wanted = checked_ids(ids)
        self._catalogue.check_there()
        spoken = self._catalogue.journal
        try:
            with spoken.locked() as certain:
                self._catalogue.hear(locked=True)
                held = self._held(wanted)
                after = exactly or {each: how(before) for each, before in held.items()}
                changed = {each: said for each, said in after.items() if said != held[each]}
                if changed or albums:
                    spoken.add(changed, albums)
                    self._catalogue.hear(locked=True)
                if certain:
                    self._tidy(spoken)
        except OSError as error:
            raise in_words(error, self._catalogue.folder, "keep this") from error
        return {each: held[each] for each in changed}

    def _held(self, ids: tuple[str, ...]) -> Before:
        def look(known: Index) -> Before:
            with known.reading() as connection:
                return cards.marks_of_many(connection, ids)

        return self._catalogue.ask(look)

    def _tidy(self, spoken: journal.Journal) -> None:
        """Take out of the journal what does not hold any more, once that has become much."""
        if not spoken.is_long(0):
            return

        def look(known: Index) -> tuple[dict[str, Marks], dict[str, bool]]:
            with known.reading() as connection:
                return cards.all_marks(connection)

        works, albums = self._catalogue.ask(look)
        if spoken.is_long(len(works)):
            spoken.replace(works, albums)
            self._catalogue.hear(locked=True)

    def _known(self, kind: str, name: str) -> str:
        """A name as it is spelled already, where there is one like it."""
        tidy = marks.checked_name(name)
        self._catalogue.hear()
        return self._catalogue.ask(partial(_spelled, kind, tidy)) or tidy

    def _renamed(self, kind: str, name: str, new: str) -> str:
        """What a name is to become: as it is spelled already, unless it is the same but spelled
        differently."""
        tidy = marks.checked_name(new)
        return tidy if marks.key(tidy) == marks.key(name) else self._known(kind, new)

    def _labelled(self, kind: str, name: str) -> list[str]:
        self._catalogue.hear()

        def look(known: Index) -> list[str]:
            with known.reading() as connection:
                sql = "SELECT id FROM labels WHERE kind = ? AND key = ?"
                return [each for (each,) in connection.execute(sql, (kind, marks.key(name)))]

        return self._catalogue.ask(look)

    def _labels(self, kind: str) -> list[Label]:
        self._catalogue.hear()

        def look(known: Index) -> dict[str, tuple[str, int]]:
            with known.reading() as connection:
                rows = connection.execute(
                    """SELECT key, min(labels.name), count(*) FROM labels
                    JOIN cards USING (id) WHERE labels.kind = ? AND NOT trashed GROUP BY key""",
                    (kind,),
                ).fetchall()
                if kind == "album":
                    rows += connection.execute("SELECT key, name, 0 FROM albums").fetchall()
                    rows += connection.execute(
                        "SELECT DISTINCT key, name, 0 FROM labels WHERE kind = 'album'"
                    ).fetchall()
            found: dict[str, tuple[str, int]] = {}
            for each, name, count in rows:
                found.setdefault(each, (name, count))
            return found

        found = self._catalogue.ask(look)
        return [Label(*found[each]) for each in sorted(found)]


def _spelled(kind: str, name: str, known: Index) -> str:
    with known.reading() as connection:
        row = connection.execute(
            "SELECT min(name) FROM labels WHERE kind = ? AND key = ?", (kind, marks.key(name))
        ).fetchone()
        if row[0] is None and kind == "album":
            row = connection.execute(
                "SELECT name FROM albums WHERE key = ?", (marks.key(name),)
            ).fetchone()
    return row[0] or "" if row else ""
