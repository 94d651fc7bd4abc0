"""What the music room remembers from start to start; also tunes that are in no file yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studio.errors import StudioError
from studio.recipes import parse_recipe
from studio.recipes.tune import TuneRecipe
from studio.ui.music.bench import Tune
from studio.ui.music.wish import Wish

if TYPE_CHECKING:
    from studio.ui.music.room import MusicRoom

MOST = 30  # drafts


def remembered(room: MusicRoom) -> dict[str, Any]:
    """As JSON takes it."""
    now = room.bench.now
    return {
        "wish": room.panel.wish.state(),
        "at_once": room.panel.plays_at_once,
        "more": room.panel.more.open,
        "sung": room.sung.state(),
        "loop": room.hearing.playing.looping,
        "now": _in_hand(room),
        "export": room.keeping.exporting.choice,
        "drafts": [
            {
                "recipe": one.to_keep().to_json(),
                "parents": list(one.parents),
                "now": one is now,
                "own": one.own,
            }
            for one in room.composing.drafts()[:MOST]
        ],
    }


def _in_hand(room: MusicRoom) -> str:
    """The id of the artwork in hand; "" where there is none, or it is in no file."""
    now, recording = room.bench.now, room.recordings.now
    if recording is not None:
        return recording.id
    return now.made if now is not None and now.safe else ""


def restored(room: MusicRoom, values: dict[str, Any]) -> str:
    """Take it; what does not fit is left out. The id of the artwork that was in hand, or ""."""
    room.panel.show_wish(Wish.restored(values.get("wish")))
    room.panel.show_parts(None)
    if isinstance(values.get("at_once"), bool):
        room.panel.at_once.setChecked(values["at_once"])
    room.panel.more.set_open(values.get("more") is True)
    room.sung.restore(values.get("sung"))
    if values.get("loop") is True:
        room.hearing.loop(True)
    if isinstance(values.get("export"), dict):
        room.keeping.exporting.choice = values["export"]
    drafts = values.get("drafts")
    for value in reversed(drafts if isinstance(drafts, list) else []):
        tune = _draft(value)
        if tune is not None:
            room.bench.add(tune)
            if value.get("now") is True:
                room.bench.take(tune)
            if not (value.get("now") is True and value.get("own") is True):
                room.composing.keep(tune)  # the artist has done with it
    now = values.get("now")
    return now if isinstance(now, str) else ""


def _draft(value: Any) -> Tune | None:
    try:
        recipe = parse_recipe(value["recipe"])
        parents = tuple(str(one) for one in value["parents"])
    except (StudioError, KeyError, TypeError):
        return None
    if not isinstance(recipe, TuneRecipe) or recipe.score is None:
        return None
    return Tune(recipe, recipe.score, recipe.title, parents=parents, own=True)
