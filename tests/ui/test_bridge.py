"""What the queue tells, as Qt signals."""

from __future__ import annotations

from pathlib import Path

from studio.recipes import Score, TuneRecipe
from studio.ui.bridge import JobSignals
from studio.work.messages import Finished, Made, Notes
from studio.work.queue import JobQueue


class Link:
    def send(self, command: object) -> None:
        pass


def test_notes_and_what_is_made_of_them_are_told_in_order(qapp, tmp_path: Path) -> None:
    queue = JobQueue(Link(), lambda: tmp_path)
    signals = JobSignals(queue)
    told: list[tuple[object, object]] = []
    signals.notes.connect(lambda job, notes: told.append((job, notes)))
    signals.made.connect(lambda job, made: told.append((job, made)))
    job = queue.submit(TuneRecipe())
    score = Score(bars=1).model_dump_json()
    growing, whole = Notes(job.id, 0, score, False), Notes(job.id, 0, score, True)
    made = Made(job.id, 0, "abc", "tune.flac")
    for answer in (growing, whole, made):
        queue.receive(answer)
    assert told == [(job, growing), (job, whole), (job, made)]
    queue.receive(Finished(job.id))
    queue.receive(whole)  # too late
    assert len(told) == 3
    signals.close()
