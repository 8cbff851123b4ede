"""How a refusal is written down: its two sentences with named places for its facts, and what a form can mend of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """The sentences of one refusal.

    `{day}` is a fact by its name. Behind a colon stands how the English one tells it: `{state:both}` with its Chinese
    in brackets, `{roles:each}` a list of such, `{known: or }` what joins a list. `{:不符}` is a note for readers of
    Chinese. Notes and brackets stand in the promised sentence and are left out where only English is read.

    `asks` are the keys of an action's data that would mend it: what is refused so is not closed, only incomplete.
    """

    english: str
    chinese: str
    asks: tuple[str, ...] = ()
