"""The panel of the style room: which style, how much of it, where."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from studio.ui.carry import is_link, picture_in
from studio.ui.file_drops import FileDrops
from studio.ui.form import Fold
from studio.ui.picture_panel import WIDTH
from studio.ui.style.foot import Foot
from studio.ui.style.mask_tools import MaskTools
from studio.ui.style.mixing import Mixing
from studio.ui.style.more import More
from studio.ui.style.range_row import RangeRow, breadth, percent
from studio.ui.style.tiles import COLUMNS, Offer, StyleTile, TileGrid
from studio.ui.style.wish import Pick, Wish
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, rule, set_role, tighten, wrapped
from studio.ui.widgets.pad import LETTERS
from studio.ui.widgets.switch import Switch

ROWS, FEW_ROWS = 3, 2  # of styles that are shown at once, in a high and in a low window
LOW = 640  # pixels of the panel's height
NO_STYLES = "There are no styles here yet. Any picture can be one."


class StylePanel(FileDrops, QFrame):
    """Shows what is wanted and tells what the artist does; decides nothing."""

    pressed = Signal(object)  # a Pick
    forgotten = Signal(object)  # a Pick of the artist's own
    ask_picture = Signal()
    dropped = Signal(object)  # a Path or QImage to be a style; None for a mere address
    strength_moved = Signal(float)
    brush_moved = Signal(float)
    kept_colours = Signal(bool)
    settled = Signal()
    mix_opened = Signal(bool)
    mask_opened = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "panel")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Style")
        self._look = look
        self._all = False  # whether every style is shown
        self.any_button = TextButton(look, "Any picture…", "plus", "quiet", "text")
        self.any_button.setToolTip("Paint like a picture of your own: press, or drop one here")
        self.learned = TileGrid(look, "Style")
        self.own = TileGrid(look, "Your pictures as styles")
        self.own_label = label("Your pictures", "label")
        self.none = wrapped(NO_STYLES, "muted")
        self.none.hide()
        self.all_button = TextButton(look, "", "chevron-down", "fold", "muted")
        self.strength = RangeRow(look, "strength", percent)
        self.brush = RangeRow(look, "brush", breadth)
        self.colours = Switch(
            look, "Keep my colours", "The picture keeps its colours and takes the strokes only."
        )
        self.mix_fold = Fold(look, "Mix styles")
        self.mixing = Mixing(look)
        self.mask_fold = Fold(look, "Paint where it applies")
        self.mask_tools = MaskTools(look)
        self.more_fold = Fold(look, "Advanced")
        self.more = More(look)
        self.foot = Foot(look)
        self._lay_out()
        self._connect()
        self.set_offers((), ())

    @property
    def mixes(self) -> bool:
        """Whether a press on a style adds it to the mix."""
        return self.mix_fold.open

    def set_offers(
        self, learned: Sequence[Offer], own: Sequence[Offer], known: bool = False
    ) -> None:
        """Offer these styles. known: whether it is known which there are."""
        self.learned.set_offers(learned)
        self.own.set_offers(own)
        self.none.setVisible(known and not learned)
        self._show_rows()

    def tile(self, pick: Pick) -> StyleTile | None:
        """The tile of a style."""
        return self.learned.tile(pick) or self.own.tile(pick)

    def reveal(self, pick: Pick) -> None:
        """Scroll to where a style is."""
        tile = self.tile(pick)
        if tile is not None:
            self._inside.adjustSize()  # so that a new one has its place
            self.scroller.ensureWidgetVisible(tile)

    def show_wish(
        self,
        wish: Wish,
        names: dict[str, str],
        images: dict[str, QImage | None],
        film: bool,
        sounds: bool = False,
    ) -> None:
        """Show what is wanted; names and pictures of its styles by their keys.

        film: whether a film is painted; sounds: whether something is heard in it.
        """
        several = len(wish.taken) > 1
        taken = {
            pick: LETTERS[corner] if several or self.mixes else ""
            for corner, pick in enumerate(wish.picks)
            if pick is not None
        }
        self.learned.show_taken(taken)
        self.own.show_taken(taken)
        self._show_rows()
        self.strength.show_value(wish.strength)
        self.brush.show_value(wish.brush)
        self.colours.setChecked(wish.colours == "mine")
        self.mixing.show_wish(wish, names, images)
        self.mask_tools.show_mask(wish.feather, bool(wish.mask))
        self.more.show_wish(wish, film, sounds)
        self.foot.show_ready(wish.ready, film)
        self.mask_fold.setEnabled(bool(wish.content))

    # Rows of styles

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low window shows fewer styles at once."""
        super().resizeEvent(event)
        self._show_rows()

    def _show_rows(self) -> None:
        rows = ROWS if self.height() >= LOW else FEW_ROWS
        many = len(self.learned.tiles)
        self.learned.show_most(many if self._all else rows * COLUMNS)
        own = len(self.own.tiles)
        self.own.show_most(own if self._all else COLUMNS)
        self.own_label.setVisible(own > 0)
        self.own.setVisible(own > 0)
        hidden = many > rows * COLUMNS or own > COLUMNS
        self.all_button.setVisible(hidden)
        self.all_button.set_words("Fewer styles" if self._all else f"All {many + own} styles")
        self.all_button.set_icon("chevron-up" if self._all else "chevron-down")

    def _toggle_all(self) -> None:
        self._all = not self._all
        self._show_rows()

    def _menu(self, pick: Pick, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction("Paint like this").triggered.connect(lambda: self._alone(pick))
        menu.addAction("Add to the mix").triggered.connect(lambda: self._add(pick))
        if pick.picture:
            menu.addSeparator()
            forget = menu.addAction("Take out of this list")
            forget.triggered.connect(lambda: self.forgotten.emit(pick))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _alone(self, pick: Pick) -> None:
        self.mix_fold.set_open(False)
        self.pressed.emit(pick)

    def _add(self, pick: Pick) -> None:
        self.mix_fold.set_open(True)
        self.pressed.emit(pick)

    def _lay_out(self) -> None:
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = self._inside = QWidget()
        set_role(inside, "scrolled")
        column = self._margins = QVBoxLayout(inside)
        column.setContentsMargins(20, 10, 20, 16)
        column.setSpacing(6)
        head = QHBoxLayout()
        tighten(head)
        head.addWidget(label("Style", "label"), 1)
        head.addWidget(self.any_button)
        column.addLayout(head)
        for widget in (self.none, self.learned, self.own_label, self.own):
            column.addWidget(widget)
        column.addWidget(self.all_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(2)
        for control in (self.strength, self.brush, self.colours):
            column.addWidget(control)
            column.addSpacing(4)
        column.addWidget(rule())
        self.mix_fold.column.addWidget(self.mixing)
        self.mask_fold.column.addWidget(self.mask_tools)
        self.more_fold.column.addWidget(self.more)
        for fold in (self.mix_fold, self.mask_fold, self.more_fold):
            column.addWidget(fold)
        column.addStretch(1)
        self.scroller.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.scroller.setWidget(inside)
        whole = QVBoxLayout(self)
        tighten(whole)
        whole.addWidget(self.scroller, 1)
        whole.addWidget(self.foot)
        self.take_drops(
            "Let go to paint like this picture",
            self.scroller,
            lambda event: picture_in(event.mimeData()) is not None or is_link(event.mimeData()),
            lambda data: self.dropped.emit(picture_in(data)),
            edge=10,
        )

    def _connect(self) -> None:
        for grid in (self.learned, self.own):
            grid.pressed.connect(self.pressed)
            grid.menu_wanted.connect(self._menu)
        self.own.removed.connect(self.forgotten)
        self.all_button.clicked.connect(self._toggle_all)
        self.any_button.clicked.connect(self.ask_picture)
        self.strength.moved.connect(self.strength_moved)
        self.brush.moved.connect(self.brush_moved)
        self.strength.settled.connect(self.settled)
        self.brush.settled.connect(self.settled)
        self.mask_tools.feather_settled.connect(self.settled)
        self.mixing.settled.connect(self.settled)
        self.colours.clicked.connect(self.kept_colours)
        self.mix_fold.button.toggled.connect(self.mix_opened)
        self.mask_fold.button.toggled.connect(self.mask_opened)

    def _make_room(self, _low: int, high: int) -> None:
        """The scroll bar takes its room from the margin, not from the styles."""
        bar = self.scroller.verticalScrollBar().sizeHint().width() if high > 0 else 0
        self._margins.setContentsMargins(20, 10, 20 - bar, 16)
