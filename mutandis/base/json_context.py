"""What one conversion to or from JSON remembers: shared values, and how far the text is trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mutandis.base import json_registry
from mutandis.base.json_hooks import hooks
from mutandis.base.json_markers import CONTEXT_KEY, PRIMITIVES, REF_KEY, ROOT_VALUE_KEY

# How many dicts and lists JSON may become by copies of shared values, for each that it has.
_COPIES_PER_CONTAINER = 1000
_UNTRUSTED_COPIES_PER_CONTAINER = 100
# Plain values are copied so much faster that so many count as a dict or list.
_LEAVES_PER_CONTAINER = 20


class SharedEntry:
    """A value that was written, and what was written for it."""

    __slots__ = ('value', 'serialized', 'ref_count')

    def __init__(self, value: Any, serialized: Any, ref_count: int = 1) -> None:
        self.value = value
        self.serialized = serialized
        self.ref_count = ref_count


class JSONConversionContext:
    """The state of one conversion.

    While writing, it finds values that occur more than once (by identity); they are written once,
    into the list `shared_objects` of the result, and `{'__ref__': index}` stands where they occur.
    While reading, it holds these values, and the options that every nested value is read with.

    Args:
        trusted: see `json_registry`; None is the default trust.
        allow: modules that names may be imported from although the text is not trusted.
        auto_import: whether names may be imported at all.
        convert_unknown: read unknown names as placeholders rather than raise.
        auto_symbolic: read dicts and lists as symbolic ones.
        allow_partial: accept objects that lack required fields.
    """

    __slots__ = (
        'trusted',
        'allow',
        'auto_import',
        'convert_unknown',
        'auto_symbolic',
        'allow_partial',
        'classes',
        'prepared',
        'deep',
        'ready',
        'containers',
        'adopting',
        '_entries',
        '_by_id',
        '_active',
        '_shared',
        '_sizes',
        '_weight',
        '_referred',
        '_excess',
    )

    def __init__(
        self,
        *,
        trusted: bool | None = None,
        allow: Iterable[str] = (),
        auto_import: bool = True,
        convert_unknown: bool = False,
        auto_symbolic: bool = False,
        allow_partial: bool = False,
    ) -> None:
        self.trusted = trusted
        self.allow = (allow,) if isinstance(allow, str) else tuple(allow)
        self.auto_import = auto_import
        self.convert_unknown = convert_unknown
        self.auto_symbolic = auto_symbolic
        self.allow_partial = allow_partial
        self.classes: dict[str, Any] = {}
        self.prepared = False
        # See `json_depth`: whether the value is a deep one, and what is finished: the result for a
        # value, by its identity, with the value.
        self.deep = False
        self.ready: dict[int, tuple[Any, Any]] | None = None
        self.containers = 0  # In the JSON value that is read.
        # Whether what is read now goes into a symbolic tree, which copies shared values.
        self.adopting = auto_symbolic
        self._entries: list[SharedEntry] = []
        self._by_id: dict[int, int] = {}
        self._active: dict[int, int] = {}
        self._shared: list[Any] = []
        # While reading: how many dicts and lists a copy of each shared value has, and how many
        # shared values it refers to; the sums of both over the references read so far; and how
        # much more the result is than the JSON value.
        self._sizes: list[tuple[int, int]] = []
        self._weight = 0
        self._referred = 0
        self._excess = 0

    # -- Writing.

    def is_written(self, value: Any) -> bool:
        """Whether a value was written before, and would now become a reference."""
        return id(value) in self._by_id

    def serialize_maybe_shared(
        self,
        value: Any,
        json_fn: Callable[..., Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Returns the JSON form of a value, or a reference if it was written before.

        Args:
            value: the value.
            json_fn: writes it, called with `**kwargs`; `to_json(value, context=self)` by default.
            **kwargs: options of the conversion.
        """
        if type(value) in PRIMITIVES:
            return value
        identity = id(value)
        if self.ready and identity in self.ready:
            return self.ready.pop(identity)[1]
        index = self._by_id.get(identity)
        if index is not None:
            self._entries[index].ref_count += 1
            return {REF_KEY: index}
        depth = self._active.get(identity, 0)
        if depth:
            # A `to_json` that calls the one of its base class comes here once more.
            if json_fn is None or depth > 1:
                raise ValueError(
                    f'Cannot encode a {type(value).__name__} as JSON: it contains itself.'
                )
            self._active[identity] = 2
            try:
                return json_fn(**kwargs)
            finally:
                self._active[identity] = 1
        self._active[identity] = 1
        try:
            if json_fn is None:
                from mutandis.base import json_writing

                serialized = json_writing.encode_unshared(value, self, kwargs)
            else:
                serialized = json_fn(**kwargs)
        finally:
            del self._active[identity]
        if isinstance(serialized, (dict, list)):
            self._by_id[identity] = len(self._entries)
            self._entries.append(SharedEntry(value, serialized))
        return serialized

    def add_shared(self, entry: SharedEntry) -> int:
        """Adds a written value by hand and returns its index."""
        index = len(self._entries)
        self._entries.append(entry)
        self._by_id[id(entry.value)] = index
        return index

    def next_shared_index(self) -> int:
        """Returns the index that the next written value gets."""
        return len(self._entries)

    def to_json(self, *, root: Any, **kwargs: Any) -> Any:
        """Returns the result for a written root: itself, or itself with the shared values."""
        shared = [
            (index, entry) for index, entry in enumerate(self._entries) if entry.ref_count > 1
        ]
        if not shared:
            return root
        numbers = {old: new for new, (old, _) in enumerate(shared)}
        ids = {id(entry.serialized): number for number, (_, entry) in enumerate(shared)}

        def resolve(top: Any) -> Any:
            """Copies what was written, with references to what is shared."""
            holder = [top]
            stack: list[tuple[Any, Any, Any]] = [(holder, 0, top)]
            while stack:
                container, key, value = stack.pop()
                if value is not top and id(value) in ids:
                    container[key] = {REF_KEY: ids[id(value)]}
                elif isinstance(value, dict):
                    if len(value) == 1 and REF_KEY in value:
                        container[key] = {REF_KEY: numbers[value[REF_KEY]]}
                        continue
                    copy = container[key] = dict(value)
                    stack.extend(
                        (copy, k, v) for k, v in value.items() if isinstance(v, (dict, list))
                    )
                else:
                    items = container[key] = list(value)
                    stack.extend(
                        (items, i, v) for i, v in enumerate(value) if isinstance(v, (dict, list))
                    )
            return holder[0]

        return {
            CONTEXT_KEY: {'shared_objects': [resolve(entry.serialized) for _, entry in shared]},
            ROOT_VALUE_KEY: resolve([root])[0],
        }

    # -- Reading.

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> JSONConversionContext:
        """Reads the `__context__` part of a JSON value."""
        context = cls(**kwargs)
        context.read_shared(json_value)
        return context

    def read_shared(self, json_value: Any) -> None:
        """Reads the shared values of the `__context__` part of a JSON value."""
        from mutandis.base import json_reading

        entries = json_value.get('shared_objects', ()) if isinstance(json_value, dict) else None
        if not isinstance(entries, (list, tuple)):
            raise ValueError(
                f'{CONTEXT_KEY!r} should hold a list of "shared_objects". '
                f'Encountered: {json_value!r}.'
            )
        for entry in entries:
            weight, referred = self._weight, self._referred
            value = json_reading.decode(entry, self)
            self._shared.append(value)
            weight = _weight(entry) + self._weight - weight if _is_copied(value) else 0
            self._sizes.append((weight, 1 + self._referred - referred))

    def get_shared(self, index: int) -> Any:
        """Returns the shared value of an index.

        While writing, that is a `SharedEntry`; while reading, the value itself.
        """
        values: list[Any] = self._shared or self._entries
        if not isinstance(index, int) or not 0 <= index < len(values):
            raise ValueError(
                f'The JSON refers to the shared value {index!r}, but holds only {len(values)}.'
            )
        if self._shared:
            self._count(*self._sizes[index])
        return values[index]

    def _count(self, weight: int, referred: int) -> None:
        # A node has one parent, so a value that is shared becomes as many copies in a symbolic
        # tree. A few lines of JSON whose values refer twice to the one before must not become
        # millions; nor may they look like millions to whoever walks plain data.
        self._weight += weight
        self._referred += referred
        self._excess += weight if self.adopting else referred - 1
        limit = _UNTRUSTED_COPIES_PER_CONTAINER if self.trusted is False else _COPIES_PER_CONTAINER
        if self._excess > limit * (self.containers + 1000):
            raise ValueError(
                f'The JSON value refers to shared values too often: its {self.containers} dicts '
                f'and lists would become more than {self._excess}. Was it made by `to_json`? If '
                f'so, put a `Ref` around what need not be copied for each place.'
            )

    def load_symbol(self, name: str) -> Any:
        """Returns the class or function of a name, as far as the trust allows."""
        if self.trusted is not False:
            cls = json_registry.registered_class(name)
            if cls is not None:
                return cls
        return json_registry.load_symbol(name, self.trusted, self.allow, self.auto_import)


def _is_copied(value: Any) -> bool:
    """Whether symbolic trees copy a shared value rather than hold the very same one."""
    return isinstance(value, (dict, list)) or (
        hooks.node_type is not None and isinstance(value, hooks.node_type)
    )


def _weight(json_value: Any) -> int:
    """Returns how many dicts and lists a JSON value has; many plain values count as one."""
    containers = leaves = 0
    stack = [json_value]
    while stack:
        value = stack.pop()
        if isinstance(value, (dict, list)):
            containers += 1
            stack.extend(value.values() if isinstance(value, dict) else value)
        else:
            leaves += 1
    return containers + leaves // _LEAVES_PER_CONTAINER
