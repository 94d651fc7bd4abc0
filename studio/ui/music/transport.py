"""What plays a tune: play and pause, loop, a line to go along, tempo, and how loud it is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QSizePolicy, QSpinBox, QWidget

from studio.recipes.score import Score
from studio.ui.music.meter import Meter
from studio.ui.music.note_names import beats_a_minute, clock, key_name, tempo_of
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, set_role, tighten
from studio.ui.widgets.slider import QuietSlider

ROOMY = 700  # pixels from which on everything has its words
TIGHT = 520  # below it there is no room for how loud it is
SUFFIX = " beats a minute"


class Transport(QWidget):
    """One row. It plays nothing itself: it says what is wanted and shows what is."""

    play_wanted = Signal(bool)  # True: play, False: pause
    loop_wanted = Signal(bool)
    seek_wanted = Signal(float)  # seconds
    tempo_chosen = Signal(float)  # quarter notes a minute, as in `Score.tempo`

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._score: Score | None = None
        self._seconds = 0.0
        self._whole = 0.0
        self._why = ""
        self.play_button = PlayButton(look)
        self.loop_button = TextButton(look, "Loop", "repeat", "pick", "muted")
        self.loop_button.setCheckable(True)
        self.loop_button.setToolTip("Play it round and round; the chosen bars, where some are (L)")
        self.time = label("0:00 / 0:00", "muted")
        self.line = PositionLine(look)
        self.tempo = TempoField()
        self.key = label("", "muted")
        self.meter = Meter(look)
        row = QHBoxLayout(self)
        tighten(row, 0, 12)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # words are left out first
        row.addWidget(self.play_button)
        row.addWidget(self.loop_button)
        row.addWidget(self.time)
        row.addWidget(self.line, 1)
        row.addWidget(self.meter)
        row.addWidget(self.tempo)
        row.addWidget(self.key)
        self.play_button.clicked.connect(self._play)
        self.loop_button.clicked.connect(self.loop_wanted)
        self.line.valueChanged.connect(self._line_moved)
        self.line.let_go.connect(self._seek)
        self.tempo.valueChanged.connect(self._tempo)
        self.setAccessibleName("Playing")
        self.set_score(None)

    def minimumSizeHint(self) -> QSize:
        """It may be narrow: words are left out."""
        return QSize(420, 48)

    def set_score(self, score: Score | None) -> None:
        """The tune that would be played: how long it is, its tempo and key."""
        self._score = score
        self.set_length(score.seconds if score else 0.0)
        self.tempo.setVisible(score is not None)
        self.key.setVisible(score is not None)
        if score is not None:
            self.tempo.show_beats(beats_a_minute(score))
            self.key.setText(key_name(score.tonic, score.mode))
        self._show_able()

    def set_length(self, seconds: float) -> None:
        """How long it is; for a sound that has no notes."""
        self._whole = seconds
        self.line.set_length(seconds)
        self.set_position(min(self._seconds, seconds))
        self._show_able()

    def set_playing(self, on: bool) -> None:
        """Show whether it plays."""
        self.play_button.set_playing(on)

    def set_loop(self, on: bool) -> None:
        """Show whether it loops."""
        self.loop_button.setChecked(on)

    def set_position(self, seconds: float) -> None:
        """Show where it is; to be called at 60 Hz. Passed by while the line is held."""
        if self.line.isSliderDown():
            return
        self._seconds = seconds
        self.line.show_seconds(seconds)
        self._show_time(seconds)

    def set_levels(self, peak: tuple[float, float], rms: tuple[float, float]) -> None:
        """Show how loud it is; amplitudes 0..1 of left and right."""
        self.meter.set_levels(peak, rms)

    def set_able(self, able: bool, why: str = "") -> None:
        """Whether this computer can play at all; the words say why not."""
        self._why = "" if able else why or "Nothing can be played here."
        self._show_able()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out words where it is narrow."""
        super().resizeEvent(event)
        roomy = self.width() >= ROOMY
        self.loop_button.setText(" Loop" if roomy else "")
        self.tempo.show_words(roomy)
        self.meter.setVisible(self.width() >= TIGHT)

    def _show_able(self) -> None:
        there = self._whole > 0
        self.play_button.setEnabled(there and not self._why)
        self.play_button.say(self._why)
        self.loop_button.setEnabled(there)
        self.line.setEnabled(there)

    def _show_time(self, seconds: float) -> None:
        words = f"{clock(seconds)} / {clock(self._whole)}"
        if words != self.time.text():
            self.time.setText(words)
            self.line.setAccessibleDescription(
                f"At {clock(seconds)} of {clock(self._whole)}. The arrow keys move by a second."
            )

    def _play(self) -> None:
        self.play_wanted.emit(not self.play_button.playing)

    def _line_moved(self, _value: int) -> None:
        self._show_time(self.line.seconds)
        if not self.line.isSliderDown():
            self._seek()

    def _seek(self) -> None:
        self._seconds = self.line.seconds
        self.seek_wanted.emit(self._seconds)

    def _tempo(self, beats: int) -> None:
        if self._score is not None:
            self.tempo_chosen.emit(tempo_of(self._score, beats))


class PlayButton(QPushButton):
    """The large one: play, or pause while it plays."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.playing = False
        self._why = ""
        set_role(self, "accent")
        self.setFixedSize(56, 42)
        self.setIconSize(QSize(20, 20))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        look.changed.connect(self._draw)
        self._draw()

    def set_playing(self, on: bool) -> None:
        """Show whether it plays."""
        if on != self.playing:
            self.playing = on
            self._draw()

    def say(self, why: str) -> None:
        """Say why it cannot play; "" where it can."""
        self._why = why
        self._draw()

    def _draw(self) -> None:
        words = "Pause" if self.playing else "Play"
        self.setIcon(self._look.icon("pause" if self.playing else "play", "on_accent", 20))
        self.setAccessibleName(words)
        self.setAccessibleDescription(self._why)
        self.setToolTip(self._why or f"{words} (Space)")


class PositionLine(QuietSlider):
    """Where in the tune it is. Goes where one presses; what is wanted is said on letting go."""

    let_go = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setRange(0, 0)
        self.setSingleStep(1000)
        self.setPageStep(5000)
        self.setMinimumWidth(60)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Where in the tune")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Without a handle where there is nothing to go along."""
        if self.isEnabled():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        middle = self.height() // 2
        painter.fillRect(0, middle - 2, self.width(), 4, self._look.colour("line"))

    @property
    def seconds(self) -> float:
        """Where the handle is."""
        return self.value() / 1000

    def set_length(self, seconds: float) -> None:
        """How long the whole is."""
        self.blockSignals(True)
        self.setRange(0, round(seconds * 1000))
        self.blockSignals(False)

    def show_seconds(self, seconds: float) -> None:
        """Stand here, without telling."""
        self.blockSignals(True)
        self.setValue(round(seconds * 1000))
        self.blockSignals(False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        held = self.isSliderDown()
        super().mouseReleaseEvent(event)
        if held:
            self.let_go.emit()


class TempoField(QSpinBox):
    """Beats a minute. Tells when a number was written or stepped to, not at each key."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(20, 400)
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_words(True)
        self.setAccessibleName("Tempo, beats a minute")
        self.setToolTip("Tempo: beats a minute")

    def show_words(self, on: bool) -> None:
        """Whether the number says what it counts; the tooltip does anyway."""
        self.setSuffix(SUFFIX if on else "")
        widest = self.fontMetrics().horizontalAdvance(f"400{self.suffix()}")
        self.setFixedWidth(widest + 28)

    def show_beats(self, beats: float) -> None:
        """Show it, without telling."""
        self.blockSignals(True)
        self.setValue(round(beats))
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll."""
        event.ignore()
