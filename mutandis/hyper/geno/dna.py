"""`DNA`: one point of a search space, a tree of numbers and strings.

A DNA is data. Its primary form is the tuple of the values of all active decisions (`_flat`)
together with the spec it is bound to (`_spec`); an unbound one holds its compact form instead
(`_code`, see `code.py`). Hash, equality, copying and conversion work on these. The symbolic fields
`value`, `children` and `metadata` are made when somebody asks for them; once they exist, writes to
them drop what was derived, and it is derived from the fields again when it is needed next.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, KeyPath, explicit_method_override
from mutandis.base import format as format_value
from mutandis.hyper.geno import code as codes
from mutandis.hyper.geno import dna_view
from mutandis.hyper.geno.dna_forms import DecisionForms
from mutandis.hyper.geno.keys import AttributeDict
from mutandis.hyper.geno.plan import Misfit
from mutandis.hyper.geno.spec import DecisionPoint, DNASpec, set_attribute
from mutandis.hyper.geno.virtual import install
from mutandis.symbolic.dict_node import Dict, clone_value
from mutandis.symbolic.list_node import List
from mutandis.symbolic.object import Object

__all__ = ['DNA']

_NO_CODE = object()


class DNA(DecisionForms, Object):
    """A point of a search space.

    The value may be *compositional*: a list stands for several decisions, a tuple for conditional
    ones.
    Both are parsed into a tree of DNAs::

        DNA(1)                   # one choice: the second candidate
        DNA([1, 0.5, 'abc'])     # three decisions side by side
        DNA((0, 2))              # a choice, and another one on which it depends
        DNA((0, [1, 2]))         # a choice on which two others depend

    Trees are kept in normal form: a node without value with a single child is that child.

    Args:
        value: None, an int (index of a candidate), a float, a string, or a compositional value.
        children: child DNAs; only with a plain value.
        spec: the spec to bind to, see `use_spec`.
        metadata: notes of algorithms, part of the JSON form.

    Raises:
        TypeError: a value of an unsupported type.
        ValueError: a malformed compositional value, or one that does not fit the spec.
    """

    if TYPE_CHECKING:
        value: Any
        children: list[DNA]
        metadata: Any

    use_symbolic_comparison = False
    allow_symbolic_assignment = True

    __str_format_kwargs__ = {'compact': True, 'verbose': True}
    __repr_format_kwargs__ = {'compact': True, 'verbose': True}

    _flat: ClassVar[tuple[Any, ...] | None] = None
    _spec: ClassVar[DNASpec | None] = None
    _code: ClassVar[Any] = _NO_CODE
    # Whether `value` and `children`, and `metadata`, are stored in the instance.
    _made = False
    _has_metadata = False
    # Metadata of plain values, until somebody asks for the dict.
    _notes: ClassVar[dict[str, Any] | None] = None
    _metadata_keys: ClassVar[set[str] | None] = None
    _userdata: ClassVar[AttributeDict | None] = None
    _userdata_keys: ClassVar[set[str] | None] = None

    # -- Construction.

    @explicit_method_override
    def __init__(
        self,
        value: Any = None,
        children: list[DNA] | None = None,
        spec: DNASpec | None = None,
        metadata: dict[str, Any] | None = None,
        *,
        allow_partial: bool = False,
        **kwargs: Any,
    ) -> None:
        unknown = kwargs.keys() - {'sealed', 'root_path', 'explicit_init'}
        if unknown:
            raise TypeError(f'DNA() got unexpected keyword arguments: {sorted(unknown)!r}.')
        set_attribute(self, '_sym_parent', None)
        if children:
            if isinstance(value, (list, tuple)):
                raise ValueError(
                    f'`children` must not be given together with the compositional value {value!r}.'
                )
            if not isinstance(children, (list, tuple)):
                raise TypeError(f'`children` must be a list of DNAs, but it is {children!r}.')
            self._set_nodes(value, list(children), metadata)
        else:
            set_attribute(self, '_code', codes.parse(value))
            if metadata:
                self._set_metadata_dict(metadata)
        if spec is not None:
            self.use_spec(spec)
        if kwargs.get('root_path'):
            set_attribute(self, '_sym_root_path', KeyPath.from_value(kwargs['root_path']))
        if kwargs.get('sealed'):
            self.seal()

    def _sym_source(self) -> Any:
        from mutandis.symbolic.source.calls import Call

        if type(self) is not DNA or any(child._has_notes() for child in self.children):
            return None  # Written by its fields.
        options = {'metadata': dict(self.metadata)} if self._has_notes() else {}
        return Call(DNA, self._sym_code, **options)

    def _set_nodes(self, value: Any, children: list[DNA], metadata: dict[str, Any] | None) -> None:
        """Sets the fields to given nodes, in normal form."""
        if value is not None and not isinstance(value, (int, float, str)):
            codes.parse(value)
        for i, child in enumerate(children):
            if not isinstance(child, DNA):
                raise TypeError(f'children[{i}] must be a DNA, but it is {child!r}.')
        if len(children) == 1 and children[0].value is None:
            children = list(children[0].children)
        if value is None and len(children) == 1:
            only = children[0]
            value, children = only.value, list(only.children)
            metadata = only.metadata if only._has_metadata else None
        self._store_fields(value, [c if c._sym_parent is None else c.clone() for c in children])
        if metadata:
            self._set_metadata_dict(metadata)

    @classmethod
    def parse(cls, json_value: Any, spec: DNASpec | None = None) -> DNA:
        """Makes a DNA from a compositional value: the same as `DNA(json_value, spec=spec)`."""
        return cls(json_value, spec=spec)

    @classmethod
    def _from_flat(cls, spec: DNASpec, values: tuple[Any, ...]) -> DNA:
        """A DNA bound to a spec, of flat values that are known to fit."""
        self: DNA = cls.__new__(cls)
        set_attribute(self, '_sym_parent', None)
        set_attribute(self, '_flat', values)
        set_attribute(self, '_spec', spec._bound_spec)
        return self

    @classmethod
    def _from_code(cls, code: Any) -> DNA:
        """An unbound DNA of a code in normal form."""
        self: DNA = cls.__new__(cls)
        set_attribute(self, '_sym_parent', None)
        set_attribute(self, '_code', code)
        return self

    @classmethod
    def _sym_make(cls, values: dict[str, Any], flags: int | None = None) -> Any:
        dna = cls(values.get('value'), values.get('children'), metadata=values.get('metadata'))
        if flags is not None and flags != cls._sym_flags:
            set_attribute(dna, '_sym_flags', flags)
        return dna

    # -- The symbolic fields, made on demand.

    def _store_fields(self, value: Any, children: list[DNA]) -> None:
        set_attribute(self, 'value', value)
        nodes = List._sym_make(children, _CHILDREN, leaves_only=not children)
        set_attribute(nodes, '_sym_parent', self)
        set_attribute(nodes, '_sym_key', 'children')
        set_attribute(self, 'children', nodes)
        set_attribute(self, '_made', True)

    def _make_nodes(self) -> None:
        """Makes `value` and `children`."""
        if self._made:
            return
        cls = type(self)
        if self._flat is None and self._spec is not None:
            try:
                set_attribute(self, '_flat', self._flat_from_code(self._spec))
            except ValueError:
                pass
        if self._flat is not None:
            assert self._spec is not None
            value, parts = dna_view.view(self._spec, self._flat)
            children = [
                cls._from_code(part) if spec is None else cls._from_flat(spec, part)
                for spec, part in parts
            ]
        else:
            value, child_codes = codes.split(self._code)
            children = [cls._from_code(code) for code in child_codes]
        self._store_fields(value, children)

    def _make_value(self) -> Any:
        if self._flat is not None:
            assert self._spec is not None
            return dna_view.value_of(self._spec, self._flat)
        return codes.split(self._sym_code)[0]

    def _make_children(self) -> Any:
        self._make_nodes()
        return self.children

    def _make_metadata(self) -> Any:
        return self._set_metadata_dict(self._notes or {})

    def _make_fields(self) -> None:
        self._make_nodes()
        if 'metadata' not in self.__dict__:
            self._make_metadata()

    def _set_metadata_dict(self, values: dict[str, Any]) -> Any:
        node = _METADATA.apply(Dict(values)) if values else Dict._sym_make({}, _METADATA)
        set_attribute(node, '_sym_parent', self)
        set_attribute(node, '_sym_key', 'metadata')
        set_attribute(self, 'metadata', node)
        set_attribute(self, '_has_metadata', True)
        if self._notes is not None:
            set_attribute(self, '_notes', None)
        return node

    def _sym_write(self, key: Any, value: Any, batch: Any) -> None:
        self._make_fields()
        super()._sym_write(key, value, batch)

    def _sym_touch(self) -> None:
        """Drops what was derived from the fields; called when this node or one below was
        written."""
        if self._made:
            if self._flat is not None:
                set_attribute(self, '_flat', None)
            if self._code is not _NO_CODE:
                set_attribute(self, '_code', _NO_CODE)

    # -- DNAs as data.

    @property
    def _sym_code(self) -> Any:
        """The compact form, in normal form. Not to be changed."""
        if self._flat is not None:
            assert self._spec is not None
            return codes.of_flat(self._spec._compiled(), self._flat)
        if self._code is _NO_CODE:
            if not self._made:
                return None  # The constructor has failed.
            code = codes.join(self.value, [child._sym_code for child in self.children])
            set_attribute(self, '_code', code)
        return self._code

    @property
    def _values(self) -> tuple[Any, ...]:
        """All values, depth first."""
        flat = self._flat
        if flat is None:
            return codes.flatten(self._sym_code)
        assert self._spec is not None
        if self._spec._compiled().has_custom and any(isinstance(v, DNA) for v in flat):
            return codes.flatten(self._sym_code)
        return flat

    def _flat_for(self, spec: DNASpec) -> tuple[Any, ...]:
        """The flat values of this DNA as one of a spec, checked.

        Raises:
            ValueError: this DNA does not fit.
        """
        flat, mine = self._flat, self._spec
        if flat is not None:
            assert mine is not None
            if mine is spec or mine is spec._bound_spec:
                return flat
            try:
                if mine._compiled().shape == spec._compiled().shape:
                    return flat
            except RecursionError:  # Nested more deeply than the interpreter compares.
                pass
        return self._flat_from_code(spec)

    def _flat_from_code(self, spec: DNASpec) -> tuple[Any, ...]:
        code = self._sym_code
        try:
            return codes.bind(spec._compiled(), code, self._from_code)
        except Misfit as misfit:
            error = spec._misfit(misfit, codes.flatten(code))
            raise ValueError(f'{self!r} does not fit its space. {error}') from None

    @property
    def _bound_flat(self) -> tuple[Any, ...]:
        """The flat values of a bound DNA.

        A bound DNA may have been edited so that it no longer fits its space. It still says what its
        decisions are as long as each value has its place; decoding is what refuses it.
        """
        flat = self._flat
        if flat is None:
            spec = self._require_spec()
            try:
                flat = self._flat_from_code(spec)
            except ValueError as error:
                # Not kept: what is in `_flat` is known to fit.
                try:
                    return codes.align(spec._compiled(), self._sym_code, self._from_code)
                except Misfit:
                    raise error from None
            set_attribute(self, '_flat', flat)
        return flat

    def _require_spec(self) -> DNASpec:
        if self._spec is None:
            raise ValueError(
                f'{self!r} is not bound to a spec. Call `dna.use_spec(spec)` first, or pass `spec` '
                'when making it.'
            )
        return self._spec

    # -- Binding.

    @property
    def spec(self) -> DNASpec | None:
        """The spec that this node is bound to, or `None`."""
        return self._spec

    def use_spec(self, spec: DNASpec) -> DNA:
        """Checks this DNA against a spec and binds all nodes to their parts of it.

        Does nothing when the DNA is bound to this very spec.

        Spaces of one element have no node of their own, so `DNA(0).use_spec(Space([c])).spec is c`.

        Returns:
            The DNA itself.

        Raises:
            ValueError: `spec` is no `DNASpec`, or the DNA does not fit.
        """
        if not isinstance(spec, DNASpec):
            raise ValueError(f'`spec` must be a `DNASpec`, but it is {spec!r}.')
        bound = spec._bound_spec
        if bound is self._spec:
            return self
        self._bind(bound, self._flat_for(spec))
        return self

    def _bind(self, spec: DNASpec, flat: tuple[Any, ...]) -> None:
        """Binds this node, and the nodes below that exist."""
        stack: list[tuple[DNA, DNASpec, tuple[Any, ...]]] = [(self, spec, flat)]
        while stack:
            node, bound, values = stack.pop()
            set_attribute(node, '_flat', values)
            set_attribute(node, '_spec', bound)
            set_attribute(node, '_code', _NO_CODE)
            if node._made:
                _, parts = dna_view.view(bound, values)
                for child, (child_spec, part) in zip(node.children, parts, strict=False):
                    if child_spec is not None:
                        stack.append((child, child_spec._bound_spec, part))

    # -- Topology.

    @property
    def is_leaf(self) -> bool:
        """Whether there are no children."""
        return not self.children

    @property
    def parent_dna(self) -> DNA | None:
        """The enclosing DNA, or `None`."""
        parent = self._sym_parent
        if isinstance(parent, list):
            parent = parent._sym_parent  # type: ignore[attr-defined]
        return parent if isinstance(parent, DNA) else None

    @property
    def root(self) -> DNA:
        """The topmost DNA."""
        node = self
        while True:
            parent = node.parent_dna
            if parent is None:
                return node
            node = parent

    @property
    def is_subchoice(self) -> bool:
        """Whether this is one of the choices of a multi-choice."""
        return self._require_spec().is_subchoice

    @property
    def multi_choice_spec(self) -> DecisionPoint | None:
        """The multi-choice whose choices the children are, or `None`."""
        spec = self._require_spec()
        return dna_view.multi_choice_of(spec, self.value)

    @property
    def is_multi_choice_container(self) -> bool:
        """Whether the children are the choices of a multi-choice."""
        return self.multi_choice_spec is not None

    # -- Comparison.

    def __eq__(self, other: Any) -> bool:
        if self is other:
            return True
        if not isinstance(other, DNA):
            return False
        left, right = self._flat, other._flat
        if left is not None and right is not None and self._spec is other._spec:
            return left == right
        return codes.same(self._sym_code, other._sym_code)

    def __ne__(self, other: Any) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._values)

    def __lt__(self, other: Any) -> bool:
        if not isinstance(other, DNA):
            raise TypeError(f'A DNA cannot be compared with {other!r}.')
        left, right = self._flat, other._flat
        if left is not None and right is not None and self._spec is other._spec:
            return left < right
        return codes.less(self._sym_code, other._sym_code)

    def __gt__(self, other: Any) -> bool:
        if not isinstance(other, DNA):
            raise TypeError(f'A DNA cannot be compared with {other!r}.')
        return other < self

    def __le__(self, other: Any) -> bool:
        return not self > other

    def __ge__(self, other: Any) -> bool:
        return not self < other

    def sym_eq(self, other: Any) -> bool:
        if self is other:
            return True
        if type(self) is not type(other) or self != other:
            return False
        if not (self._has_notes() or other._has_notes()):
            return True
        if self.metadata != other.metadata:
            return False
        return all(
            left.sym_eq(right) for left, right in zip(self.children, other.children, strict=False)
        )

    def sym_hash(self) -> int:
        own = (DNA, self._values)
        if self._has_metadata and self.metadata:
            return hash((own, self.metadata.sym_hash()))
        return hash(own)

    def sym_lt(self, other: Any) -> bool:
        if isinstance(other, DNA):
            return self < other
        return super().sym_lt(other)

    def _has_notes(self) -> bool:
        """Whether this node or one below has metadata or user data."""
        stack: list[DNA] = [self]
        while stack:
            node = stack.pop()
            if node._notes or node._has_metadata and node.metadata or node._userdata:
                return True
            if node._made:
                stack.extend(node.children)
        return False

    def __contains__(self, item: Any) -> bool:
        if isinstance(item, DNA):
            return any(child == item for child in self.children)
        if isinstance(item, (int, float, str)):
            return any(child.value == item for child in self.children)
        raise ValueError(f'`in` takes a DNA, an int, a float or a string, not {item!r}.')

    def __iter__(self) -> Iterator[DNA]:
        return iter(self.children)

    def __bool__(self) -> bool:
        return True

    # -- Metadata and user data.

    @property
    def userdata(self) -> AttributeDict:
        """Notes kept in this process: never serialised, copied only when cloneable."""
        if self._userdata is None:
            set_attribute(self, '_userdata', AttributeDict())
        assert self._userdata is not None
        return self._userdata

    def set_userdata(self, key: str, value: Any, cloneable: bool = False) -> DNA:
        """Keeps a note; `clone` copies it if `cloneable`. Returns the DNA itself."""
        self.userdata[key] = value
        if cloneable:
            if self._userdata_keys is None:
                set_attribute(self, '_userdata_keys', set())
            assert self._userdata_keys is not None
            self._userdata_keys.add(key)
        return self

    def set_metadata(self, key: str, value: Any, cloneable: bool = False) -> DNA:
        """Stores metadata; `clone` copies it if `cloneable`. Returns the DNA itself."""
        if cloneable:
            self._cloneable_metadata_keys.add(key)
        if (
            (
                value.__class__ in LEAF_TYPES
                # The reward of several objectives.
                or (value.__class__ is tuple and LEAF_TYPES.issuperset(map(type, value)))
            )
            and 'metadata' not in self.__dict__
            and isinstance(key, str)
            and key.isidentifier()
        ):
            if self._notes is None:
                self._note_all({key: value})
            else:
                self._notes[key] = value
            return self
        flat, code = self._flat, self._code
        self.metadata.rebind({key: value}, raise_on_no_change=False, skip_notification=True)
        # Metadata is no part of what was derived.
        set_attribute(self, '_flat', flat)
        set_attribute(self, '_code', code)
        return self

    def _note_all(self, notes: dict[str, Any]) -> None:
        """Sets the metadata of a DNA without any to plain values; keeps the dict."""
        set_attribute(self, '_notes', notes)
        set_attribute(self, '_has_metadata', True)

    @property
    def _cloneable_metadata_keys(self) -> set[str]:
        if self._metadata_keys is None:
            set_attribute(self, '_metadata_keys', set())
        assert self._metadata_keys is not None
        return self._metadata_keys

    def _metadata_get(self, key: str, default: Any = None) -> Any:
        """A metadata value, without making the dict where there is none."""
        if self._notes is not None:
            return self._notes.get(key, default)
        return self.metadata.get(key, default) if self._has_metadata else default

    # -- Copies.

    def _sym_clone(self, deep: bool, memo: Any = None) -> Any:
        cls = type(self)
        new = cls.__new__(cls)
        set_attribute(new, '_sym_parent', None)
        if self._spec is not None:
            set_attribute(new, '_spec', self._spec)
        if self._made and any(child._has_notes() for child in self.children):
            new._store_fields(self.value, [child._sym_clone(deep, memo) for child in self.children])
        if self._flat is not None:
            set_attribute(new, '_flat', self._flat)
        elif not new._made:
            set_attribute(new, '_code', self._sym_code)
        if self._metadata_keys:
            kept = {k: v for k, v in self.metadata.items() if k in self._metadata_keys}
            new._set_metadata_dict({k: clone_value(v, deep, memo) for k, v in kept.items()})
            set_attribute(new, '_metadata_keys', set(self._metadata_keys))
        if self._userdata_keys:
            for key in self._userdata_keys:
                new.set_userdata(key, clone_value(self.userdata[key], deep, memo), cloneable=True)
        if self._sym_flags != cls._sym_flags:
            set_attribute(new, '_sym_flags', self._sym_flags)
        return new

    def __reduce_ex__(self, protocol: Any) -> Any:
        metadata = dict(self.metadata) if self._has_metadata else {}
        return _restore, (type(self), self._sym_code, metadata, set(self._metadata_keys or ()))

    # -- Text and JSON.

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        *,
        list_wrap_threshold: int = 80,
        as_dict: bool = False,
        **kwargs: Any,
    ) -> str:
        """The text of this DNA.

        Args:
            compact: whether to print on one line.
            verbose: False gives the symbolic form with all fields.
            root_indent: levels of indentation.
            list_wrap_threshold: longer lists are broken into lines.
            as_dict: print the decisions of a bound DNA by id, one per line.
            **kwargs: further options of `format`.
        """
        if as_dict and self._spec:
            details = self.to_dict(value_type='choice_and_literal')
            text = format_value(details, False, verbose, root_indent, **kwargs)
            return f'DNA({text})'
        if not verbose:
            return super().format(
                compact=compact,
                verbose=False,
                root_indent=root_indent,
                list_wrap_threshold=list_wrap_threshold,
                **kwargs,
            )
        code = self._sym_code
        if compact:
            text = codes.text(code)
        else:
            text = format_value(
                code, False, True, root_indent, list_wrap_threshold=list_wrap_threshold, **kwargs
            )
        return f'DNA{text}' if isinstance(code, tuple) else f'DNA({text})'

    def sym_jsonify(self, compact: bool = True, type_info: bool = True, **kwargs: Any) -> Any:
        """The JSON form.

        Args:
            compact: write the nested values; otherwise the fields of this node.
            type_info: False gives the nested values alone, which `DNA(...)` reads.
            **kwargs: further options.
        """
        return dna_view.to_json(self, compact, type_info, kwargs)

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> Any:
        """Reads the JSON form; the bound spec is no part of it."""
        if not isinstance(json_value, dict):
            raise TypeError(f'The JSON form of a DNA is a dict, but it is {json_value!r}.')
        if json_value.get('format') == 'compact':
            return dna_view.from_json(cls, json_value, kwargs)
        keys = json_value.get('_cloneable_metadata_keys')
        if keys is None:
            return super().from_json(json_value, **kwargs)
        fields = {k: v for k, v in json_value.items() if k != '_cloneable_metadata_keys'}
        dna = super().from_json(fields, **kwargs)
        dna._cloneable_metadata_keys.update(keys)
        return dna


def _restore(cls: Any, code: Any, metadata: dict[str, Any], keys: set[str]) -> Any:
    dna = cls._from_code(code)
    if metadata:
        dna._set_metadata_dict(metadata)
    if keys:
        dna._cloneable_metadata_keys.update(keys)
    return dna


DNA.update_schema(
    [
        (
            'value',
            T.Union([T.Int(), T.Float(), T.Str()]).noneable(),
            'Index of a candidate, a float, or a string; None for a node that only has children.',
        ),
        ('children', T.List(T.Object(DNA), default=[]), 'The DNAs below.'),
        ('metadata', T.Dict([(T.StrKey(), T.Any())]), 'Notes of algorithms.'),
    ],
    init_arg_list=['value', 'children', 'metadata'],
)
DNA.register_for_deserialization(additional_keys=['pyglove.core.geno.base.DNA'])
_CHILDREN = DNA.__schema__['children'].value
_METADATA = DNA.__schema__['metadata'].value
install(
    DNA,
    DNA._make_fields,
    value=DNA._make_value,
    children=DNA._make_children,
    metadata=DNA._make_metadata,
)
