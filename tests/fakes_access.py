"""Getting in, in memory: editors, invitations, sessions, tries, shared links and deeds, as the real archive keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from listener.core.access import IDLE, REMEMBERED, Editor, Invitation, Share, patience, same_name
from listener.core.deeds import Deed, Worked, spent


@dataclass
class FakeAccess:
    """Dictionaries that a test fills and reads."""

    people: dict[str, tuple[Editor, str]] = field(default_factory=dict)  # by core.access.same_name, with the password's hash
    invited: dict[bytes, Invitation] = field(default_factory=dict)
    sessions: dict[bytes, tuple[int, datetime, datetime]] = field(default_factory=dict)  # editor, last seen, until
    tries: dict[str, tuple[int, datetime, datetime]] = field(default_factory=dict)  # how many, the last, the next
    links: dict[int, Share] = field(default_factory=dict)
    done: list[Deed] = field(default_factory=list)
    hours: dict[tuple[date, str, str], Worked] = field(default_factory=dict)

    def _ready(self) -> None:
        """Raise whatever keeps the archive from answering."""

    def editors(self) -> Sequence[Editor]:
        """Everybody who may sign in, in the names' order."""
        self._ready()
        return [self.people[key][0] for key in sorted(self.people)]

    def editor(self, name: str) -> tuple[Editor, str] | None:
        """Somebody who may sign in, with the hash of their password."""
        self._ready()
        return self.people.get(same_name(name))

    def invite(self, word: bytes, name: str, brands: Sequence[str], *, until: datetime, now: datetime) -> None:
        """Keep an invitation instead of older ones for the same name."""
        self.invited = {
            other: one for other, one in self.invited.items() if same_name(one.name) != same_name(name) and one.until > now
        }
        self.invited[word] = Invitation(name=name, brands=tuple(sorted(set(brands))), until=until)

    def invitation(self, word: bytes, now: datetime) -> Invitation | None:
        """An invitation that stands."""
        self._ready()
        found = self.invited.get(word)
        return found if found and found.until > now else None

    def invitations(self, now: datetime) -> Sequence[Invitation]:
        """The invitations that stand, in the names' order."""
        self._ready()
        return sorted((one for one in self.invited.values() if one.until > now), key=lambda one: (one.name, one.until))

    def uninvite(self, name: str) -> bool:
        """Take an invitation back."""
        left = {word: one for word, one in self.invited.items() if one.name != name}
        gone, self.invited = len(left) < len(self.invited), left
        return gone

    def accept(self, word: bytes, name: str, password: str, now: datetime) -> Editor | None:
        """Set a password by an invitation, which is used up."""
        found = self.invitation(word, now)
        there = self.people.get(same_name(found.name or name)) if found else None
        if found is None or (there is not None and not found.name):
            return None
        del self.invited[word]
        made = there[0] if there else Editor(id=len(self.people) + 1, name=found.name or name, made_at=now)
        self.people[same_name(made.name)] = (replace(made, brands=found.brands), password)
        self.sessions = {word: one for word, one in self.sessions.items() if one[0] != made.id}
        return self.people[same_name(made.name)][0]

    def renew_password(self, editor: int, password: str) -> None:
        """Keep a newer hash."""
        for key, (one, _) in self.people.items():
            if one.id == editor:
                self.people[key] = (one, password)

    def dismiss(self, name: str) -> bool:
        """Let somebody in no more."""
        gone = self.people.pop(same_name(name), None)
        if gone is None:
            return False
        self.sessions = {word: one for word, one in self.sessions.items() if one[0] != gone[0].id}
        self.invited = {word: one for word, one in self.invited.items() if one.name != gone[0].name}
        return True

    def begin_session(self, word: bytes, editor: int, *, until: datetime, now: datetime) -> None:
        """Keep a session."""
        self.sessions[word] = (editor, now, until)

    def session(self, word: bytes, now: datetime) -> Editor | None:
        """Whose session it is."""
        self._ready()
        number, seen, until = self.sessions.get(word, (0, now, now))
        if until <= now or seen <= now - IDLE:
            return None
        self.sessions[word] = (number, now, until)
        return next((one for one, password in self.people.values() if one.id == number and password), None)

    def end_session(self, word: bytes) -> None:
        """End a session."""
        self.sessions.pop(word, None)

    def try_now(self, keys: Mapping[str, timedelta], now: datetime) -> datetime | None:
        """Count a try, or say until when none may be made."""
        self._ready()
        self.tries = {key: one for key, one in self.tries.items() if one[1] > now - REMEMBERED}
        waits = [self.tries[key][2] for key in keys if key in self.tries and self.tries[key][2] > now]
        if waits:
            return max(waits)
        for key, longest in keys.items():
            failures = self.tries.get(key, (0, now, now))[0] + 1
            self.tries[key] = (failures, now, now + patience(failures, longest))
        return None

    def forgive(self, keys: Sequence[str]) -> None:
        """Forget the tries."""
        for key in keys:
            self.tries.pop(key, None)

    def share(
        self,
        brand: str,
        *,
        since: date | None,
        until: date | None,
        note: str,
        by: str,
        expires_at: datetime,
        now: datetime,
        evidence_id: int | None = None,
    ) -> Share:
        """Keep a new link."""
        made = Share(
            id=len(self.links) + 1,
            brand=brand,
            since=since,
            until=until,
            note=note,
            made_by=by,
            made_at=now,
            expires_at=expires_at,
            evidence_id=evidence_id,
        )
        self.links[made.id] = made
        return made

    def shares(self) -> Sequence[Share]:
        """Every link, the newest first."""
        self._ready()
        return sorted(self.links.values(), key=lambda one: -one.id)

    def shared(self, id: int, now: datetime, *, used: bool = False) -> Share | None:  # noqa: A002 - the port's word
        """One link; `used` notes a use."""
        self._ready()
        if used and id in self.links:
            self.links[id] = replace(self.links[id], used_at=now, uses=self.links[id].uses + 1)
        return self.links.get(id)

    def revoke(self, id: int, now: datetime) -> None:  # noqa: A002 - the port's word
        """Revoke a link; the first time counts."""
        if id in self.links and self.links[id].revoked_at is None:
            self.links[id] = replace(self.links[id], revoked_at=now)

    def note(self, deed: Deed) -> None:
        """Keep a deed."""
        self.done.append(replace(deed, id=len(self.done) + 1))

    def deeds(self, *, before: int | None = None, limit: int = 50) -> Sequence[Deed]:
        """The latest first."""
        return [one for one in reversed(self.done) if before is None or one.id < before][:limit]

    def work(self, who: str, what: str, on: date, now: datetime, *, handled: int = 0) -> Worked:
        """Count a step of somebody's work."""
        before = self.hours.get((on, who, what))
        seconds = spent(before.last_at, now) + before.seconds if before else 0
        done = handled + (before.handled if before else 0)
        self.hours[on, who, what] = Worked(on=on, who=who, what=what, seconds=seconds, handled=done, last_at=now)
        return self.hours[on, who, what]

    def worked(self, *, since: date, until: date) -> Sequence[Worked]:
        """What was worked in [since, until)."""
        return [self.hours[key] for key in sorted(self.hours) if since <= key[0] < until]
