"""Dialogs that change several keys: the keys are fixed when the first dialog opens, and each is sent separately."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from tui.domain.intents import KeyAction, KeyIntent, KeyState, state_of
from tui.domain.keys import ApiKey
from tui.present import batch as words
from tui.present import pauses
from tui.present.batch import BatchModel
from tui.present.dialogs import dialog_words
from tui.screens import key_actions
from tui.screens.dialogs import Ask, Next
from tui.screens.key_actions import ActionContext, usual_day_usd
from tui.screens.yes_no import ValuesDialog
from tui.store.journal import Entry
from widgets.batch_dialog import BatchDialog, Step
from widgets.dialogs import ActOutcome, FormCheck

KeysDialog = Callable[[ActionContext, Sequence[ApiKey]], Next]


def about_keys(shown: ActionContext, key_ids: Collection[int], dialog: KeysDialog) -> Next:
    """A dialog about the keys of these ids, as they are shown now, in the order of their names."""
    keys = [key for key_id in key_ids if (key := shown.snapshot.key(key_id)) is not None]
    return dialog(shown, sorted(keys, key=lambda key: (key.name.casefold(), key.id)))


def switch(shown: ActionContext, keys: Sequence[ApiKey]) -> Next:
    """Disable those that work, or enable all."""
    intents = words.switch_intents(keys)
    return _ask(shown, keys, intents, words.switch_model(intents))


def limit(shown: ActionContext, keys: Sequence[ApiKey]) -> Next:
    """Set quota and spend limits: first the values, then what they mean for each key."""
    usual = {key.id: usual_day_usd(key, shown.snapshot) for key in keys}

    def check(values: Mapping[str, str]) -> FormCheck:
        return words.check_limits(keys, values, shown.look(), usual)

    def take(values: Mapping[str, str]) -> Next:
        intents = words.limit_intents(keys, values, shown.look(), usual)
        return _ask(shown, keys, intents, words.limits_model(sum(1 for one in intents if one is not None)))

    return _ask_values(ValuesDialog.of(words.limits_form(keys), check), take)


def timed_pause(shown: ActionContext, keys: Sequence[ApiKey]) -> Next:
    """Disable those that work for some minutes."""
    working = [key for key in keys if pauses.can_pause(key)]
    if not working:
        return words.nothing_to_do()

    def check(values: Mapping[str, str]) -> FormCheck:
        note, is_ready = pauses.minutes_note(values[pauses.MINUTES], shown.look())
        return FormCheck({pauses.MINUTES: note}, ready=is_ready)

    def take(values: Mapping[str, str]) -> Next:
        until = pauses.end_of(values[pauses.MINUTES], shown.look())
        intents = [KeyIntent(key.id, KeyAction.DISABLE, until=until) if pauses.can_pause(key) else None for key in keys]
        return _ask(shown, keys, intents, words.pause_model(len(working), until, shown.look()))

    return _ask_values(ValuesDialog.of(words.pause_form(working, pauses.minutes_field()), check), take)


def undo(shown: ActionContext) -> Next:
    """Take the last change back, with all that was done at once with it."""
    last = shown.account.actions.undoable()
    batch = last[1].batch if last is not None else None
    together = shown.account.actions.done_together(batch) if batch is not None else []
    return undo_together(shown, together) if len(together) > 1 else key_actions.undo(shown)


def undo_together(shown: ActionContext, entries: Sequence[tuple[int, Entry]]) -> Next:
    """Take back what was done at once, each if it is as it is shown now."""
    steps = [_undo_step(shown, number, entry) for number, entry in entries]
    count = sum(1 for step in steps if step.act is not None)
    return Ask(_dialog(words.undo_model(count), steps))


def _undo_step(shown: ActionContext, number: int, entry: Entry) -> Step:
    key = shown.snapshot.key(entry.key_id)
    if key is None:
        return Step(words.gone_rows(entry.key_id))
    assert isinstance(entry.before, KeyState)
    seen = key

    async def act() -> ActOutcome:
        return shown.outcome(await shown.account.actions.undo(number, entry, seen))

    rows = words.step_rows(key, entry.before, shown.look(), is_changed=state_of(key) != entry.wanted)
    return Step(rows, act if state_of(key) != entry.before else None)


def _ask(shown: ActionContext, keys: Sequence[ApiKey], intents: Sequence[KeyIntent | None], model: BatchModel) -> Next:
    look, batch = shown.look(), shown.account.services.clock.now().isoformat()
    steps = [
        Step(words.step_rows(key, words.after_of(key, intent), look), _act(shown, key, intent, batch))
        for key, intent in zip(keys, intents, strict=True)
    ]
    return Ask(_dialog(model, steps), can_undo=True)


def _act(
    shown: ActionContext, key: ApiKey, intent: KeyIntent | None, batch: str
) -> Callable[[], Awaitable[ActOutcome]] | None:
    if intent is None:
        return None
    wanted = intent

    async def act() -> ActOutcome:
        return await shown.apply(wanted, key, batch)

    return act


def _dialog(model: BatchModel, steps: Sequence[Step]) -> BatchDialog:
    return BatchDialog(
        model.title, model.lines, steps, model.after, model.verb, words=dialog_words(), batch_words=words.words()
    )


def _ask_values(dialog: ValuesDialog, then: Callable[[Mapping[str, str]], Next]) -> Ask:
    return Ask(dialog, lambda yes: then(dialog.values) if yes else None)
