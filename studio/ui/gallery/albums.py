"""Albums: the menu that puts artworks into one, or takes them out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.gallery.name_dialog import NameDialog
from studio.ui.gallery.words import how_many

if TYPE_CHECKING:
    from collections.abc import Callable

    from studio.library import Library
    from studio.library.marking import Label
    from studio.ui.gallery.room import GalleryRoom

Held = tuple[list["Label"], set[str]]


def albums_menu(room: GalleryRoom, ids: Sequence[str], parent: QWidget) -> QMenu:
    """All albums, those ticked that hold all of these artworks; and a new one.

    The albums are there a moment later, since the library is asked for them.
    """
    menu = QMenu("Albums", parent)
    menu.setAccessibleName("Albums")
    wanted = tuple(ids)
    new = menu.addAction("New album…")
    new.triggered.connect(lambda: ask_album(room, put))

    def put(name: str) -> None:
        put_into(room, wanted, name)

    def fill(held: Held) -> None:
        albums, inside = held
        menu.removeAction(new)
        for album in albums:
            action = menu.addAction(album.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(album.name in inside)
            do = take_out if album.name in inside else put_into
            action.triggered.connect(partial(_chosen, do, room, wanted, album.name))
        if albums:
            menu.addSeparator()
        menu.addAction(new)
        menu.adjustSize()

    room.asking.look(partial(_held, wanted), fill)
    return menu


def ask_album(room: GalleryRoom, then: Callable[[str], object]) -> NameDialog:
    """Ask for the name of a new album."""
    dialog = NameDialog(room.look, room.window_, "New album", "What shall it be called?", then)
    dialog.open()
    return dialog


def put_into(room: GalleryRoom, ids: Sequence[str], name: str) -> None:
    """Put artworks into an album."""
    words = f"Put into “{name}”" if len(ids) == 1 else f"{how_many(len(ids))} put into “{name}”"
    room.doings.mark(ids, words, lambda marking: marking.put_into(ids, name))


def take_out(room: GalleryRoom, ids: Sequence[str], name: str) -> None:
    """Take artworks out of an album."""
    words = f"Taken out of “{name}”"
    if len(ids) > 1:
        words = f"{how_many(len(ids))} taken out of “{name}”"
    room.doings.mark(ids, words, lambda marking: marking.take_out(ids, name))


def _chosen(
    do: Callable[[GalleryRoom, Sequence[str], str], None],
    room: GalleryRoom,
    ids: Sequence[str],
    name: str,
    _ticked: bool = False,
) -> None:
    do(room, ids, name)


def _held(ids: Sequence[str], library: Library) -> Held:
    """All albums, and the names of those in which all of these are."""
    marks = list(library.marking.of(ids).values())
    inside = set(marks[0].albums) if marks else set()
    for each in marks[1:]:
        inside &= set(each.albums)
    return library.marking.albums(), inside
