"""All that is known of one artwork."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QStyle,
    QStyleOptionFrame,
    QVBoxLayout,
    QWidget,
)

from studio.library.marks import LONGEST_NOTE, LONGEST_TITLE
from studio.ui.form import Fold
from studio.ui.gallery import albums, facts
from studio.ui.gallery.family import FamilyTree
from studio.ui.gallery.flow import FlowLayout
from studio.ui.gallery.labels import Labels
from studio.ui.gallery.poster import Poster
from studio.ui.gallery.recipe_text import recipe_lines
from studio.ui.gallery.words import removal_in_words, sort_of
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, TextButton, label, rule, set_role, tighten, wrapped
from studio.ui.widgets.text import WordsEdit

if TYPE_CHECKING:
    from studio.ui.gallery.room import GalleryRoom


class TitleLine(QLineEdit):
    """The title, to be changed in place. Escape takes back what was typed."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "title")
        self.kept = ""
        self.setMaxLength(LONGEST_TITLE)
        self.setAccessibleName("Title")
        self.setPlaceholderText("Without a title")

    def show_title(self, title: str) -> None:
        """Show it, unless another is being typed."""
        typing = self.hasFocus() and self.text() != self.kept
        self.kept = title
        if not typing:
            self.setText(title)
            self.setCursorPosition(0)
        self.setToolTip(title)

    def paintEvent(self, event: QPaintEvent) -> None:
        """End a long one in … while it is not being changed."""
        room = self.width() - 14
        if self.hasFocus() or self.fontMetrics().horizontalAdvance(self.text()) <= room:
            super().paintEvent(event)
            return
        painter, option = QPainter(self), QStyleOptionFrame()
        self.initStyleOption(option)
        panel = QStyle.PrimitiveElement.PE_PanelLineEdit
        self.style().drawPrimitive(panel, option, painter, self)
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        box = self.rect().adjusted(2, 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes it back."""
        if event.key() == Qt.Key.Key_Escape and self.text() != self.kept:
            self.setText(self.kept)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class NoteEdit(WordsEdit):
    """A note. It is kept when the artist goes elsewhere."""

    def __init__(self, look: Look, keep: partial[None]) -> None:
        super().__init__(look, "Note", "A note to yourself", 3, prompt=False)
        self._keep = keep

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep what was written."""
        super().focusOutEvent(event)
        self._keep()


class OneWork(QWidget):
    """The page of the details for one artwork."""

    def __init__(self, room: GalleryRoom) -> None:
        super().__init__()
        self._room = room
        self.told: facts.Told | None = None
        look = room.look
        self.poster = Poster(look)
        self.title = TitleLine()
        self.facts = wrapped("", "muted")
        self.love = IconButton(look, "heart", "Mark as a favourite (F)", "text")
        self.verbs = _Verbs(look, room)
        self.gone = wrapped("", "hint")
        self.back = TextButton(look, "Bring back", "undo-2")
        self.family = FamilyTree(look, room)
        self.made_by = wrapped("")
        self.permits = wrapped("", "muted")
        self.marked = wrapped("")
        self.signed = wrapped("", "muted")
        self.tags = Labels(look, "Tag", "Add a tag")
        self.albums = Labels(look, "Album")
        self.album_button = TextButton(look, "Put into an album", "folder-plus")
        self.note_edit = NoteEdit(look, partial(self.keep_words))
        self.recipe = Fold(look, "The whole recipe")
        self.recipe_words = wrapped("")
        self.lost = wrapped("", "muted")
        self.copy = TextButton(look, "Copy", "copy")
        self._lay_out()
        self._connect()

    def show_work(self, told: facts.Told) -> None:
        """Show what the index knows; `show_seen` follows with what is in the file."""
        other = self.told is None or self.told.artwork.id != told.artwork.id
        self.told = told
        artwork, card = told.artwork, told.card
        if self._noted.get(artwork.id) == artwork.marks.note:
            self._noted = {}
        if other:
            named = f"{artwork.title or 'Without a title'}, {sort_of(card)}"
            self.poster.expect(card.width or 1, card.height or 1, named)
            self.note_edit.setPlainText(artwork.marks.note)
            self._transparent = False
            for words in (self.marked, self.signed, self.lost):
                words.clear()
            self.tags.line.clear()
        elif not self.note_edit.hasFocus():
            self.note_edit.set_value(artwork.marks.note)
        self.title.show_title(artwork.title)
        self.facts.setText(facts.facts_of(card, self._transparent))
        loved = artwork.marks.favourite
        self.love.set_icon("heart-full" if loved else "heart", "accent" if loved else "text")
        self.love.set_words("No longer a favourite (F)" if loved else "Mark as a favourite (F)")
        self._show_place(told)
        self.made_by.setText(_made_by(told))
        self.permits.setText(artwork.licence)
        self.permits.setVisible(bool(artwork.licence))
        self.tags.show_names(artwork.marks.tags, told.tags)
        self.albums.show_names(artwork.marks.albums)
        self._show_recipe()
        self.family.show_family(artwork.id)

    def show_seen(self, seen: facts.Seen) -> None:
        """Show what is in the file."""
        if self.told is None:
            return
        self.poster.show_image(seen.image)
        self._transparent = seen.transparent
        card = self.told.card
        self.facts.setText(facts.facts_of(card, seen.transparent))
        self.marked.setText(
            {
                True: "made with a generative model ✓",
                False: "Its file does not say that a model made it.",
                None: "Its file cannot be read.",
            }[seen.marked]
        )
        self.signed.setText(seen.credentials)
        self.signed.setVisible(bool(seen.credentials))
        self.lost.setText("\n".join(seen.lost))
        self.lost.setVisible(bool(seen.lost))

    def keep_words(self) -> None:
        """Keep title and note where they were changed."""
        if self.told is None:
            return
        artwork = self.told.artwork
        title, note = self.title.text().strip(), self.note_edit.value()[:LONGEST_NOTE].strip()
        if title != self.title.kept.strip():
            self.title.kept = title
            self._room.doings.mark(
                [artwork.id], "Title changed", lambda marking: marking.title(artwork.id, title)
            )
        if note != artwork.marks.note and note != self._noted.get(artwork.id):
            self._noted = {artwork.id: note}  # until the library says it as well
            self._room.doings.mark(
                [artwork.id], "Note kept", lambda marking: marking.note(artwork.id, note)
            )

    _transparent = False
    _noted: dict[str, str] = {}  # noqa: RUF012 - replaced, never changed

    def _show_place(self, told: facts.Told) -> None:
        """What can be done with it, or how long it stays in the trash."""
        trashed = told.card.trashed_at > 0
        self.verbs.show_kind(told.artwork.kind if told.artwork.recipe else "", trashed)
        for each in (self.gone, self.back):
            each.setVisible(trashed)
        if trashed:
            self.gone.setText(f"In the trash. {removal_in_words(told.removal)}")

    def _show_recipe(self) -> None:
        assert self.told is not None
        lines = recipe_lines(self.told.artwork.recipe)
        self.recipe.setVisible(bool(lines))
        self.recipe_words.setText("\n".join(f"{name}: {value}" for name, value in lines))

    def _love(self) -> None:
        if self.told is not None:
            artwork = self.told.artwork
            self._room.doings.favourite([artwork.id], not artwork.marks.favourite)

    def _bring_back(self) -> None:
        if self.told is not None:
            self._room.doings.bring_back([self.told.artwork.id])

    def _tag(self, name: str) -> None:
        if self.told is not None:
            ids = [self.told.artwork.id]
            self._room.doings.mark(ids, "Tagged", lambda marking: marking.tag(ids, name))

    def _untag(self, name: str) -> None:
        if self.told is not None:
            ids = [self.told.artwork.id]
            self._room.doings.mark(ids, "Tag taken away", lambda marking: marking.untag(ids, name))

    def _leave_album(self, name: str) -> None:
        if self.told is not None:
            albums.take_out(self._room, [self.told.artwork.id], name)

    def _album_menu(self) -> None:
        if self.told is not None:
            menu = albums.albums_menu(self._room, [self.told.artwork.id], self)
            menu.aboutToHide.connect(partial(QTimer.singleShot, 0, menu.deleteLater))
            menu.popup(self.album_button.mapToGlobal(self.album_button.rect().bottomLeft()))

    def _copy_recipe(self) -> None:
        if self.told is not None:
            QGuiApplication.clipboard().setText(self.told.artwork.recipe)
            self._room.toast_say("The recipe was copied", "", None)

    def _connect(self) -> None:
        room = self._room
        self.poster.opened.connect(room.grid.open_current)
        self.poster.dragged.connect(room.works.drag)
        self.title.editingFinished.connect(self.keep_words)
        self.love.clicked.connect(self._love)
        self.back.clicked.connect(self._bring_back)
        self.family.chosen.connect(room.show_work)
        self.tags.added.connect(self._tag)
        self.tags.gone.connect(self._untag)
        self.tags.wanted.connect(partial(_show_only, room, "tags"))
        self.albums.gone.connect(self._leave_album)
        self.albums.wanted.connect(partial(_show_only, room, "album"))
        self.album_button.clicked.connect(self._album_menu)
        self.copy.clicked.connect(self._copy_recipe)

    def _lay_out(self) -> None:
        mouse = Qt.TextInteractionFlag.TextSelectableByMouse
        self.recipe_words.setTextInteractionFlags(
            mouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.recipe_words.setAccessibleName("The recipe")
        for words in (self.signed, self.lost, self.gone):
            words.hide()
        column = QVBoxLayout(self)
        tighten(column, 20, 6)
        column.addWidget(self.poster)
        column.addSpacing(6)
        row = QHBoxLayout()
        tighten(row, 0, 6)
        row.addWidget(self.title, 1)
        row.addWidget(self.love)
        column.addLayout(row)
        column.addWidget(self.facts)
        column.addWidget(self.gone)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.verbs)
        column.addSpacing(8)
        column.addWidget(self.family)
        column.addSpacing(8)
        column.addWidget(label("Made by", "label"))
        column.addWidget(self.made_by)
        column.addWidget(self.permits)
        column.addSpacing(8)
        column.addWidget(label("Marked as", "label"))
        column.addWidget(self.marked)
        column.addWidget(self.signed)
        column.addSpacing(8)
        column.addWidget(label("Tags", "label", self.tags.line))
        column.addWidget(self.tags)
        column.addSpacing(8)
        column.addWidget(label("Albums", "label", self.album_button))
        column.addWidget(self.albums)
        column.addWidget(self.album_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(8)
        column.addWidget(label("Note", "label", self.note_edit))
        column.addWidget(self.note_edit)
        column.addSpacing(8)
        column.addWidget(rule())
        self.recipe.column.setSpacing(8)
        self.recipe.column.addWidget(self.recipe_words)
        self.recipe.column.addWidget(self.lost)
        self.recipe.column.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.recipe)
        column.addStretch(1)


class _Verbs(QWidget):
    """Buttons for what can be done, bound to the actions that menus and keys use as well."""

    def __init__(self, look: Look, room: GalleryRoom) -> None:
        super().__init__()
        actions = room.works.actions
        self._trashed = False
        self.again = _button(look, "Make again", actions.again)
        self.use = _button(look, "Use these settings", actions.use)
        self.vary = TextButton(look, "Vary")
        self.vary.setMenu(actions.vary_menu(self))
        self.send = TextButton(look, "Send to")
        self.send.setMenu(actions.send.menu(self))
        flow = FlowLayout(self)
        for button in (self.again, self.vary, self.send, self.use):
            flow.addWidget(button)

    def show_kind(self, kind: str, trashed: bool) -> None:
        """kind: of its recipe, "" where it has none."""
        drawn = kind == "picture"
        self.again.setVisible(drawn)
        self.vary.setVisible(drawn)
        self.use.setVisible(bool(kind))
        self.setVisible(not trashed)


def _button(look: Look, words: str, action: QAction) -> TextButton:
    button = TextButton(look, words)
    button.setEnabled(action.isEnabled())
    button.clicked.connect(action.trigger)
    action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
    return button


def _made_by(told: facts.Told) -> str:
    artwork = told.artwork
    if artwork.origin:
        return f"{artwork.origin}, {artwork.model}" if artwork.model else artwork.origin
    return artwork.model or "Not known"


def _show_only(room: GalleryRoom, field: str, name: str) -> None:
    """Show all with a tag, or in an album."""
    from studio.library.gallery import Query

    order = room.query.order
    tagged = field == "tags"
    room.show_query(Query(order=order, tags=(name,)) if tagged else Query(order=order, album=name))
