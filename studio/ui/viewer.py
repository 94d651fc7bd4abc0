"""A picture, film or sound over the whole window, to look at or listen to closely."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QCloseEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from studio.errors import StudioError
from studio.ui.canvas import checkerboard, fitted
from studio.ui.film import Film
from studio.ui.listening import Listening, on_card
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, label, set_role
from studio.ui.widgets.cover import Cover

MOST = 16.0  # largest zoom, screen pixels for one of the picture
STEP = 1.25


class Viewer(Cover):
    """Covers the window it is made over. Escape closes; wheel, + and - zoom; arrows go on.

    A film plays, round and round, with its sound where it has one; a sound plays once. The space
    bar halts it and lets it go on.
    """

    closed = Signal()
    step = Signal(int)  # -1 newer, +1 older

    def __init__(self, look: Look, over: QWidget, listening: Listening | None = None) -> None:
        super().__init__(over)
        self._listening = listening or Listening(self)
        self._sound: Path | None = None
        self._track: Path | None = None  # the film that is heard as well
        self._waiting = False  # whether its pictures wait for its sound to begin
        self._seconds = 0.0  # that the sound plays
        self._heard = 0.0  # and where it is
        self._look, self._over = look, over
        self._image = QImage()
        self._small: QPixmap | None = None
        self._zoom = 0.0  # 0 fits the window
        self._middle = QPointF()  # of the picture, in its pixels, at the middle of the window
        self._drag: QPointF | None = None
        self.film = Film(self)
        self.film.shown.connect(self._show_frame)
        self.film.failed.connect(self._not_played)
        self._listening.failed.connect(self._not_heard)
        self._listening.switched.connect(self._say_halt)
        self._listening.moved.connect(self._hear)
        self._listening.ended.connect(self._again)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.title = label("", "title")
        self.facts = label("", "muted")
        self.bar = QFrame(self)
        set_role(self.bar, "toast")
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self.title)
        row.addWidget(self.facts)
        row.addSpacing(12)
        self.halt = IconButton(look, "pause", "Halt (Space)", "text")
        self.halt.setCursor(Qt.CursorShape.ArrowCursor)
        self.halt.clicked.connect(self._halt)
        row.addWidget(self.halt)
        for icon, words, do in (
            ("chevron-left", "Newer (left arrow)", self._newer),
            ("chevron-right", "Older (right arrow)", self._older),
            ("zoom-out", "Smaller (-)", self._out),
            ("zoom-in", "Larger (+)", self._in),
            ("maximize", "Fit the window (0)", self._fit),
            ("x", "Close (Esc)", self.close_view),
        ):
            button = IconButton(look, icon, words, "text")
            button.setCursor(Qt.CursorShape.ArrowCursor)
            button.clicked.connect(do)
            row.addWidget(button)
        over.installEventFilter(self)
        look.changed.connect(self._forget)
        self.hide()

    @property
    def zoom(self) -> float:
        """Screen pixels for one pixel of the picture."""
        return self._zoom or self._fitting()

    def show_sound(self, cover: QImage, title: str, facts: str, sound: Path, long: float) -> None:
        """Cover the window with the cover of a sound, and play it. long: seconds."""
        self.show_picture(on_card(self._look, cover), title, facts)
        self._sound, self._seconds = sound, long
        self._listening.play(sound)
        self.halt.show()
        self._place_bar()

    def show_picture(
        self,
        image: QImage,
        title: str,
        facts: str,
        film: Path | None = None,
        heard: bool = False,
    ) -> None:
        """Cover the window with this picture.

        film: a film to play, whose first frame it is. heard: whether it may have sound.
        """
        self._image, self._small, self._zoom = image, None, 0.0
        self.film.stop()
        self._be_silent()
        self.halt.setVisible(film is not None)
        if film is not None:
            self.film.play(film)
            if heard:
                self._track, self._waiting = film, True
                self.film.pause()
                self._listening.play(film)
            self._say_halt()
        self.title.setText(title if len(title) <= 60 else title[:59] + "…")
        self.facts.setText(facts)
        self.setAccessibleName(title)
        self.setAccessibleDescription(facts)
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        self.setFocus()
        self._place_bar()
        self.update()

    def close_view(self) -> None:
        """Uncover the window."""
        if not self.isHidden():
            self.hide()
            self._image, self._small = QImage(), None
            self.closed.emit()

    def hideEvent(self, _event: QHideEvent) -> None:
        """Nothing plays that nobody sees, also when the whole window goes."""
        self.film.stop(wait=True)
        self._be_silent(wait=True)

    def closeEvent(self, _event: QCloseEvent) -> None:
        """The same, when closed as a window is."""
        self.close_view()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Cover the window also when that grows."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._over.rect())
        return False

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep the bar in its place."""
        self._small = None
        self._place_bar()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("canvas"))
        if self._image.isNull():
            return
        box = self._box()
        ratio = self.devicePixelRatio()
        if self._image.hasAlphaChannel():
            painter.setBrushOrigin(box.topLeft())
            painter.fillRect(box, QBrush(checkerboard(self._look, ratio)))
        if self.zoom * ratio < 1:  # shrunk: prepared once, smoothly
            if self._small is None:
                size = (box.size() * ratio).toSize()
                self._small = QPixmap.fromImage(fitted(self._image, size))
                self._small.setDevicePixelRatio(ratio)
            painter.drawPixmap(box.topLeft(), self._small)
        else:
            smooth = self.zoom < 4  # beyond that one wants to see the pixels
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(box, self._image)
        if self._sound is not None:
            self._draw_progress(painter, box)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the mouse is."""
        self._zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        self._drag = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture."""
        if self._drag is not None and self._zoom:
            self._middle -= (event.position() - self._drag) / self._zoom
            self._drag = event.position()
            self._keep_inside()
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go of it."""
        self._drag = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """From fitting to pixel for pixel, and back."""
        if self._zoom:
            self._fit()
        else:
            self._zoom_by(max(1.0, 2 * self._fitting()) / self._fitting(), event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape, zoom and walk."""
        keys = {
            Qt.Key.Key_Escape: self.close_view,
            Qt.Key.Key_Return: self.close_view,
            Qt.Key.Key_Space: self._halt if self.film.loaded or self._sound else self.close_view,
            Qt.Key.Key_Plus: self._in,
            Qt.Key.Key_Equal: self._in,
            Qt.Key.Key_Minus: self._out,
            Qt.Key.Key_0: self._fit,
            Qt.Key.Key_Left: self._newer,
            Qt.Key.Key_Right: self._older,
        }
        do = keys.get(Qt.Key(event.key()))
        if do is None:
            super().keyPressEvent(event)
        else:
            do()

    def _fitting(self) -> float:
        if self._image.isNull():
            return 1.0
        room = QSize(self.width() - 48, self.height() - 96)
        width, height = self._image.width(), self._image.height()
        return max(0.01, min(room.width() / width, room.height() / height, 4.0))

    def _box(self) -> QRectF:
        size = self._image.size().toSizeF() * self.zoom
        box = QRectF(QPointF(0, 0), size)
        if self._zoom:
            box.moveTopLeft(QRectF(self.rect()).center() - self._middle * self._zoom)
        else:
            box.moveCenter(QRectF(self.rect()).center() - QPointF(0, 24))
        return box

    def _zoom_by(self, factor: float, at: QPointF) -> None:
        box, old = self._box(), self.zoom
        new = min(MOST, max(self._fitting(), old * factor))
        if new <= self._fitting():
            self._fit()
            return
        under = (at - box.topLeft()) / old
        self._zoom, self._small = new, None
        self._middle = under + (QRectF(self.rect()).center() - at) / new
        self._keep_inside()
        self.update()

    def _keep_inside(self) -> None:
        self._middle.setX(min(max(self._middle.x(), 0.0), float(self._image.width())))
        self._middle.setY(min(max(self._middle.y(), 0.0), float(self._image.height())))
        if self.zoom * self.devicePixelRatio() < 1:
            self._small = None

    def _forget(self) -> None:
        self._small = None
        self.update()

    def _place_bar(self) -> None:
        self.bar.adjustSize()
        left = (self.width() - self.bar.width()) // 2
        self.bar.move(left, self.height() - self.bar.height() - 16)

    def _show_frame(self, image: QImage) -> None:
        if image.size() != self._image.size():  # a poster is smaller than its film may be
            self._middle *= image.width() / max(1, self._image.width())
            self._zoom *= self._image.width() / max(1, image.width())
        self._image, self._small = image, None
        self.update()

    def _draw_progress(self, painter: QPainter, box: QRectF) -> None:
        """How much of the sound was heard, along the lower edge of its cover."""
        line = QRectF(box.left(), box.bottom() - 6, box.width(), 6)
        painter.fillRect(line, self._look.colour("line"))
        part = min(1.0, self._heard / self._seconds) if self._seconds else 0.0
        line.setWidth(line.width() * part)
        painter.fillRect(line, self._look.colour("accent"))

    def _hear(self, seconds: float) -> None:
        if self._sound is not None:
            self._heard = seconds
            self.update()
        elif self._track is not None and self._waiting:
            self._waiting = False
            self.film.resume()

    def _again(self) -> None:
        """A film with sound begins anew with it."""
        if self._track is not None:
            self._waiting = True
            self.film.play(self._track)
            self.film.pause()
            self._listening.resume()

    def _be_silent(self, wait: bool = False) -> None:
        if self._sound is not None or self._track is not None:
            self._sound, self._track, self._heard = None, None, 0.0
            self._listening.stop(wait)

    def _not_heard(self, error: StudioError) -> None:
        if self._sound is not None:
            self._not_played(error)
        elif self._track is not None:  # it can be seen all the same
            self._track = None
            self.film.resume()
            self._say_halt()

    def _not_played(self, error: StudioError) -> None:
        self.halt.hide()
        self.facts.setText(error.what)
        self._place_bar()

    def _halt(self) -> None:
        if self._sound is not None:
            self._listening.toggle(self._sound)
        elif self._plays:
            self.film.pause()
            self._listening.pause()
        elif self._track is not None:
            self._waiting = True
            self._listening.resume()
        else:
            self.film.resume()
        self._say_halt()

    @property
    def _plays(self) -> bool:
        heard = self._sound is not None or self._track is not None
        return self._listening.playing if heard else self.film.playing

    def _say_halt(self) -> None:
        playing = self._plays
        self.halt.set_icon("pause" if playing else "play", "text")
        self.halt.set_words("Halt (Space)" if playing else "Go on (Space)")

    def _newer(self) -> None:
        self.step.emit(-1)

    def _older(self) -> None:
        self.step.emit(1)

    def _in(self) -> None:
        self._zoom_by(STEP, QRectF(self.rect()).center())

    def _out(self) -> None:
        self._zoom_by(1 / STEP, QRectF(self.rect()).center())

    def _fit(self) -> None:
        self._zoom, self._small = 0.0, None
        self.update()
