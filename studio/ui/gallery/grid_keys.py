"""What the keys do in the gallery's grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

if TYPE_CHECKING:
    from studio.ui.gallery.grid import Grid

Key = Qt.Key
FIRST = 176  # pixels a side of a square, until the artist chooses
MOVES = (
    Key.Key_Left,
    Key.Key_Right,
    Key.Key_Up,
    Key.Key_Down,
    Key.Key_Home,
    Key.Key_End,
    Key.Key_PageUp,
    Key.Key_PageDown,
)


def act(grid: Grid, event: QKeyEvent) -> bool:
    """Do what a key says; False where it says nothing here."""
    if event.key() in MOVES:
        _move(grid, event)
        return True
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return _with_ctrl(grid, event)
    return not event.modifiers() & Qt.KeyboardModifier.AltModifier and _plain(grid, event)


def _move(grid: Grid, event: QKeyEvent) -> None:
    count = len(grid.found) if grid.found is not None else 0
    if not count:
        return
    place = goal(grid, event.key(), count)
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    if shift:
        grid.selection.stretch(place, add=ctrl)
    elif ctrl and event.key() not in (Key.Key_Home, Key.Key_End):
        grid.selection.go(place)
    else:
        grid.selection.take(place)
    grid.changed(place, show=True)


def goal(grid: Grid, key: int, count: int) -> int:
    """The place that a key moves to."""
    place, layout = grid.selection.current, grid.layout_
    if place < 0:
        return count - 1 if key == Key.Key_End else 0
    page = max(layout.step, grid.viewport().height() - layout.step)
    match key:
        case Key.Key_Left:
            place -= 1
        case Key.Key_Right:
            place += 1
        case Key.Key_Up:
            place = layout.beside(place, -1)
        case Key.Key_Down:
            place = layout.beside(place, +1)
        case Key.Key_PageUp:
            place = layout.page(place, -page)
        case Key.Key_PageDown:
            place = layout.page(place, page)
        case Key.Key_Home:
            place = 0
        case Key.Key_End:
            place = count - 1
    return min(max(place, 0), count - 1)


def _with_ctrl(grid: Grid, event: QKeyEvent) -> bool:
    selection = grid.selection
    if event.matches(QKeySequence.StandardKey.SelectAll):
        selection.all(len(grid.found) if grid.found is not None else 0)
        grid.changed(selection.current)
    elif event.key() == Key.Key_Space and selection.current >= 0:
        selection.toggle(selection.current)
        grid.changed(selection.current)
    elif event.key() in (Key.Key_Plus, Key.Key_Equal):
        grid.zoom(+1)
    elif event.key() == Key.Key_Minus:
        grid.zoom(-1)
    elif event.key() == Key.Key_Backspace:
        grid.trash_wanted.emit()
    elif event.key() == Key.Key_0:
        grid.set_side(FIRST)
    else:
        return False
    return True


def _plain(grid: Grid, event: QKeyEvent) -> bool:
    selection = grid.selection
    if event.key() in (Key.Key_Return, Key.Key_Enter):
        grid.open_current()
    elif event.key() == Key.Key_Space:
        if selection.current >= 0:
            selection.toggle(selection.current)
            grid.changed(selection.current)
    elif event.key() == Key.Key_Delete:
        grid.trash_wanted.emit()
    elif event.key() == Key.Key_F:
        grid.favourite_wanted.emit()
    else:
        return False
    return True
