"""Compounds: symbolic classes made of a function that builds an object.

A compound *is a* `Foo` whose fields are the arguments of a factory of `Foo`s. In the tree it is one
node: these arguments are what is compared, saved, rebound and searched. What the factory makes of
them, the *product*, is built when something of it is needed first, and again after a change.

The class of a compound derives from `Compound` and from the base class. Of the latter it takes the
type only: its public attributes and special methods are answered by the product, and what it
overrides of `Object` is set back.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, overload

from mutandis.base import KeyPath, MissingValue
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.call_arguments import CallArguments
from mutandis.symbolic.class_attributes import LazyInit, StoredField
from mutandis.symbolic.class_compiler import name_class
from mutandis.symbolic.class_docs import description_of
from mutandis.symbolic.object import Object
from mutandis.symbolic.object_meta import (
    ObjectMeta,
    install_schema,
)
from mutandis.symbolic.topology import set_attribute

_F = TypeVar('_F', bound=Callable[..., Any])


class IncompleteCompoundError(AttributeError, ValueError):
    """An attribute of a product was asked for whose factory still lacks arguments."""


class Compound(Object):
    """Base of the classes that `compound` makes."""

    auto_schema = False
    auto_register = False
    infer_symbolic_fields_from_annotations = False
    allow_symbolic_attribute = True

    _sym_factory: ClassVar[Any] = None
    _sym_call: ClassVar[CallArguments]
    _sym_returns: ClassVar[Any] = None
    # Whether also names that begin with `_` are looked up in the product: a torch module looks
    # into the internals of the modules that it holds.
    _sym_is_module: ClassVar[bool] = False
    # The product, and the error that kept it from being built.
    _sym_product: Any = None
    _sym_failure: Any = None

    def __init_subclass__(cls, user_cls: Any = None, **kwargs: Any) -> None:
        # That of the base class is not asked: it expects classes of another kind.
        if cls.auto_schema:
            Object.__init_subclass__.__func__(cls, user_cls)  # type: ignore[attr-defined]

    @property
    def decomposed(self) -> Any:
        """What the factory makes of the arguments: built once for each state of them.

        Raises:
            ValueError: An argument is missing.
        """
        product = self._sym_product
        if product is None:
            try:
                product = self._sym_build()
            except AttributeError as error:
                # Python asks `__getattr__` next, which has to know about it.
                set_attribute(self, '_sym_failure', error)
                raise
            set_attribute(self, '_sym_product', product)
        if isinstance(product, Symbolic):
            self._sym_place(product)
        return product

    def _sym_build(self) -> Any:
        cls = type(self)
        missing = [n for n, v in self._sym_pairs() if isinstance(v, MissingValue)]
        if missing:
            where = str(self.sym_path)
            at = f' at {where!r}' if where else ''
            raise IncompleteCompoundError(
                f'The {cls.__name__}{at} cannot be decomposed: '
                f'{", ".join(map(repr, missing))} of its factory '
                f'{"is" if len(missing) == 1 else "are"} not given yet. Rebind first.'
            )
        args, kwargs = cls._sym_call.arguments(self)
        product = cls._sym_factory(*args, **kwargs)
        try:
            return cls._sym_returns.apply(product, allow_partial=True, root_path=KeyPath('returns'))
        except (TypeError, ValueError) as error:
            name_class(error, cls)
            raise

    def _sym_place(self, product: Any) -> None:
        """Gives a symbolic product the place of the compound, so that its values are inferred."""
        parent = self._sym_parent
        old = product._sym_parent
        if old is parent and (parent is None or product._sym_key == self._sym_key):
            return
        set_attribute(product, '_sym_parent', parent)
        if parent is not None:
            set_attribute(product, '_sym_key', self._sym_key)
        if product._sym_parent_hook and old is not parent:
            product._on_parent_change(old, parent)

    def _on_parent_change(self, old_parent: Any, new_parent: Any) -> None:
        product = self._sym_product
        if isinstance(product, Symbolic):
            self._sym_place(product)

    def _sym_touch(self) -> None:
        product = self._sym_product
        if product is not None:
            set_attribute(self, '_sym_product', None)
            if isinstance(product, Symbolic) and product._sym_parent is self._sym_parent:
                set_attribute(product, '_sym_parent', None)

    def _sym_run_super_inits(self) -> None:
        # What the constructor of the base class sets up is the product's.
        pass

    # ---------------------------------------------------------------- attributes of the product

    def __getattr__(self, name: str) -> Any:
        failure = self._sym_failure
        if failure is not None:
            set_attribute(self, '_sym_failure', None)
            raise failure
        cls = type(self)
        if name in cls._sym_field_map or (name[:1] == '_' and not cls._sym_is_module):
            raise AttributeError(f'{cls.__name__!r} object has no attribute {name!r}')
        if name[:5] == '_sym_':
            raise AttributeError(name)
        return getattr(self.decomposed, name)

    def __setattr__(self, name: str, value: Any) -> None:
        cls = type(self)
        if name[:1] == '_' or name in cls._sym_routed or cls._sym_dynamic_plan(name) is not None:
            Object.__setattr__(self, name, value)
        else:
            setattr(self.decomposed, name, value)

    def __dir__(self) -> list[str]:
        names = set(object.__dir__(self))
        if not self.sym_partial:
            names.update(dir(self.decomposed))
        return sorted(names)


def _build_at_once(self: Any) -> None:
    """The `_on_bound` of compounds with `lazy_build=False`."""
    if not any(isinstance(v, MissingValue) for v in self.sym_values()):
        self.decomposed  # noqa: B018


class _ModuleMethods:
    """What compounds of torch modules define in addition: their copies keep the weights."""

    def _sym_clone(self: Any, deep: bool, memo: Any = None) -> Any:
        memo = {} if memo is None else memo
        new = Object._sym_clone(self, deep, memo)
        if not self.sym_abstract:
            import copy

            # Built now if it was not: two modules built apart would differ in their weights.
            set_attribute(new, '_sym_product', copy.deepcopy(self.decomposed, memo))
        return new

    def sym_clone(
        self: Any, deep: bool = False, memo: Any = None, override: dict[str, Any] | None = None
    ) -> Any:
        new = Symbolic.sym_clone(self, deep, {} if deep and memo is None else memo)
        if override:
            Symbolic.rebind(new, override, raise_on_no_change=False)
        return new

    def __reduce_ex__(self: Any, protocol: Any) -> Any:
        make, arguments = Object.__reduce_ex__(self, protocol)
        product = None if self.sym_abstract else self.decomposed
        return (make, arguments, {'_sym_product': product})

    def __setstate__(self: Any, state: Any) -> None:
        for name, value in state.items():
            set_attribute(self, name, value)


class _FromProduct:
    """Data descriptor for a name that the base class defines: the product answers."""

    __slots__ = ('name', 'base')

    def __init__(self, name: str, base: Any) -> None:
        self.name = name
        self.base = base

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        if obj is not None:
            return getattr(obj.decomposed, self.name)
        for base in self.base.__mro__:
            found = base.__dict__.get(self.name)
            if found is not None:
                if getattr(found, '__isabstractmethod__', False):
                    return self
                return found.__get__(None, owner) if hasattr(found, '__get__') else found
        return getattr(self.base, self.name)

    def __set__(self, obj: Any, value: Any) -> None:
        setattr(obj.decomposed, self.name, value)


def _special_method(name: str) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(self.decomposed, name)(*args, **kwargs)

    method.__name__ = name
    return method


# Special methods that say how an object is made, copied, compared or printed, or that belong to
# the class: they are those of the compound. All others are the product's.
_OWN_SPECIAL = frozenset(
    '__init__ __new__ __del__ __init_subclass__ __class_getitem__ __subclasshook__ __getattr__ '
    '__getattribute__ __setattr__ __delattr__ __dir__ __class__ __eq__ __ne__ __hash__ __repr__ '
    '__str__ __format__ __sizeof__ __reduce__ __reduce_ex__ __getstate__ __setstate__ '
    '__getnewargs__ __getnewargs_ex__ __copy__ __deepcopy__ __replace__ __post_init__ '
    '__set_name__ __get__ __set__ __delete__'.split()
)
# Of the class itself, not of what it inherits.
_OF_CLASS = frozenset(
    '__module__ __qualname__ __doc__ __dict__ __weakref__ __slots__ __annotations__ __init__ '
    '__abstractmethods__ _abc_impl __parameters__ __orig_bases__ __firstlineno__ '
    '__static_attributes__ __init_subclass__ __annotate__ __annotate_func__ '
    '__annotations_cache__'.split()
)
# Switches that the base class may set for its compounds, too.
_INHERITED = frozenset(
    {
        'allow_symbolic_assignment',
        'allow_symbolic_mutation',
        '_sym_inferential',
    }
)


def compound_class(
    factory_fn: Callable[..., Any],
    base_class: type | None = None,
    args: Any = None,
    *,
    lazy_build: bool = True,
    auto_doc: bool = True,
    auto_typing: bool = True,
    serialization_key: str | None = None,
    additional_keys: list[str] | None = None,
    add_to_registry: bool = False,
) -> Any:
    """Returns a symbolic class whose objects stand for what a function builds.

    Args:
        factory_fn: Function that builds an object of `base_class`. Its parameters become fields.
        base_class: What the objects of the new class are instances of; by default the class that
            the annotation of the result names.
        args: Field definitions for some or all of the parameters.
        lazy_build: Whether the function runs when its product is needed, or as soon as the
            arguments are bound.
        auto_doc: Whether descriptions of the parameters are taken from the docstring.
        auto_typing: Whether value specs are made from the annotations.
        serialization_key: Key under which objects are written to JSON.
        additional_keys: Further keys under which they can be read.
        add_to_registry: Whether the class is registered for reading.

    Raises:
        TypeError: `factory_fn` is no function, has a parameter with a reserved name, or the base
            class cannot be derived from.
        ValueError: There is no base class.
    """
    if not isinstance(factory_fn, types.FunctionType):
        raise TypeError(f'A compound is made of a function. Encountered: {factory_fn!r}.')
    import inspect

    from mutandis import typing as T
    from mutandis.typing.callable_signature import Signature

    signature = Signature.from_callable(factory_fn, auto_typing=auto_typing, auto_doc=auto_doc)
    signature.annotate(args, base_class)
    base = _base_class(factory_fn, signature) if base_class is None else base_class
    if not isinstance(base, type) or base is Any:
        raise TypeError(f'The base class of a compound must be a class. Encountered: {base!r}.')
    cls = _make_class(factory_fn, base)
    schema = signature.to_schema()
    schema.set_description(description_of(factory_fn.__doc__))
    if schema.get_field('decomposed') is not None and not signature.has_varkw:
        raise TypeError(
            f'{signature.id}: `decomposed` is an attribute of every compound and cannot be the '
            f'name of a parameter. Choose another one.'
        )
    set_on = type.__setattr__
    set_on(cls, '_sym_factory', staticmethod(factory_fn))
    set_on(cls, '_sym_call', CallArguments(list(inspect.signature(factory_fn).parameters.values())))
    set_on(cls, '_sym_returns', T.Object(base))
    if not lazy_build:
        set_on(cls, '_on_bound', _build_at_once)
    set_on(cls, '__init__', LazyInit(cls))
    _answer_from_product(cls, base, {str(k) for k in schema.fields})
    install_schema(cls, schema)
    # The base class may need implementations that its compounds have by way of the product.
    set_on(cls, '__abstractmethods__', frozenset())
    if serialization_key is not None:
        set_on(cls, '_sym_serialization_key', serialization_key)
    if add_to_registry:
        cls.register_for_deserialization(serialization_key, additional_keys)
    return cls


def _base_class(factory_fn: Any, signature: Any) -> Any:
    from mutandis import typing as T

    spec = signature.return_value
    if type(spec) is T.Any and not isinstance(spec.annotation, MissingValue):
        # Without `auto_typing` it is only noted.
        module = sys.modules.get(factory_fn.__module__)
        spec = T.ValueSpec.from_annotation(spec.annotation, auto_typing=True, parent_module=module)
    found = getattr(spec, 'cls', None)
    if found is None and spec is not None:
        found = spec.value_type
    if not isinstance(found, type) or found is object:
        raise ValueError(
            f'The base class of {signature.id} is not known: annotate the result of the function '
            f'with a class, or give `base_class`.'
        )
    return found


def _make_class(factory_fn: Any, base: Any) -> Any:
    from mutandis.symbolic.wrapped_module import is_module_class

    is_module = is_module_class(base)
    namespace: dict[str, Any] = {
        **_set_back(base),
        '__module__': factory_fn.__module__,
        '__qualname__': factory_fn.__qualname__,
        '__doc__': factory_fn.__doc__,
        'auto_schema': False,
        'auto_register': False,
        '_sym_made_by_wrap': True,
        '_sym_copy_state': False,
        '_sym_is_module': is_module,
    }
    if is_module:
        methods = vars(_ModuleMethods).items()
        namespace.update({n: m for n, m in methods if isinstance(m, types.FunctionType)})
    bases = (base,) if issubclass(base, Compound) else (Compound, base)
    meta: Any = type(base)
    if not issubclass(meta, ObjectMeta):
        if issubclass(ObjectMeta, meta):
            meta = ObjectMeta
        else:
            meta = type(f'{meta.__name__}Compound', (ObjectMeta, meta), {})
    try:
        cls = meta(factory_fn.__name__, bases, namespace)
    except (TypeError, AttributeError) as error:
        raise TypeError(
            f'{base!r} cannot be the base class of the compound {factory_fn.__name__!r}: {error}. '
            f'It must be a class that can be derived from, whose objects have no memory layout of '
            f'their own.'
        ) from error
    type.__delattr__(cls, 'auto_schema')
    type.__delattr__(cls, 'auto_register')
    return cls


def _set_back(base: Any) -> dict[str, Any]:
    """Returns what `Compound` says of the attributes of `Object` that a base class overrides."""
    own: dict[str, Any] = {}
    for cls in reversed(Compound.__mro__[:-1]):
        own.update(cls.__dict__)
    overridden: set[str] = set()
    for cls in base.__mro__:
        if cls not in Compound.__mro__:
            overridden.update(cls.__dict__)
    found = {
        n: v
        for n, v in own.items()
        if n in overridden and n not in _OF_CLASS and n not in _INHERITED
    }
    if '__getattribute__' in overridden:
        found['__getattribute__'] = object.__getattribute__
    return found


def _answer_from_product(cls: Any, base: Any, fields: set[str]) -> None:
    """Makes the names that the base class defines be answered by the product."""
    known = set(dir(Compound)) | {'custom_apply'}
    for name in [*dir(base), *getattr(base, '_sym_field_map', ())]:
        if name in fields or name in cls.__dict__ or name in known:
            if name in fields and _is_data(base, name):
                type.__setattr__(cls, name, StoredField(name))
            continue
        if not name.startswith('_'):
            type.__setattr__(cls, name, _FromProduct(name, base))
        elif name.startswith('__') and name.endswith('__') and name not in _OWN_SPECIAL:
            if isinstance(getattr(base, name), types.FunctionType):
                type.__setattr__(cls, name, _special_method(name))


def _is_data(base: Any, name: str) -> bool:
    found = next((c.__dict__[name] for c in base.__mro__ if name in c.__dict__), None)
    return hasattr(type(found), '__set__')


@overload
def compound(base_class: _F, /) -> _F: ...


@overload
def compound(base_class: type | None = None, args: Any = None, **kwargs: Any) -> Any: ...


def compound(base_class: Any = None, args: Any = None, **kwargs: Any) -> Any:
    """Decorator that makes a symbolic class of a function that builds an object; registers it.

    Example::

        @mt.compound
        def residual(width: int, depth: int = 2) -> Sequential:
            return Sequential([Linear(width, width) for _ in range(depth)])

        block = residual(64)      # a `Sequential` that is `residual(width=64, depth=2)` in the tree
        block.rebind(depth=3)
        block.decomposed          # the `Sequential`

    Args:
        base_class: What the objects are instances of; by default the annotation of the result.
        args: Field definitions for some or all of the parameters.
        **kwargs: `lazy_build`, `auto_doc`, `auto_typing`, `serialization_key` and
            `additional_keys`, as for `compound_class`.
    """
    if isinstance(base_class, types.FunctionType):
        return compound_class(base_class, args=args, add_to_registry=True, **kwargs)

    def decorate(factory_fn: Callable[..., Any]) -> Any:
        return compound_class(factory_fn, base_class, args, add_to_registry=True, **kwargs)

    return decorate


__all__ = ['Compound', 'IncompleteCompoundError', 'compound', 'compound_class']
