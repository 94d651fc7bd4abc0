"""The path of the sliders' room at work: stops come, are gone to, and are played."""

from __future__ import annotations

from PySide6.QtCore import QObject

from studio.recipes import Place, WalkRecipe
from studio.ui.sliders.guide import Guide
from studio.ui.sliders.journey import Path
from studio.ui.sliders.path_strip import PathStrip
from studio.ui.sliders.player import Player


class Walking(QObject):
    """Binds the strip of stops and the player to the guide."""

    def __init__(self, strip: PathStrip, player: Player, guide: Guide) -> None:
        super().__init__(strip)
        self._strip, self._player, self._guide = strip, player, guide
        strip.add_wanted.connect(self.add)
        strip.chosen.connect(self._go)
        strip.play.connect(self.play)
        player.frame.connect(guide.peek)
        player.ended.connect(self._stopped)

    def add(self) -> None:
        """The picture on the canvas as one more stop."""
        journey = self._guide.journey
        if journey is not None:
            self._strip.add(journey.place, sight=self._guide.here)

    def take(self, recipe: WalkRecipe) -> None:
        """Take up the path of a kept film, and go to its start."""
        journey = self._guide.journey
        if journey is not None:
            journey.path = Path(list(recipe.stops), recipe.seconds, recipe.loop, recipe.motion)
            self._strip.show_path(journey.path)
            self._guide.go(recipe.stops[0])

    def play(self) -> None:
        """Play the path, or stop."""
        if self._player.playing:
            self._player.stop()
            return
        self._player.play(self._strip.path, self._stops)
        self._strip.set_playing(True)

    def _stops(self) -> list[Place]:
        return [self._strip.numbers(stop) for stop in range(len(self._strip.path.stops))]

    def _go(self, place: Place) -> None:
        self._guide.go(place)

    def _stopped(self) -> None:
        self._strip.set_playing(False)
        self._guide.look()
