"""`Dict`: a dict that is a node of the program.

It is a `dict`, and its items are stored there in symbolic form, so reading runs at the speed of a
plain dict. Items that are *inferred* (their value depends on where they stand) need more than a
look-up: a Dict that holds one turns into an `InferringDict`.

An item that has been read as an attribute is *mirrored*: it is also kept as an attribute of the
instance, where the next read finds it without a call. Inferred values never are, nor are names
that start with an underscore, which belong to the node itself. Every write of the mapping keeps
the mirror exact, or drops it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, KeyPath, MissingValue
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.cloning import clone_value
from mutandis.symbolic.container import Container, OnChange, accept_child, holds_containers
from mutandis.symbolic.flags import SCOPES
from mutandis.symbolic.inferring import InferringDict, make_inferring, plain_class
from mutandis.symbolic.pickling import reduced
from mutandis.symbolic.plans import (
    PathLike,
    Plan,
    dict_spec_of,
    join_path,
    plan_for,
    resolve_path,
)
from mutandis.symbolic.rebind import Batch, all_or_nothing, commit, is_unheard, listens_above
from mutandis.symbolic.topology import (
    ALLOW_PARTIAL,
    HOOKS,
    SEALED,
    WRITABLE,
    Node,
    adopt,
    child_path,
    detach,
    path_below,
    path_of,
    relink,
    set_attribute,
    symbolize_value,
    unlink,
)

_MISSING = MissingValue()
_ABSENT = object()
_RAISE = object()
_PLAIN_READS: tuple[Any, ...] = (dict.__getitem__, InferringDict.__getitem__)


class Dict(dict[Any, Any], Container):
    """A symbolic dict, with attribute access to its items.

    Args:
        dict_obj: A mapping or an iterable of pairs to take items from.
        value_spec: `typing.Dict` with which items are validated; None for any.
        onchange_callback: Called with {relative path: FieldUpdate} after changes here or below.
        allow_partial: Whether values may be missing.
        accessor_writable: Whether `d[k] = v` and `d.k = v` are allowed.
        sealed: Whether the new node is sealed.
        root_path: Path of the node as a root.
        **kwargs: Items; they override those of `dict_obj`.

    Raises:
        TypeError: `dict_obj` has no items, or `value_spec` is no `typing.Dict`.
        ValueError: A required value is missing.
    """

    __slots__ = ('_sym_parent', '_sym_key', '__dict__', '__weakref__')

    _sym_spec_class = T.Dict
    _sym_mirrored = False  # Whether an item is kept as an attribute, too.

    def __init__(
        self,
        dict_obj: Any = None,
        *,
        value_spec: Any = None,
        onchange_callback: OnChange | None = None,
        allow_partial: bool = False,
        accessor_writable: bool = True,
        sealed: bool = False,
        root_path: KeyPath | None = None,
        pass_through: bool = False,
        as_object_attributes_container: bool = False,
        **kwargs: Any,
    ) -> None:
        dict.__init__(self)
        set_attribute(self, '_sym_parent', None)
        if allow_partial or not accessor_writable:
            self._sym_set_flag(ALLOW_PARTIAL, allow_partial)
            self._sym_set_flag(WRITABLE, accessor_writable)
        if root_path is not None:
            set_attribute(self, '_sym_root_path', KeyPath.from_value(root_path))
        items: dict[Any, Any]
        if dict_obj is None:
            items = kwargs
        else:
            items = _items_of(dict_obj)
            items.update(kwargs)
        if value_spec is None:
            self._sym_fill(items)
        else:
            plan = plan_for(_require_dict_spec(value_spec))
            self._sym_fill_typed(items, plan, self._sym_accepts_partial(), root_path)
        self._sym_listen(onchange_callback)
        if sealed:
            self.seal()
        if SCOPES.active:
            self._sym_constructed()

    @classmethod
    def partial(cls, dict_obj: Any = None, value_spec: Any = None, **kwargs: Any) -> Dict:
        """Creates a Dict in which values may be missing."""
        return cls(dict_obj, value_spec=value_spec, allow_partial=True, **kwargs)

    @classmethod
    def _sym_make(
        cls,
        items: dict[Any, Any],
        value_spec: Any = None,
        leaves_only: bool = False,
    ) -> Any:
        """Builds a Dict of items that are known to be valid and parentless."""
        self = dict.__new__(cls)
        set_attribute(self, '_sym_parent', None)
        dict.update(self, items)
        if value_spec is not None:
            set_attribute(self, '_sym_plan', plan_for(value_spec))
        if not leaves_only:
            for key, value in items.items():
                if value.__class__ not in LEAF_TYPES:
                    self._sym_store(key, adopt(value, self, key))
        return self

    @classmethod
    def _sym_can_mirror(cls, names: Iterable[Any]) -> bool:
        """Whether items of these names can all be kept as attributes, if they are leaves."""
        return cls.__getitem__ in _PLAIN_READS and all(
            isinstance(name, str) and not name.startswith('_') and not hasattr(cls, name)
            for name in names
        )

    @classmethod
    def _sym_make_mirrored(cls, items: dict[str, Any]) -> Any:
        """Builds a Dict of leaves, which are kept as attributes from the beginning.

        For a Dict that is read soon and by attributes; see `_sym_can_mirror`.
        """
        self = dict.__new__(cls)
        set_attribute(self, '_sym_parent', None)
        dict.update(self, items)
        attributes = self.__dict__
        attributes.update(items)
        attributes['_sym_mirrored'] = True
        return self

    @classmethod
    def _sym_make_typed(
        cls, items: dict[Any, Any], plan: Plan, partial: bool, path: PathLike
    ) -> Any:
        """Builds a Dict from a plain dict by the plan of its field."""
        self = dict.__new__(cls)
        set_attribute(self, '_sym_parent', None)
        if partial:
            set_attribute(self, '_sym_flags', self._sym_flags | ALLOW_PARTIAL)
        if HOOKS.path_listeners:
            set_attribute(self, '_sym_root_path', resolve_path(path))
        self._sym_fill_typed(items, plan, partial, path)
        return self

    # ---------------------------------------------------------------- filling

    def _sym_fill(self, items: dict[Any, Any]) -> None:
        store = dict.__setitem__
        root_path = self._sym_root_path
        for key, value in items.items():
            if key.__class__ is not str:
                self._sym_check_key(key)
            if value.__class__ not in LEAF_TYPES:
                if isinstance(value, MissingValue):
                    continue
                value = symbolize_value(value, child_path(root_path, key))
                self._sym_store(key, adopt(value, self, key))
            else:
                store(self, key, value)

    def _sym_fill_typed(
        self, items: dict[Any, Any], plan: Plan, partial: bool, path: PathLike
    ) -> None:
        """Validates `items` with `plan` and makes them the items of this (new) node."""
        if holds_containers(items.values()):
            accepted = all_or_nothing(lambda: _accept_items(items, plan, partial, path))
        else:
            accepted = _accept_items(items, plan, partial, path)
        dict.clear(self)
        set_attribute(self, '_sym_plan', plan)
        for key, value in accepted.items():
            if value.__class__ in LEAF_TYPES:
                dict.__setitem__(self, key, value)
            else:
                self._sym_store(key, adopt(value, self, key))

    def _sym_store(self, key: Any, value: Any) -> None:
        dict.__setitem__(self, key, value)
        if self._sym_mirrored:
            self._sym_forget(key)
        if getattr(value.__class__, '_sym_inferential', False):
            make_inferring(self)

    def _sym_forget(self, key: Any) -> None:
        """Takes an item out of the mirror, until it is read again."""
        if isinstance(key, str) and not key.startswith('_'):
            self.__dict__.pop(key, None)

    def _sym_clear(self) -> None:
        """Takes out all items, and the mirror."""
        dict.clear(self)
        if self._sym_mirrored:
            attributes = self.__dict__
            for name in [n for n in attributes if not n.startswith('_')]:
                del attributes[name]
            del attributes['_sym_mirrored']

    # ---------------------------------------------------------------- node protocol

    def _sym_values(self) -> dict[Any, Any]:
        return self

    def _sym_pairs(self) -> list[tuple[Any, Any]]:
        return list(dict.items(self))

    def _sym_raw(self, key: Any, default: Any = _RAISE) -> Any:
        value = dict.get(self, key, _ABSENT)
        if value is not _ABSENT:
            return value
        if default is _RAISE:
            raise AttributeError(key)
        return default

    def sym_keys(self) -> Iterator[Any]:
        """Iterates over the keys."""
        return iter(list(dict.keys(self)))

    def sym_hasattr(self, key: Any) -> bool:
        """Whether there is an item with this key."""
        return dict.__contains__(self, key)

    def sym_attr_field(self, key: Any) -> Any:
        """Returns the `typing.Field` of a key; None when untyped."""
        plan = self._sym_plan
        if plan is None or plan.spec.schema is None:
            return None
        return plan.spec.schema.get_field(key)

    def _sym_write(self, key: Any, value: Any, batch: Batch) -> None:
        old = dict.get(self, key, _MISSING)
        if old is value:
            return
        plan = self._sym_plan
        missing = isinstance(value, MissingValue)
        if plan is None or plan.keys is None:
            self._sym_check_key(key)
            if missing:
                self._sym_remove(key, batch)
                return
            new = symbolize_value(value, lambda: path_below(self, key))
        else:
            sub = plan.plan_of(key)
            if sub is None:
                from mutandis.symbolic.messages import described, not_allowed

                raise KeyError(not_allowed(key, described(self), plan))
            if missing and key not in plan.keys:
                self._sym_remove(key, batch)
                return
            new = sub.accept(value, self._sym_accepts_partial(), lambda: path_below(self, key))
            if new is old and isinstance(new, Node):
                return
        self._sym_put(key, new, old, batch)

    def _sym_takes_at_once(self, key: Any, value: Any) -> bool:
        """Whether a plain value can be stored without conversion and adoption."""
        plan = self._sym_plan
        if plan is None or plan.keys is None:
            return key.__class__ is str and value.__class__ in LEAF_TYPES
        sub = plan.keys.get(key)
        return sub is not None and value.__class__ in sub.exact

    def _sym_put(self, key: Any, new: Any, old: Any, batch: Batch) -> None:
        absent = isinstance(old, MissingValue) and not dict.__contains__(self, key)

        def undo() -> None:
            unlink(new, self)
            if absent:
                dict.pop(self, key, None)
            else:
                dict.__setitem__(self, key, old)
                relink(old, self, key)
            self._sym_forget(key)

        batch.undo.append(undo)
        detach(old, self)
        new = adopt(new, self, key)
        self._sym_store(key, new)
        batch.changes.append((self._sym_target(), key, old, new))

    def _sym_check_key(self, key: Any) -> None:
        if not isinstance(key, (str, int)):
            from mutandis.symbolic.messages import described

            raise KeyError(f'{key!r} is no key for {described(self)}: keys are str or int.')

    def _sym_remove(self, key: Any, batch: Batch) -> None:
        if not dict.__contains__(self, key):
            return
        before: Any = None
        if id(self) not in batch.copied:  # One copy for each batch has the order of the items.
            batch.copied.add(id(self))
            before = list(dict.items(self))
        old = dict.pop(self, key)
        if self._sym_mirrored:
            self._sym_forget(key)

        def undo() -> None:
            if before is not None:
                self._sym_clear()
                dict.update(self, before)
            relink(old, self, key)

        batch.undo.append(undo)
        detach(old)
        batch.changes.append((self._sym_target(), key, old, _MISSING))

    def _sym_target(self) -> Any:
        return self

    def _sym_clone(self, deep: bool, memo: Any = None) -> Any:
        return self._sym_remake(
            {
                k: v if v.__class__ in LEAF_TYPES else clone_value(v, deep, memo)
                for k, v in dict.items(self)
            }
        )

    def _sym_remake(self, values: Any) -> Any:
        new = dict.__new__(plain_class(self))
        set_attribute(new, '_sym_parent', None)
        self._sym_copy_state_to(new)
        dict.update(new, values)
        if not LEAF_TYPES.issuperset(map(type, values.values())):
            for key, value in values.items():
                if value.__class__ not in LEAF_TYPES:
                    new._sym_store(key, adopt(value, new, key))
        return new

    def _sym_spec_in(self, value_spec: Any) -> Any:
        return dict_spec_of(value_spec)

    def _sym_has_to_fit(self, spec: Any, partial: bool, path: PathLike) -> bool:
        if spec.schema is None:
            return False
        mine = self._sym_plan
        if mine is None or mine.keys is None:
            return True
        self._sym_check_spec(spec, path)
        return bool(self._sym_flags & ALLOW_PARTIAL) != bool(partial)

    def _sym_fit(self, plan: Plan, partial: bool, path: PathLike) -> None:
        before = dict(dict.items(self))
        accepted = _accept_items(before, plan, partial, path, self)

        def undo() -> None:
            for value in dict.values(self):
                unlink(value, self)
            self._sym_clear()
            dict.update(self, before)
            for key, value in before.items():
                relink(value, self, key)

        self._sym_bind(plan, partial, undo)
        self._sym_clear()
        changes = []
        for key, value in accepted.items():
            old = before.get(key, _MISSING)
            if value is not old or isinstance(value, MissingValue):
                detach(old)
                value = adopt(value, self, key)
                changes.append((self, key, old, value))
            self._sym_store(key, value)
        if listens_above(self):
            self._sym_tell_each(changes)

    # ---------------------------------------------------------------- attribute access

    def __getattr__(self, name: str) -> Any:
        if dict.__contains__(self, name):
            value = self[name]
            self._sym_mirror(name, value)
            return value
        some = ', '.join([repr(k) for k in islice(dict.keys(self), 20)])
        raise AttributeError(
            f'The Dict at {str(path_of(self))!r} has no key or attribute {name!r}. '
            f'Known keys: {some}{", ..." if len(self) > 20 else ""}.',
            # With these Python itself adds what may have been meant, when it prints a traceback.
            name=name,
            obj=self,
        )

    def _sym_mirror(self, name: str, value: Any) -> None:
        """Keeps an item as an attribute, if that is what every further read has to give."""
        cls = type(self)
        if (
            dict.get(self, name, _ABSENT) is value
            and not getattr(value.__class__, '_sym_inferential', False)
            and cls.__getitem__ in _PLAIN_READS
            and not name.startswith('_')
            and not hasattr(cls, name)
        ):
            set_attribute(self, '_sym_mirrored', True)
            set_attribute(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith('_'):
            set_attribute(self, name, value)
        else:
            self[name] = value

    def __dir__(self) -> list[str]:
        names = {k for k in dict.keys(self) if isinstance(k, str) and k.isidentifier()}
        return sorted(names.union(object.__dir__(self)))

    def __delattr__(self, name: str) -> None:
        if name.startswith('_'):
            object.__delattr__(self, name)
        else:
            del self[name]

    # ---------------------------------------------------------------- dict interface

    def __missing__(self, key: Any) -> Any:
        raise KeyError(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        if (
            self._sym_takes_at_once(key, value)
            and dict.get(self, key).__class__ in LEAF_TYPES
            and self._sym_flags & (SEALED | WRITABLE) == WRITABLE
            and is_unheard(self)
        ):
            dict.__setitem__(self, key, value)
            if self._sym_mirrored and key in self.__dict__ and not key.startswith('_'):
                set_attribute(self, key, value)
            return
        self._sym_check_key(key)
        self._sym_require_writable(f'set {key!r}')
        self._sym_commit_write(key, value)

    def _sym_commit_write(self, key: Any, value: Any) -> None:
        commit(self, lambda batch: self._sym_write(key, value, batch))

    def __delitem__(self, key: Any) -> None:
        self._sym_require_writable(f'delete {key!r}')
        if not dict.__contains__(self, key):
            from mutandis.symbolic.messages import described, did_you_mean

            raise KeyError(f'No {key!r} in {described(self)}.{did_you_mean(key, self.sym_keys())}')
        self._sym_commit_write(key, MissingValue())

    def pop(self, key: Any, default: Any = _RAISE) -> Any:
        """Removes an item and returns its value, or `default` where there is none.

        Raises:
            KeyError: There is no such item, and no default.
        """
        if dict.__contains__(self, key):
            if (
                self._sym_plan is None
                and self._sym_takes_at_once(key, None)
                and not self._sym_flags & SEALED
                and dict.__getitem__(self, key).__class__ in LEAF_TYPES
                and is_unheard(self)
            ):
                self._sym_forget(key)
                return dict.pop(self, key)
            value = self[key]
            self._sym_require_unsealed(f'pop {key!r}')
            self._sym_commit_write(key, MissingValue())
            return default if isinstance(value, MissingValue) and default is not _RAISE else value
        if default is _RAISE:
            raise KeyError(key)
        return default

    def popitem(self) -> tuple[Any, Any]:
        """Removes and returns the last item; for untyped Dicts.

        Raises:
            ValueError: The Dict has a schema.
            KeyError: The Dict is empty.
        """
        if self._sym_plan is not None and self._sym_plan.keys is not None:
            raise ValueError('`popitem` cannot be used on a Dict with a value spec.')
        self._sym_require_unsealed('pop an item')
        if not self:
            raise KeyError('The Dict is empty.')
        key = next(reversed(self))
        value = self[key]
        commit(
            self,
            lambda batch: self._sym_remove(key, batch),
            skip_notification=True,
        )
        return key, value

    def clear(self) -> None:
        """Removes all items; with a value spec, goes back to the defaults.

        Raises:
            ValueError: A required key has no default.
        """
        self._sym_require_unsealed('clear')

        def write(batch: Batch) -> None:
            for key in list(dict.keys(self)):
                self._sym_write(key, MissingValue(), batch)

        commit(self, write, skip_notification=True)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """Returns the item (in symbolic form), after assigning `default` when it is absent."""
        value = dict.get(self, key, _MISSING)
        if isinstance(value, MissingValue):
            self[key] = default
            value = dict.get(self, key, default)
        return value

    def update(self, other: Any = None, **kwargs: Any) -> None:  # type: ignore[override]
        """Sets several items at once; keys may be paths, `MISSING_VALUE` deletes."""
        items = {} if other is None else _items_of(other)
        items.update(kwargs)
        if items:
            self._sym_require_unsealed('update')
            self.rebind(items, raise_on_no_change=False, skip_notification=True)

    def __ior__(self, other: Any) -> Dict:  # type: ignore[misc]
        self.update(other)
        return self

    def copy(self) -> Dict:
        """Returns a shallow symbolic clone."""
        result: Dict = self.sym_clone()
        return result

    def __str__(self) -> str:
        return Symbolic.__str__(self)

    def __repr__(self) -> str:
        return Symbolic.__repr__(self)

    def __eq__(self, other: Any) -> bool:
        result: bool = self._sym_equals(other, dict.__eq__, dict.values)
        return result

    def __ne__(self, other: Any) -> bool:
        result: Any = self == other
        return result if result is NotImplemented else not result

    def __hash__(self) -> int:  # type: ignore[override]
        return self.sym_hash()

    def __reduce_ex__(self, protocol: Any) -> Any:
        flags = self._sym_flags
        state = (flags, self._sym_callback)
        return reduced(self, _restore_dict, (plain_class(self), list(dict.items(self)), state))

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> Any:
        """Builds a Dict from its JSON form."""
        from mutandis.symbolic import serialization

        return serialization.dict_from_json(cls, json_value, **kwargs)


def _restore_dict(cls: Any, items: list[tuple[Any, Any]], state: tuple[int, Any]) -> Any:
    node = dict.__new__(cls)
    set_attribute(node, '_sym_parent', None)
    flags, callback = state
    if flags != node._sym_flags:
        set_attribute(node, '_sym_flags', flags)
    if callback is not None:
        set_attribute(node, '_sym_callback', callback)
        set_attribute(node, '_sym_listens', True)
    for key, value in items:
        node._sym_store(key, adopt(value, node, key))
    return node


def _require_dict_spec(value_spec: Any) -> Any:
    if not isinstance(value_spec, T.Dict):
        raise TypeError(
            f'`value_spec` of a Dict must be a `typing.Dict`. Encountered: {value_spec!r}.'
        )
    return value_spec


def _items_of(source: Any) -> dict[Any, Any]:
    if isinstance(source, dict):
        return dict(source) if not isinstance(source, Dict) else dict(dict.items(source))
    if not isinstance(source, Iterable):
        raise TypeError(
            f'A Dict is made from a mapping or an iterable of pairs. Encountered: {source!r}.'
        )
    return dict(source)


def _accept_items(
    items: dict[Any, Any], plan: Plan, partial: bool, path: PathLike, owner: Any = None
) -> dict[Any, Any]:
    """Returns validated items in schema order, defaults filled in; `items` is not changed.

    Containers that are children of `owner` already are fitted where they are.
    """
    if plan.keys is None:
        return {k: symbolize_value(v, join_path(path, k)) for k, v in items.items()}
    accepted: dict[Any, Any] = {}
    for key in items:
        if key not in plan.keys and plan.plan_of(key) is None:
            from mutandis.symbolic.messages import not_allowed

            where = resolve_path(path)
            owner = f'the dict at {str(where)!r}' if where else 'this dict'
            raise KeyError(not_allowed(key, owner, plan))
    for key, sub in plan.keys.items():
        value = items.get(key, _MISSING)
        if value.__class__ in sub.exact:
            accepted[key] = value
        else:
            accepted[key] = accept_child(value, sub, partial, join_path(path, key), owner)
    if len(accepted) != len(items) or any(k not in accepted for k in items):
        for key, value in items.items():
            if key in accepted:
                continue
            found = plan.plan_of(key)
            if found is not None and not isinstance(value, MissingValue):
                accepted[key] = accept_child(value, found, partial, join_path(path, key), owner)
    return accepted


__all__ = ['Dict', 'clone_value']
