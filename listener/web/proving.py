"""One mention with all that proves it, and the bytes that it came in."""

from __future__ import annotations

from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from listener.core.kept import KeptMention
from listener.core.model import Tone
from listener.core.taking_part import Answer
from listener.core.visits import Run
from listener.core.volume import Proof
from listener.web import twins
from listener.web.room import Room
from listener.web.text import clean, masked, outward
from listener.web.views import mention_view

_BESIDE = timedelta(microseconds=1)
_SHOWN = 60_000  # bytes of a document on its page; the download has all of them
# What a download is called: from here, never from what a place says.
DOWNLOADS = {"document_bytes": "document.txt"}


class Proving(Room):
    """Mentions with their proof."""

    def mention(self, request: Request) -> Response:
        """One mention, with all that proves it, at an address that stays."""
        kept = self.mention_of(request)
        proof = self.archive.proof(kept.id)
        brand = self.named(kept.judged.mention.brand)
        size = self.archive.story_size(kept.story) if kept.story else None
        return self.dressing.page(
            request,
            "mention.html.j2",
            view=mention_view(kept, self.zone, whole=True),
            labels=self.archive.labels(kept.id) if kept.labels else (),
            brand=brand,
            brand_name=brand.name if brand else kept.judged.mention.brand,
            proof=proof,
            probabilities=_probabilities(kept, proof),
            asked_at=masked(proof.document.url) if proof else "",
            run=self._run(kept, proof),
            told=size.items if size else 1,
            answer=self._answer(kept),
            permanent=self.dressing.addresses.whole("mention", id=str(kept.id)),
            twin=self.dressing.addresses.path("mention_json", id=str(kept.id)),
        )

    def mention_json(self, request: Request) -> Response:
        """The same for programs."""
        kept = self.mention_of(request)
        proof = self.archive.proof(kept.id)
        return twins.answer({**self.twin_of(kept), **twins.proof(proof, self._run(kept, proof), self._answer(kept))})

    def document(self, request: Request) -> Response:
        """The bytes as they came, as text and never rendered; the first of them, where there are many."""
        kept, proof, body = self._body(request)
        return self.dressing.page(
            request,
            "document.html.j2",
            view=mention_view(kept, self.zone),
            brand=self.named(kept.judged.mention.brand),
            proof=proof,
            asked_at=masked(proof.document.url),
            text=None if body is None else clean(body[:_SHOWN].decode(errors="replace")),
            is_cut=body is not None and len(body) > _SHOWN,
            shown=_SHOWN,
            size=0 if body is None else len(body),
        )

    def document_bytes(self, request: Request) -> Response:
        """The bytes as they came, all of them, to be kept and not to be opened here."""
        _, _, body = self._body(request)
        if body is None:
            raise HTTPException(404)
        name = DOWNLOADS["document_bytes"]
        return Response(
            body, media_type="application/octet-stream", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    def _body(self, request: Request) -> tuple[KeptMention, Proof, bytes | None]:
        kept = self.mention_of(request)
        proof = self.archive.proof(kept.id)
        if proof is None:
            raise HTTPException(404)
        return kept, proof, self.archive.body(kept.entry.source, kept.entry.document) if proof.document.kept else None

    def _run(self, kept: KeptMention, proof: Proof | None) -> Run | None:
        """The visit that brought it, as the ledger has it; None when the ledger no longer reaches back so far."""
        at = proof.document.fetched_at if proof else kept.entry.first_seen_at
        runs = self.archive.runs(since=at, until=at + _BESIDE, source=kept.entry.source)
        return runs[-1] if runs else None

    def _answer(self, kept: KeptMention) -> Answer | None:
        """What is known of the brand's answer."""
        at = kept.collected_at
        known = self.archive.answers(kept.judged.mention.brand, kind=kept.kind, since=at, until=at + _BESIDE).get(kept.id)
        return known and Answer(
            state=known.state, how=known.how, at=known.at, link=outward(known.link), looked_until=known.looked_until
        )


def _probabilities(kept: KeptMention, proof: Proof | None) -> tuple[tuple[Tone, float], ...]:
    """What the analyser of the judgement that counts held each tone's chance to be; () where nothing is known of that."""
    mine = kept.judged.judgement.judge
    given = next((said.probabilities for _, said in reversed(proof.judgements) if said.judge == mine), None) if proof else None
    return () if given is None else tuple(zip((Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE), given, strict=True))
