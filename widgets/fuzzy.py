"""How well a text matches typed words: whole words first, then parts of words, then letters in order."""

from collections.abc import Sequence

WORD_START, PART, LETTERS = 100, 60, 20


def match_score(typed: str, texts: Sequence[str]) -> int | None:
    """How well all typed words are found in some texts; None if one is not.

    The first text counts most, and only there letters in order are enough: longer texts contain any letters in order.

    >>> match_score("dis", ["Disable"]) > match_score("sab", ["Disable"]) > match_score("dbl", ["Disable"])
    True
    >>> match_score("calls x", ["Calls"]) is None, match_score("", ["Calls"])
    (True, 0)
    """
    score = 0
    folded = [text.casefold() for text in texts]
    for word in typed.casefold().split():
        best = max(
            (_word_score(word, text, is_first=place == 0) - min(place, 3) * 5 for place, text in enumerate(folded)),
            default=0,
        )
        if best <= 0:
            return None
        score += best
    return score


def _word_score(word: str, text: str, *, is_first: bool) -> int:
    """How well one word is found in one text; nothing where it is not."""
    at = text.find(word)
    while at > 0 and text[at - 1].isalnum():
        further = text.find(word, at + 1)
        if further < 0:
            return PART
        at = further
    if at >= 0:
        return WORD_START + (10 if at == 0 else 0)
    return LETTERS if is_first and _has_letters(word, text) else -1


def _has_letters(word: str, text: str) -> bool:
    """Whether a word's letters occur in a text in order, the first of them at the beginning of a word."""
    starts = [place for place, letter in enumerate(text) if letter == word[0] and _begins_word(text, place)]
    for start in starts:
        letters = iter(text[start:])
        if all(letter in letters for letter in word):
            return True
    return False


def _begins_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()


def hits(text: str, needles: Sequence[str]) -> list[tuple[int, int]]:
    """The places of what is sought in a text: starts and ends, in order, each once.

    >>> hits("batch-nightly", ["ch", "NIGHT"]), hits("laptop", ["x"])
    ([(3, 5), (6, 11)], [])
    """
    folded = text.casefold()
    if len(folded) != len(text):  # where letters become several, places would be others
        folded = text.lower() if len(text.lower()) == len(text) else text
    found: list[tuple[int, int]] = []
    for needle in needles:
        wanted = needle.casefold()
        at = folded.find(wanted) if wanted else -1
        while at >= 0:
            found.append((at, at + len(wanted)))
            at = folded.find(wanted, at + len(wanted))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
