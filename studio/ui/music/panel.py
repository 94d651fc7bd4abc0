"""The panel of the music room: mood, parts, length, and how it shall be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.recipes.score import Score
from studio.recipes.tune import TuneRecipe
from studio.ui.form import Fold
from studio.ui.music.details import Details
from studio.ui.music.foot import Foot
from studio.ui.music.moods import MOODS, Mood, MoodGrid
from studio.ui.music.parts import Parts
from studio.ui.music.proposal import Proposal
from studio.ui.music.wish import LENGTHS, Wish, adventure, fullness, nearest_length
from studio.ui.picture_panel import WIDTH
from studio.ui.theme import Look
from studio.ui.widgets.basics import label, rule, set_role, tighten
from studio.ui.widgets.slider import QuietSlider
from studio.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from studio.shelf import Model


class MusicPanel(QFrame):
    """Shows what is wished for and who plays; tells what the artist does."""

    changed = Signal()  # the wish is another
    mood_chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "panel")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Music")
        self._look = look
        self._models: list[Model] = []
        self.wish = Wish()
        self.proposal = Proposal(look)
        self.moods = MoodGrid(look)
        self.parts = Parts(look)
        self.length = WordSlider(look, TuneRecipe, "bars", 0, len(LENGTHS) - 1)
        self.adventurous = WordSlider(look, TuneRecipe, "adventurous", 0, 20)
        self.density = WordSlider(look, TuneRecipe, "density", 0, 20)
        self.more = Fold(look, "Key, tempo, metre")
        self.details = Details(look)
        words = "A new tune is heard as soon as it is composed."
        self.at_once = Switch(look, "Play new tunes at once", words)
        self.at_once.setChecked(True)
        field = TuneRecipe.model_fields["loops"]
        self.loops = Switch(look, field.title or "", field.description or "")
        self.foot = Foot(look)
        self.other: QWidget | None = None  # what is asked for in place of a tune
        self._others: list[QWidget] = []
        self._lay_out()
        self.moods.chosen.connect(self._mood)
        self.length.moved.connect(lambda at: self._put(bars=LENGTHS[at]))
        self.adventurous.moved.connect(lambda at: self._put(adventurous=at / 20))
        self.density.moved.connect(lambda at: self._put(density=at / 20))
        self.details.chosen.connect(lambda values: self._put(**values))
        self.loops.toggled.connect(lambda on: self._put(loops=on))
        self.at_once.toggled.connect(self.changed)
        self.show_wish(self.wish)

    def mood(self) -> Mood | None:
        """The mood that is taken."""
        return next((one for one in self.moods.moods() if one.id == self.wish.mood), None)

    def show_wish(self, wish: Wish) -> None:
        """Show what is wished for."""
        self.wish = wish
        self.moods.set_value(wish.mood)
        at = nearest_length(wish.bars)
        self.length.stand(at, f"{wish.bars} bars")
        self.adventurous.stand(round(wish.adventurous * 20), adventure(wish.adventurous))
        self.density.stand(round(wish.density * 20), fullness(wish.density))
        self.loops.blockSignals(True)
        self.loops.setChecked(wish.loops)
        self.loops.blockSignals(False)
        self.details.show_wish(wish)

    def show_parts(self, score: Score | None) -> None:
        """Show who plays; who is to play, where there is no tune yet."""
        if score is not None:
            self.parts.show_score(score)
        else:
            mood = self.mood()
            players = [(role, self.wish.program(role, mood)) for role in self.wish.roles]
            self.parts.show_wished(players)

    def set_models(self, models: list[Model]) -> None:
        """Take what there is to compose with; offer the moods of the one that is wished."""
        self._models = models
        if models and not any(model.id == self.wish.model for model in models):
            self.wish = replace(self.wish, model=models[0].id)
        self.details.set_models(models)
        self.show_model()

    def choose_model(self, model_id: str) -> None:
        """Compose with this one."""
        self._put(model=model_id)

    def choose_mood(self, mood: str) -> None:
        """Wish for this mood."""
        self._put(mood=mood)

    def follow(self, mood: str) -> None:
        """Wish for the mood of the tune in hand, where it has one that is on offer."""
        if mood != self.wish.mood and mood in [one.id for one in self.moods.moods()]:
            self.show_wish(replace(self.wish, mood=mood))

    @property
    def plays_at_once(self) -> bool:
        """Whether a new tune is to be heard at once."""
        return self.at_once.isChecked()

    def show_model(self) -> None:
        """Offer the moods of the model that is wished."""
        model = next((one for one in self._models if one.id == self.wish.model), None)
        self.moods.set_moods(moods_of(model) if model else MOODS)
        known = [one.id for one in self.moods.moods()]
        if self.wish.mood not in known:
            self.wish = replace(self.wish, mood=known[0])
        self.show_wish(self.wish)

    def add_below(self, widget: QWidget) -> None:
        """Put something below all wishes."""
        self._inner.insertWidget(self._inner.count() - 1, widget, 0, Qt.AlignmentFlag.AlignLeft)

    def show_other(self, back: QWidget | None, form: QWidget | None) -> None:
        """Show another form in place of the wishes, and a way back; the wishes where None."""
        for widget in self._others:
            widget.hide()
        self._others = [widget for widget in (back, form) if widget is not None]
        self.other = form
        self._wishes.setVisible(form is None)
        for place, widget in enumerate(self._others):
            if self.column.indexOf(widget) < 0:
                self.column.insertWidget(place, widget)
            widget.show()
        self.scroller.verticalScrollBar().setValue(0)

    def _mood(self, mood: str) -> None:
        self._put(mood=mood)
        self.mood_chosen.emit(mood)

    def _put(self, **values: Any) -> None:
        model = values.get("model", self.wish.model)
        other = model != self.wish.model
        self.show_wish(replace(self.wish, **values))
        if other:
            self.show_model()
        self.changed.emit()

    def _lay_out(self) -> None:
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        set_role(inside, "scrolled")
        self._margins = self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(20, 14, 20, 16)
        self.column.setSpacing(8)
        self._wishes = QWidget()
        self.column.addWidget(self._wishes, 1)
        column = self._inner = QVBoxLayout(self._wishes)
        tighten(column, 0, 8)
        column.addWidget(self.proposal)
        column.addWidget(label("Mood", "label"))
        column.addWidget(self.moods)
        column.addSpacing(4)
        column.addWidget(label("Tracks", "label"))
        column.addWidget(self.parts)
        column.addSpacing(2)
        for control in (self.length, self.adventurous, self.density):
            column.addWidget(control)
        column.addSpacing(2)
        column.addWidget(rule())
        self.more.column.addWidget(self.details)
        column.addWidget(self.more)
        column.addWidget(rule())
        column.addWidget(self.loops)
        column.addWidget(self.at_once)
        column.addStretch(1)
        self.scroller.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.scroller.setWidget(inside)
        whole = QVBoxLayout(self)
        tighten(whole)
        whole.addWidget(self.scroller, 1)
        whole.addWidget(self.foot)

    def _make_room(self, _low: int, high: int) -> None:
        """The scroll bar takes its room from the margin, not from the moods."""
        bar = self.scroller.verticalScrollBar().sizeHint().width() if high > 0 else 0
        self._margins.setContentsMargins(20, 14, 20 - bar, 16)


class WordSlider(QWidget):
    """A slider for a field of a recipe, whose value is said in words."""

    moved = Signal(int)

    def __init__(self, look: Look, kind: type[TuneRecipe], name: str, low: int, high: int) -> None:
        super().__init__()
        info = kind.model_fields[name]
        title = TITLES.get(name, info.title or name)
        self.slider = QuietSlider(look)
        self.slider.setRange(low, high)
        self.slider.setPageStep(max(1, (high - low) // 5))
        self.slider.setAccessibleName(title)
        self.slider.setAccessibleDescription(info.description or "")
        self.slider.setToolTip(info.description or "")
        self.words = label("", "label")
        head = QHBoxLayout()
        tighten(head)
        head.addWidget(label(title, "label", self.slider), 1)
        head.addWidget(self.words)
        column = QVBoxLayout(self)
        tighten(column)
        column.addLayout(head)
        column.addWidget(self.slider)
        self.slider.valueChanged.connect(self.moved)

    def stand(self, at: int, words: str) -> None:
        """Stand here, without telling."""
        self.slider.blockSignals(True)
        self.slider.setValue(at)
        self.slider.blockSignals(False)
        self.words.setText(words)


TITLES = {"bars": "Length"}


def moods_of(model: Model) -> list[Mood]:
    """What a model offers, in the words of the model where it has some."""
    known = {one.id: one for one in MOODS}
    traits = model.manifest.tune
    offered = traits.moods if traits else ()
    return [
        Mood(
            one.id,
            one.name or one.id.capitalize(),
            one.words or (known[one.id].words if one.id in known else ""),
            one.instruments,
        )
        for one in offered
    ] or list(MOODS)
