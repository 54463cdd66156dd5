"""Where the model of a promotion is looked for: a slot, the remote, a GitHub Release; the first that has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.serving import github_asset, promotion, slot
from mainstay.trust import fetch
from mainstay.trust.fetch import Source, Wanted
from mainstay.trust.verify import Promoted

ReadConfig = Callable[[str], str | None]
"""The text of .dvc/config in a commit; None where it has none."""


@dataclass(frozen=True)
class Places:
    """What a syncer was told of where models are: its own slots, the repository, and a remote if one was named."""

    directory: Path
    repository: str
    remote: str | None
    timeout_s: float

    def model(self, promoted: Promoted, config: ReadConfig) -> bytes:
        """The signed bytes. Raises Refusal that says of each place why it did not do: NotThere, if only that."""
        wanted = promotion.wanted(promoted)
        for own in slot.slots(self.directory):
            if own.sha256 == wanted.sha256 and (data := slot.model(own)) and fetch.fault_of(data, wanted) is None:
                return data
        sources, without = self._sources(promoted, wanted, config)
        try:
            return fetch.fetch(wanted, sources, self.timeout_s)
        except Refusal as refusal:
            told = "; ".join([*without, str(refusal)] if sources else without)
            raise type(refusal)(f"{promoted.release.manifest.release}: no model: {told}; what runs stays") from refusal

    def _sources(self, promoted: Promoted, wanted: Wanted, config: ReadConfig) -> tuple[list[Source], list[str]]:
        """In the order to be asked; and why the commit's own remote is not among them."""
        asset = github_asset.source(self.repository, promoted.release.tag.name)
        later = [asset] if asset else []
        if self.remote:
            return [fetch.Remote(self.remote).source(wanted), *later], []
        commit = promoted.release.manifest.commit
        try:
            remote = fetch.remote_of(config(commit) or "", self.repository, f"{commit[:10]}:{fetch.CONFIG}")
        except Refusal as refusal:
            return later, [str(refusal)]
        return [remote.source(wanted), *later], []
