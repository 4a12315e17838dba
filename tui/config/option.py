"""One setting: how it is read, documented and given, and its value with where it came from."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar, overload

from tui.locale import _n

T = TypeVar("T")
DEFAULT = _n("default")


class Belongs(Enum):
    """What a setting belongs to: this machine and person, one account, or one account's secret.

    An account's settings do not apply to other accounts, and a secret is sent to its own gateway only.
    """

    PERSON = 1
    ACCOUNT = 2
    SECRET = 3


class Value(NamedTuple):
    """A setting's value and its origin."""

    value: Any
    origin: str


class HasValues(Protocol):
    """Settings, whatever they are of."""

    values: Mapping[str, Value]


class Option(Generic[T]):
    """One setting: how to read it, its default, its help, and where it can be given.

    `flag` is the metavar of its flag, "" for a flag without a value, None for no flag; `flag_of` is the only verb with
    the flag, None for all. `table` is its table in the file, "" for none. `example` is shown in the template if there
    is no default to show: a TOML value, or tables. As an attribute of settings it is the typed value.
    """

    name: str
    """Its name, with its table in front: `triage.floor_usd`."""

    def __init__(
        self,
        read: Callable[[object], T],
        default: T,
        help: str,  # noqa: A002 - what argparse calls it
        *,
        variable: str | None = None,
        flag: str | None = None,
        flag_of: str | None = None,
        belongs: Belongs = Belongs.PERSON,
        table: str = "",
        example: str = "",
    ) -> None:
        self.read = read
        self.default = default
        self.help = help
        self.variable = variable
        self.flag = flag
        self.flag_of = flag_of
        self.belongs = belongs
        self.table = table
        self.example = example

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"{self.table}.{name.removeprefix(f'{self.table}_')}" if self.table else name

    @overload
    def __get__(self, settings: None, owner: type) -> Self: ...

    @overload
    def __get__(self, settings: HasValues, owner: type) -> T: ...

    def __get__(self, settings: HasValues | None, owner: type) -> Self | T:
        if settings is None:
            return self
        value: T = settings.values[self.name].value
        return value

    @property
    def is_tables(self) -> bool:
        """Whether it is any number of tables in the file rather than a value."""
        return self.example.startswith("[[")

    @property
    def flag_name(self) -> str:
        """The flag as typed."""
        return f"--{self.flag_dest.replace('_', '-')}"

    @property
    def flag_dest(self) -> str:
        """The argparse dest of the flag."""
        return self.name.rpartition(".")[2]
