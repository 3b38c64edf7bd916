"""Templates: the map between a value with placeholders, its decision spec, and its DNAs.

Example::

    template = mt.template(mt.Dict(x=mt.oneof([1, 2]), y=mt.floatv(0.0, 1.0)))
    spec = template.dna_spec()
    value = template.decode(mt.random_dna(spec))
    assert template.encode(value) is not None

A template is compiled when it is first used: see `building` for decoding, `matching` for encoding.
"""

from typing import TYPE_CHECKING, Any

from mutandis.base import Formattable, KeyPath
from mutandis.base import format as format_value
from mutandis.hyper import geno
from mutandis.hyper.base import HyperPrimitive, HyperValue
from mutandis.hyper.building import Compiler, Run
from mutandis.hyper.categorical import Choices
from mutandis.hyper.derived import compute_derived as derive_all
from mutandis.hyper.matching import Match, Matcher
from mutandis.hyper.spine import Slot, Spine, Where, find_spine
from mutandis.symbolic import eq
from mutandis.symbolic.topology import Node, set_attribute

if TYPE_CHECKING:
    from mutandis.symbolic.rewrites import DecidedChange


class ObjectTemplate(HyperValue, Formattable):
    """A value with placeholders, as a map from DNAs to concrete values.

    The value must not be changed while the template is in use: what is constant in it is prepared
    once. Decoded values share no node with it.

    Attributes:
        compute_derived: Whether derived values are computed after decoding.
        where: Predicate of placeholders; those refused are left as they are.
    """

    def _sym_source(self) -> Any:
        from mutandis.hyper.source_code import template_call

        return template_call(self)

    def __init__(self, value: Any, compute_derived: bool = False, where: Where = None) -> None:
        """Finds the placeholders.

        Args:
            value: Any value.
            compute_derived: Whether derived values are computed after decoding.
            where: Predicate of placeholders; None accepts all. It is called once for each, also
                for those inside the candidates of the accepted ones.
        """
        while isinstance(value, HyperValue) and value.is_constrained:
            constrained: Any = value
            value = constrained.sym_getattr('space')
        if where is not None and not callable(where):
            raise TypeError(
                f'`where` must be a function from a placeholder to whether it belongs to the '
                f'space, but it is {where!r}.'
            )
        spine = find_spine(value, where)
        if where is not None:
            _visit_candidates(spine)
        self._init(spine, compute_derived, where)

    def _init(self, spine: Spine, compute_derived: bool, where: Where) -> None:
        self._spine = spine
        self.compute_derived = compute_derived
        self.where = where
        self._root_path: KeyPath | None = None
        self._spec: geno.Space | None = None
        self._run: Run | None = None
        self._match: Match | None = None
        self._has_custom = False
        self._derives = False
        self._decides = bool(spine.slots)

    # ------------------------------------------------------------------------------ parts

    @property
    def value(self) -> Any:
        """The value with placeholders."""
        return self._spine.value

    @property
    def is_constant(self) -> bool:
        """Whether there are no placeholders."""
        return not self._spine.slots

    @property
    def root_path(self) -> KeyPath:
        """Path of the value, for messages."""
        return self._root_path or KeyPath()

    @root_path.setter
    def root_path(self, path: KeyPath) -> None:
        self._root_path = path
        self._run = None

    @property
    def hyper_primitives(self) -> list[tuple[KeyPath, HyperPrimitive]]:
        """The outermost placeholders with their paths from the root of the value."""
        result = []
        for slot in self._spine.slots:
            primitive = slot.primitive
            if slot.where is not None and isinstance(primitive, Choices):
                primitive = primitive.clone(override={'where': slot.where})
            result.append((KeyPath._of(slot.keys), primitive))
        return result

    def dna_spec(self, location: Any = None) -> Any:
        """Returns the decision spec of the value: a `geno.Space`.

        Args:
            location: Where the value stands (KeyPath or text); None for the root.

        Raises:
            ValueError: Two decisions have the same name.
        """
        if location is None:
            spec = self._spec
            # A spec that was put into another one has other ids now: make a new one.
            if spec is None or spec.sym_parent is not None:
                spec = self._spec = self._spine.space()
                spec._check_names()
            return spec
        spec = self._spine.space(location)
        spec._check_names()
        return spec

    # ------------------------------------------------------------------------------ decoding

    def decode(self, dna: geno.DNA) -> Any:
        """Returns the value that a DNA picks, built anew.

        The original value is returned when it has no placeholders.

        Raises:
            ValueError: The DNA does not fit.
        """
        spec = self._spec
        if spec is None:
            spec = self.dna_spec()
        try:
            flat = dna._flat_for(spec)
        except (AttributeError, ValueError) as e:
            raise self._misfit(dna, e) from None
        run = self._run
        if run is None:
            run = self._compile()
        if self._has_custom:
            flat = _with_nodes(flat, dna)
        value = run(flat)
        if self._derives:
            value = derive_all(value)
        if self._decides and isinstance(value, Node):
            set_attribute(value, '_sym_decoded', (self, dna))
        return value

    def changes(self, dna: geno.DNA) -> 'list[DecidedChange]':
        """Which placeholders a DNA has decided, and by which decisions; see `mt.history`."""
        from mutandis.hyper.decided_changes import changes

        return changes(self._spine, self.dna_spec(), dna)

    def _misfit(self, dna: Any, error: Exception) -> Exception:
        if not isinstance(dna, geno.DNA):
            return ValueError(f'Expected a DNA, got {dna!r}. Use `materialize` for dicts.')
        if not isinstance(error, ValueError):
            return error
        root = f' (path={self._root_path})' if self._root_path else ''
        return ValueError(
            f'{error} Make DNAs for this value from its `dna_spec()`, for example by '
            f'`random_dna(spec)` or `DNA.from_dict(decisions, spec)`.{root}'
        )

    def _compile(self) -> Run:
        compiler = Compiler(self._root_path, self.compute_derived)
        run = compiler.compile(self._spine)
        self._has_custom = compiler.has_custom
        self._derives = compiler.derives and self.compute_derived
        self._run = run
        return run

    def __call__(self) -> Any:
        """Returns the value of the DNA set by `set_dna`, and sets its parts on the placeholders."""
        first = self._value_of_dna is None
        value = super().__call__()
        if first:
            _assign(self._spine, self._dna)
        return value

    # ------------------------------------------------------------------------------ encoding

    def encode(self, value: Any) -> geno.DNA:
        """Returns the DNA of a value.

        Raises:
            ValueError: The value differs from the template elsewhere than in the placeholders, or
                a placeholder cannot take it.
        """
        match = self._match
        if match is None:
            match = self._match = Matcher(self.compute_derived).compile(self._spine)
        numbers: list[Any] = []
        mismatch = match(value, numbers)
        if mismatch is not None:
            raise ValueError(mismatch.message(self.root_path))
        return geno.DNA._from_flat(self.dna_spec(), tuple(numbers))

    def try_encode(self, value: Any) -> tuple[bool, geno.DNA | None]:
        """Returns (True, DNA), or (False, None) for a value that does not match."""
        try:
            return True, self.encode(value)
        except (ValueError, KeyError):
            return False, None

    # ------------------------------------------------------------------------------ as a value

    def custom_apply(
        self, path: Any, value_spec: Any, allow_partial: bool, child_transform: Any = None
    ) -> tuple[bool, Any]:
        """Checks that the value fits a field that the template is put into."""
        from mutandis.hyper.fields import accepts_instance
        from mutandis.symbolic import Dict, List

        if not accepts_instance(value_spec, self):
            value = self.value
            if isinstance(value, Dict) and value.value_spec is not None:
                if not value_spec.is_compatible(value.value_spec):
                    raise ValueError(
                        f'The value of the template is bound to {value.value_spec!r}, which does '
                        f'not fit {value_spec!r}. (path={path})'
                    )
            elif isinstance(value, (Dict, List)):
                value = value.sym_clone()
            value_spec.apply(
                value,
                allow_partial=allow_partial,
                child_transform=child_transform,
                root_path=path,
            )
        return (False, self)

    def format(
        self, compact: bool = False, verbose: bool = True, root_indent: int = 0, **kwargs: Any
    ) -> str:
        """Returns the text form."""
        text = format_value(
            self.value, compact=compact, verbose=verbose, root_indent=root_indent, **kwargs
        )
        return f'{type(self).__name__}(value={text})'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ObjectTemplate) and bool(eq(self.value, other.value))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> Any:
        return (ObjectTemplate, (self.value, self.compute_derived, self.where))


def template_of_primitive(primitive: Any) -> ObjectTemplate:
    """The template of one placeholder alone, whatever its own filter says of it."""
    spine = Spine(primitive)
    slot = Slot((), primitive, None)
    spine.root = slot
    spine.slots.append(slot)
    new = ObjectTemplate.__new__(ObjectTemplate)
    new._init(spine, False, None)
    new._root_path = primitive.sym_path
    return new


def _visit_candidates(spine: Spine) -> None:
    """Calls the predicates for the placeholders below, now rather than on first use."""
    stack = [spine]
    while stack:
        for slot in stack.pop().slots:
            if isinstance(slot.primitive, Choices):
                stack.extend(slot.candidate_spines())


def _with_nodes(flat: tuple[Any, ...], dna: geno.DNA) -> tuple[Any, ...]:
    """Replaces the texts of custom decisions by their DNA nodes, which may know more."""
    nodes = []
    stack = [dna]
    while stack:
        node = stack.pop()
        if isinstance(node.value, str):
            nodes.append(node)
        else:
            stack.extend(reversed(list(node.children)))
    texts = iter(nodes)
    return tuple(next(texts) if isinstance(v, (str, geno.DNA)) else v for v in flat)


def _assign(spine: Spine, dna: geno.DNA) -> None:
    """Sets the parts of a DNA on the placeholders they decide."""
    stack = [(spine, dna)]
    while stack:
        space, whole = stack.pop()
        parts = [whole] if len(space.slots) == 1 else list(whole.children)
        for slot, part in zip(space.slots, parts, strict=True):
            primitive = slot.primitive
            primitive.set_dna(part)
            if not isinstance(primitive, Choices):
                continue
            choices = [part] if primitive.num_choices == 1 else list(part.children)
            spines = slot.candidate_spines()
            for choice in choices:
                below = spines[choice.value]
                if below.slots:
                    inner = geno.DNA(None, [child.clone() for child in choice.children])
                    stack.append((below, inner))


def template(value: Any, where: Where = None) -> ObjectTemplate:
    """Returns the template of a value; derived values in it are computed.

    Args:
        value: A value with placeholders.
        where: Predicate of placeholders; those refused are left as they are in decoded values, so
            that a space can be split between nested searches.
    """
    return ObjectTemplate(value, compute_derived=True, where=where)


def dna_spec(value: Any, where: Where = None) -> Any:
    """Returns the decision spec of a value: a `geno.Space`.

    Example::

        spec = mt.dna_spec(mt.Dict(a=mt.oneof([1, 2]), b=mt.floatv(0.0, 1.0)))
        assert [str(i) for i in spec.decision_ids] == ['a', 'b']

    Args:
        value: A value with placeholders.
        where: Predicate of placeholders.
    """
    return template(value, where).dna_spec()


def materialize(
    value: Any,
    parameters: geno.DNA | dict[str, Any],
    use_literal_values: bool = True,
    where: Where = None,
) -> Any:
    """Returns the concrete value that a DNA, or a dict of decisions, picks.

    Example::

        space = mt.Dict(x=mt.oneof(['a', 'b']), y=mt.floatv(0.0, 1.0))
        assert mt.materialize(space, {'x': 1, 'y': 0.5}) == {'x': 'b', 'y': 0.5}

    Args:
        value: A value with placeholders.
        parameters: A DNA, or a dict from decision ids (or names) to candidate indices, `'i/n'`,
            `'i/n (literal)'`, literal texts, or floats. An int is always an index.
        use_literal_values: Has no effect; kept for compatibility.
        where: Predicate of placeholders.

    Raises:
        TypeError: `parameters` is neither a DNA nor a dict.
        ValueError: It does not fit the space of the value.
    """
    chosen = template(value, where)
    if isinstance(parameters, geno.DNA):
        dna = parameters
    elif isinstance(parameters, dict):
        dna = geno.DNA.from_dict(parameters, chosen.dna_spec())
    else:
        raise TypeError(
            f'`parameters` must be a DNA or a dict from decision ids to values, got '
            f'{parameters!r}. The ids are `dna_spec(value).decision_ids`.'
        )
    return chosen.decode(dna)
