"""What one running application holds: its settings, its store, the knowledge, and the reviews it has made."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from algesia.adapters.store.open import Store
from algesia.knowledge.loader import Knowledge
from algesia.web.assets import Assets
from algesia.web.reviews import Reviews
from algesia.web.settings import Settings


@dataclass(frozen=True, slots=True)
class State:
    """Everything a request needs, made once."""

    settings: Settings
    store: Store
    knowledge: Knowledge
    reviews: Reviews
    assets: Assets


def state_of(request: Request) -> State:
    """The state of the application that serves this request."""
    state: State = request.app.state.algesia
    return state
