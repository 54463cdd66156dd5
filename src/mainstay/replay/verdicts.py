"""The gate, asked in process: a candidate of the replay against what a policy has in production."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mainstay import params as numbers
from mainstay.model.file import Model
from mainstay.release import gate, sides
from mainstay.release.case import Case, Inputs
from mainstay.release.champion import Champion
from mainstay.release.judge import Contestant
from mainstay.release.judgement import Judgement
from mainstay.release.ruler import SECTIONS, Ruler
from mainstay.replay.candidates import Candidate
from mainstay.rows import contract_file


@dataclass(frozen=True)
class Bench:
    """What is judged by: the same ruler all along, since no branch changes it."""

    params: Path
    contract: Path

    def judge(self, candidate: Candidate, champion: bytes | None) -> Judgement:
        """The gate's judgement; without a champion, by its floors alone."""
        paths = {"candidate": "model.onnx", "metrics": ".", "holdout": "test.parquet", "valid": "valid.parquet"}
        given = Inputs(params=self.params, **{name: candidate.folder / path for name, path in paths.items()})
        return gate.decide(self._case(candidate, champion, given), given)

    def _case(self, candidate: Candidate, champion: bytes | None, given: Inputs) -> Case:
        sections = {name: numbers.load(self.params, name) for name in SECTIONS}
        ruler = Ruler(contract_file.load(self.contract), **sections)
        return Case(
            candidate=Contestant(Model.from_bytes(candidate.data), len(candidate.data)),
            champion=Champion(champion, "in production") if champion else None,
            champion_model=Model.from_bytes(champion) if champion else None,
            obstacle=None,
            metrics=candidate.metrics,
            base=ruler,
            head=ruler,
            base_rows=None,
            head_rows=sides.rows(given.holdout),
            changes=(),
            looks={},
        )
