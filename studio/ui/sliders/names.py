"""What the artist calls directions that were found without a name, model by model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LONGEST = 40  # characters


class Names:
    """Names by model and slider, and which of them stand among the sliders."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, str]] = {}
        self._starred: dict[str, list[str]] = {}

    def of(self, model: str) -> Mapping[str, str]:
        """The names in one model, by slider."""
        return self._names.get(model, {})

    def starred(self, model: str) -> list[str]:
        """The directions of a model that were kept, in the order in which they were."""
        return list(self._starred.get(model, []))

    def name(self, model: str, slider: str, words: str) -> None:
        """Call a direction this."""
        self._names.setdefault(model, {})[slider] = words[:LONGEST]

    def star(self, model: str, slider: str, on: bool) -> None:
        """Keep a direction among the sliders, or no longer."""
        starred = self._starred.setdefault(model, [])
        if on and slider not in starred:
            starred.append(slider)
        elif not on and slider in starred:
            starred.remove(slider)

    def state(self) -> dict[str, Any]:
        """What to remember, as JSON takes it."""
        return {"names": self._names, "starred": self._starred}

    def restore(self, values: object) -> None:
        """Take what was remembered; what does not fit is left out."""
        if not isinstance(values, dict):
            return
        names, starred = values.get("names"), values.get("starred")
        for model, given in names.items() if isinstance(names, dict) else ():
            for slider, words in given.items() if isinstance(given, dict) else ():
                if isinstance(words, str) and words:
                    self.name(model, slider, words)
        for model, sliders in starred.items() if isinstance(starred, dict) else ():
            for slider in sliders if isinstance(sliders, list) else ():
                if isinstance(slider, str):
                    self.star(model, slider, True)
