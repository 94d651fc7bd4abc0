"""A composer that exists in the imagination only: it writes scales, and keeps real sound files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from studio.library import Library
from studio.recipes import parse_recipe
from studio.recipes.score import TICKS, Note, Part, Score
from studio.recipes.tune import TuneRecipe
from studio.work.messages import Answer, Finished, Made, Notes, Progress, Run, Started
from tests.ui.fakes import FakeEngine

MODEL = "easel/tunes"
MOODS = ("calm", "tender", "dreamy", "cheerful", "lively", "solemn", "dark", "driving")
USUAL = {"melody": 73, "chords": 0, "bass": 32, "drums": 40}


def scale(role: str, bars: int, up: int = 0) -> tuple[Note, ...]:
    """A quarter note on every beat."""
    first = {"melody": 72, "chords": 60, "bass": 40, "drums": 36}[role]
    return tuple(Note(n * TICKS, TICKS, first + (n + up) % 8, 80) for n in range(4 * bars))


def moved(part: Part, up: int) -> int:
    """How far up a part begins that is written anew: never where it began."""
    first = scale(part.role, 1)[0].pitch
    return (part.notes[0].pitch - first if part.notes else 0) + 1 + up


def written(recipe: TuneRecipe) -> Score:
    """What the composer makes of a recipe: a tune of its own for each of seven seeds."""
    up = recipe.seed % 7
    if recipe.score is not None:
        return recipe.score
    if recipe.task == "new":
        players = [(p.role, p.program) for p in recipe.players]
        parts = tuple(
            Part(role=r, program=USUAL[r] if p is None else p, notes=scale(r, recipe.bars, up))
            for r, p in players
        )
        tempo = recipe.tempo or 120.0
        return Score(bars=recipe.bars, tempo=tempo, mode=recipe.mode or "major", parts=parts)
    given = recipe.given
    assert given is not None
    bars = given.bars + (recipe.bars if recipe.task == "continue" else 0)
    roles = recipe.only or tuple(part.role for part in given.parts)
    parts = list(given.parts)
    for role in roles:
        if role not in [part.role for part in parts]:
            parts.append(Part(role=role, program=USUAL[role]))
    for place, part in enumerate(parts):
        if part.role in roles:
            notes = scale(part.role, bars, moved(part, up))
            parts[place] = part.model_copy(update={"notes": notes})
    return given.model_copy(update={"bars": bars, "parts": tuple(parts)})


class OrchestraEngine(FakeEngine):
    """Composes at once what is asked of it, until a test takes that into its own hands (`hold`)."""

    def __init__(self, post) -> None:
        super().__init__(post)
        self.hold = False

    @property
    def recipes(self) -> list[TuneRecipe]:
        found = [parse_recipe(run.recipe) for run in self.runs]
        return [one for one in found if isinstance(one, TuneRecipe)]

    @property
    def recipe_(self) -> TuneRecipe:
        """The one asked for last."""
        return self.recipes[-1]

    def send(self, command) -> None:
        super().send(command)
        if isinstance(command, Run) and not self.hold and '"kind":"tune"' in command.recipe:
            self.compose(command)

    def grow(self, run: Run | None = None) -> Score:
        """Show the first half of it."""
        run = run or self.run
        recipe = parse_recipe(run.recipe)
        whole = written(recipe)
        half = whole.ticks // 2
        parts = tuple(
            part.model_copy(update={"notes": tuple(n for n in part.notes if n.start < half)})
            for part in whole.parts
        )
        score = whole.model_copy(update={"parts": parts})
        self.post(Started(run.job))
        self.post(Progress(run.job, 0.4, "Composing: bar 4 of 8", 2.0))
        self.post(Notes(run.job, 0, score.model_dump_json(), whole=False))
        return score

    def compose(self, run: Run | None = None, keep: bool = True) -> Score:
        """Write all notes of a job, and keep its sound."""
        run = run or self.run
        score = written(parse_recipe(run.recipe))
        self.post(Started(run.job))
        self.post(Notes(run.job, 0, score.model_dump_json(), whole=True))
        if keep:
            self.keep(run)
        return score

    def keep(self, run: Run | None = None) -> None:
        """Keep the sound of a job, and end it."""
        run = run or self.run
        recipe = parse_recipe(run.recipe)
        kept = recipe.change(score=written(recipe))
        blocks = [np.full((4410, 2), 0.1, np.float32)]
        with Library.open(Path(run.library)) as library:
            artwork = library.add_sound(
                blocks, 44_100, kept, made_by="Fake", licence="CC0-1.0", parents=run.parents
            )
        answers: list[Answer] = [Made(run.job, 0, artwork.id, str(artwork.path)), Finished(run.job)]
        for answer in answers:
            self.post(answer)


def describe_orchestra(folder: Path, model_id: str = MODEL, name: str = "Pipes") -> Path:
    """Write the model's description, and weights that only look whole."""
    folder.mkdir(parents=True)
    moods = [{"id": m, "name": m.capitalize(), "instruments": [73, 32, 0, 40]} for m in MOODS]
    manifest = {
        "id": model_id,
        "name": name,
        "kind": "tune",
        "format": "easel-tune",
        "licence": "CC0-1.0",
        "tune": {"writer": {}, "moods": moods},
    }
    (folder / "easel.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "measures.json").write_text("{}", encoding="utf-8")
    entry = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    header = json.dumps({"a": entry}).encode()
    body = len(header).to_bytes(8, "little") + header + bytes(4)
    (folder / "writer.safetensors").write_bytes(body)
    return folder
