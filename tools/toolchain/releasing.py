"""Programs from releases: several files at once, each checked before anything of it is used."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .archives import extract
from .digests import find_digest
from .display import Clock, Display, Task
from .downloading import Downloader, Limits, Source, open_client
from .errors import Unavailable, WrongContent
from .files import finished_or_absent, install, scratch
from .manifest import Entry, How, Ledger
from .parallel import Job, run_all
from .releases import Hosts, Release
from .shared import Shared, checked, join, part_url, parts


@dataclass
class Downloads:
    """The downloads of one run.

    Attributes:
        insist: whether a file that cannot be had is an error.
        failed: else, the programs that cannot be had, and what is the matter.
    """

    folder: Path
    partials: Path
    hosts: Hosts
    limits: Limits
    display: Display
    stop: threading.Event
    ledger: Ledger
    insist: bool
    failed: dict[str, str] = field(default_factory=dict)

    def run(self, programs: frozenset[str], releases: Iterable[Release], shared: Iterable[Shared]) -> None:
        """Download those of `programs` that are among the releases, in their order."""
        with open_client(self.limits) as client:
            downloader = Downloader(client, self.partials, self.limits, self.stop)
            jobs = [self._shared(one, downloader) for one in shared if one.program in programs]
            for release in releases:
                needed = release.programs & programs
                if needed:
                    jobs.append(self._release(release, needed, downloader))
            run_all(jobs, self.limits.at_once, self.stop, self.limits.patience)

    def _release(self, release: Release, programs: frozenset[str], downloader: Downloader) -> Job:
        def job(task: Task) -> None:
            digest = find_digest(release, downloader.content(release.digest.url).decode(errors="replace"))
            with scratch(self.folder) as work:
                archive = work / release.file
                downloader.fetch(Source(release.name, release.url, digest), archive, task)
                self.ledger.add(self._unpack(release, programs, archive))

        return self._told(f"{release.name} {release.version}", sorted(programs), job)

    def _unpack(self, release: Release, programs: frozenset[str], archive: Path) -> dict[str, Entry]:
        """Put the files of an archive in place, once every one of them is there."""
        members = [member for member in release.members if member.program in programs]
        for number, member in enumerate(members):
            extract(archive, release.kind, member.name, archive.parent / f"member-{number}")
        for number, member in enumerate(members):
            install(archive.parent / f"member-{number}", self.folder / member.target)
        targets = {name: tuple(m.target for m in members if m.program == name) for name in programs}
        return {name: Entry(release.version, How.DOWNLOADED, files) for name, files in targets.items()}

    def _shared(self, shared: Shared, downloader: Downloader) -> Job:
        def job(_task: Task) -> None:
            texts = []
            for path, digest in parts(shared).items():
                url = part_url(shared, path, self.hosts)
                texts.append(checked(downloader.content(url), url, digest))
            with finished_or_absent(self.folder / shared.target) as unfinished:
                unfinished.write_text(join(texts))
            entry = Entry(shared.version, How.DOWNLOADED, (shared.target,))
            self.ledger.add({shared.program: entry})

        return self._told(f"{shared.program} {shared.version}", [shared.program], job)

    def _told(self, label: str, programs: Sequence[str], work: Callable[[Task], None]) -> Job:
        def job() -> None:
            clock = Clock()
            task = self.display.begin(f"downloading {label}")
            outcome = f"{label} was not downloaded"
            try:
                work(task)
                outcome = f"downloaded {label} in {clock}"
            except Unavailable as error:
                if self.insist:
                    advice = "TOOLCHAIN=auto builds what cannot be downloaded"
                    raise Unavailable(f"{error}. {advice}") from error
                outcome = f"{error}: building {label} instead"
                self.failed.update(dict.fromkeys(programs, str(error)))
            except WrongContent as error:
                raise WrongContent(f"{error}. TOOLCHAIN=build builds {label} instead") from error
            finally:
                task.end(outcome)

        return job
