"""Signatures of functions, methods and classes in terms of value specs.

A `Signature` is an `inspect.Signature` whose parameters carry value specs instead of bare
annotations. It is read from a callable (`signature`), refined by field definitions (`annotate`),
turned into the schema of a functor or a wrapped class (`to_schema`), and back into a real Python
function (`make_function`).

The package loads this module on first use: it is the only one of its room that needs `inspect`.
"""

from __future__ import annotations

import enum
import functools
import inspect
import sys
import types
from collections.abc import Callable as CallableABC
from collections.abc import Sequence
from typing import Any

from mutandis import base
from mutandis.base import MISSING_VALUE, Formattable, MissingValue
from mutandis.base.coding import make_function
from mutandis.typing.any_spec import Any as AnySpec
from mutandis.typing.arguments import Argument, ArgumentKind, checked, split_doc, with_default
from mutandis.typing.containers import List as ListSpec
from mutandis.typing.dict_spec import Dict as DictSpec
from mutandis.typing.field import Field
from mutandis.typing.key_specs import StrKey
from mutandis.typing.schemas import Schema, create_schema
from mutandis.typing.scopes import FunctionScope, Scope
from mutandis.typing.value_spec import ValueSpec


class CallableType(enum.Enum):
    """Whether the first positional argument of a callable is already taken."""

    FUNCTION = 1
    METHOD = 2


class Signature(Formattable, inspect.Signature):
    """A signature whose arguments carry value specs.

    `inspect` accepts it wherever it looks for an `inspect.Signature`: `parameters` and
    `return_annotation` are computed from the specs.

    Attributes:
        callable_type: `CallableType.METHOD` for bound methods and classes.
        name: Name of the callable.
        module_name: Module of the callable.
        qualname: Qualified name; the name when not given.
        args: Positional arguments.
        kwonlyargs: Keyword-only arguments.
        varargs: The argument for `*args`, or None.
        varkw: The argument for `**kwargs`, or None.
        return_value: Value spec of the result, or None.
        description: Short description, if known.
    """

    def __init__(
        self,
        callable_type: CallableType,
        name: str,
        module_name: str | None,
        args: list[Argument] | None = None,
        kwonlyargs: list[Argument] | None = None,
        varargs: Argument | None = None,
        varkw: Argument | None = None,
        return_value: ValueSpec | None = None,
        qualname: str | None = None,
        description: str | None = None,
    ) -> None:
        # `inspect.Signature.__init__` is not called on purpose: it would store parameters, which
        # here are always derived from the arguments.
        self.callable_type = callable_type
        self.name = name
        self.module_name = module_name
        self.qualname = qualname or name
        self.args = args or []
        self.kwonlyargs = kwonlyargs or []
        self.varargs = varargs
        self.varkw = varkw
        self.return_value = return_value
        self.description = description

    # -- What is in it.

    @property
    def id(self) -> str:
        """Module and qualified name."""
        return f'{self.module_name}.{self.qualname}'

    @property
    def named_args(self) -> list[Argument]:
        """Positional and keyword-only arguments."""
        return self.args + self.kwonlyargs

    @property
    def arg_names(self) -> list[str]:
        """Names of positional and keyword-only arguments."""
        return [arg.name for arg in self.args] + [arg.name for arg in self.kwonlyargs]

    @property
    def has_varargs(self) -> bool:
        """Whether there is a `*args`."""
        return self.varargs is not None

    @property
    def has_varkw(self) -> bool:
        """Whether there is a `**kwargs`."""
        return self.varkw is not None

    @property
    def has_wildcard_args(self) -> bool:
        """Whether there is a `*args` or a `**kwargs`."""
        return self.varargs is not None or self.varkw is not None

    def get_value_spec(self, name: str) -> ValueSpec | None:
        """Returns the spec of a keyword: a named argument's, else that of `**kwargs` values."""
        for arg in self.named_args:
            if arg.name == name:
                return arg.value_spec
        return None if self.varkw is None else self.varkw.element_spec

    # -- As an `inspect.Signature`.

    @property
    def parameters(self) -> types.MappingProxyType[str, inspect.Parameter]:
        """The parameters as `inspect` wants them, computed at each call."""
        parameters = []
        defaulted = False
        for arg in self.args:
            default = _python_default(arg.value_spec)
            if default is not inspect.Parameter.empty:
                defaulted = True
            elif defaulted:
                # Python wants a default after a defaulted one; this one says "required".
                default = MISSING_VALUE
            parameters.append(_parameter(arg, inspect.Parameter.POSITIONAL_OR_KEYWORD, default))
        if self.varargs is not None:
            parameters.append(_parameter(self.varargs, inspect.Parameter.VAR_POSITIONAL))
        for arg in self.kwonlyargs:
            default = _python_default(arg.value_spec)
            parameters.append(_parameter(arg, inspect.Parameter.KEYWORD_ONLY, default))
        if self.varkw is not None:
            parameters.append(_parameter(self.varkw, inspect.Parameter.VAR_KEYWORD))
        return types.MappingProxyType({p.name: p for p in parameters})

    @property
    def return_annotation(self) -> Any:
        """The annotation of the result, `inspect.Signature.empty` when unknown."""
        if self.return_value is None:
            return inspect.Signature.empty
        return _python_annotation(self.return_value)

    def to_inspect(self) -> inspect.Signature:
        """Returns a plain `inspect.Signature` with the same parameters."""
        return inspect.Signature(
            list(self.parameters.values()), return_annotation=self.return_annotation
        )

    def replace(self, **kwargs: Any) -> Any:
        """As `inspect.Signature.replace`; the result is a plain `inspect.Signature`."""
        return self.to_inspect().replace(**kwargs)

    def copy(self) -> Signature:
        """Returns a signature that can be annotated without changing this one."""
        copied = Signature.__new__(Signature)
        copied.__dict__.update(self.__dict__)
        copied.args = [arg.copy() for arg in self.args]
        copied.kwonlyargs = [arg.copy() for arg in self.kwonlyargs]
        copied.varargs = None if self.varargs is None else self.varargs.copy()
        copied.varkw = None if self.varkw is None else self.varkw.copy()
        copied.return_value = None if self.return_value is None else self.return_value.copy()
        return copied

    def __reduce__(self) -> Any:
        return (Signature, (self.callable_type, self.name, self.module_name), self.__dict__)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, Signature):
            return NotImplemented
        return self is other or (
            self.callable_type is other.callable_type
            and self.name == other.name
            and self.qualname == other.qualname
            and self.module_name == other.module_name
            and self.args == other.args
            and self.kwonlyargs == other.kwonlyargs
            and self.varargs == other.varargs
            and self.varkw == other.varkw
            and self.return_value == other.return_value
        )

    def __ne__(self, other: Any) -> bool:
        result = self.__eq__(other)
        return result if result is NotImplemented else not result

    __hash__ = None  # type: ignore[assignment]

    def format(
        self, compact: bool = False, verbose: bool = True, root_indent: int = 0, **kwargs: Any
    ) -> str:
        return base.kvlist_str(
            [
                ('', self.id, None),
                ('args', self.args, []),
                ('kwonlyargs', self.kwonlyargs, []),
                ('returns', self.return_value, None),
                ('varargs', self.varargs, None),
                ('varkw', self.varkw, None),
                ('description', self.description, None),
            ],
            label=self.__class__.__name__,
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )

    # -- Made from something.

    @classmethod
    def from_callable(  # type: ignore[override]
        cls,
        callable_object: CallableABC[..., Any],
        auto_typing: bool = False,
        auto_doc: bool = False,
    ) -> Signature:
        """Reads the signature of a function, method, class, functor or callable object.

        Args:
            callable_object: What to look at. Classes are seen through their constructor.
            auto_typing: Whether annotations become specs; otherwise everything is `Any`.
            auto_doc: Whether descriptions are taken from the docstring.

        Raises:
            TypeError: It cannot be called, or its `__call__` is not a function.
        """
        target: Any = callable_object
        if not callable(target):
            raise TypeError(
                f'{target!r} is not callable. Pass a function, a method, a class or an object '
                f'that has a `__call__` method.'
            )
        known = getattr(target, '__signature__', None)
        if isinstance(known, Signature):
            return known
        if inspect.isclass(target):
            return cls._from_class(target, auto_typing, auto_doc)
        if not inspect.isroutine(target) and not isinstance(target, functools.partial):
            call = target.__call__
            if not inspect.isroutine(call):
                raise TypeError(
                    f'`__call__` of {target!r} is {call!r}, which is neither a function nor a '
                    f'method.'
                )
            target = call
        named = target.func if isinstance(target, functools.partial) else target
        module_name = getattr(named, '__module__', None)
        if module_name is None and hasattr(named, '__objclass__'):
            module_name = named.__objclass__.__module__
        scope = None
        if getattr(named, '__type_params__', ()):
            scope = FunctionScope(sys.modules.get(module_name or ''), named)
        return cls.from_signature(
            inspect.signature(target),
            name=getattr(named, '__name__', type(named).__name__),
            qualname=getattr(named, '__qualname__', None),
            module_name=module_name,
            callable_type=(
                CallableType.METHOD if inspect.ismethod(target) else CallableType.FUNCTION
            ),
            auto_typing=auto_typing,
            docstr=base.docstr(named) if auto_doc else None,
            parent_module=scope,
        )

    @classmethod
    def _from_class(cls, target: Any, auto_typing: bool, auto_doc: bool) -> Signature:
        try:
            sig = inspect.signature(target)
        except ValueError:
            # Classes in C without a signature of their own.
            sig = inspect.signature(target.__init__)
        docstr = None
        if auto_doc:
            docstr = base.docstr(target)
            init_docstr = base.docstr(target.__init__)
            if init_docstr is not None and target.__init__ is not object.__init__:
                if docstr is None:
                    docstr = init_docstr
                    docstr.short_description = None  # It describes the constructor.
                else:
                    docstr.args.update(init_docstr.args)
        return cls.from_signature(
            sig,
            name=target.__name__,
            qualname=target.__qualname__,
            module_name=target.__module__,
            callable_type=CallableType.METHOD,
            auto_typing=auto_typing,
            docstr=docstr,
        )

    @classmethod
    def from_signature(
        cls,
        sig: inspect.Signature,
        name: str,
        callable_type: CallableType,
        module_name: str | None = None,
        qualname: str | None = None,
        auto_typing: bool = False,
        docstr: Any = None,
        parent_module: Scope = None,
    ) -> Signature:
        """Converts an `inspect.Signature`.

        Args:
            sig: The signature to convert.
            name: Name of the callable.
            callable_type: Function or method.
            module_name: Module of the callable.
            qualname: Qualified name of the callable.
            auto_typing: Whether annotations become specs.
            docstr: Docstring for descriptions: text, or parsed by `docstr`.
            parent_module: Where string annotations are looked up; by default `module_name`.
        """
        if isinstance(docstr, str):
            docstr = base.DocStr.parse(docstr)
        if parent_module is None and module_name is not None:
            parent_module = sys.modules.get(module_name)
        args: list[Argument] = []
        kwonlyargs: list[Argument] = []
        varargs = varkw = None
        for param in sig.parameters.values():
            description = None
            if docstr is not None:
                entry = docstr.parameter(param)
                description = entry.description if entry is not None else None
            arg = Argument.from_parameter(param, description, auto_typing, parent_module)
            if arg.kind is ArgumentKind.POSITIONAL_OR_KEYWORD:
                args.append(arg)
            elif arg.kind is ArgumentKind.KEYWORD_ONLY:
                kwonlyargs.append(arg)
            elif arg.kind is ArgumentKind.VAR_POSITIONAL:
                varargs = arg
            else:
                varkw = arg
        return_value = None
        if sig.return_annotation is not inspect.Signature.empty:
            return_value = ValueSpec.from_annotation(
                split_doc(sig.return_annotation)[0],
                auto_typing=auto_typing,
                parent_module=parent_module,
            )
        return cls(
            callable_type=callable_type,
            name=name,
            module_name=module_name,
            qualname=qualname,
            args=args,
            kwonlyargs=kwonlyargs,
            varargs=varargs,
            varkw=varkw,
            return_value=return_value,
            description=docstr.short_description if docstr is not None else None,
        )

    @classmethod
    def from_schema(
        cls,
        schema: Schema,
        module_name: str,
        name: str,
        qualname: str | None = None,
        is_method: bool = True,
    ) -> Signature:
        """Builds the signature of a constructor from a schema.

        Args:
            schema: Its metadata `init_arg_list` names the positional arguments (the last may be
                `*name`), `varkw_name` and `returns` the rest.
            module_name: Module of the callable.
            name: Name of the callable.
            qualname: Qualified name of the callable.
            is_method: Whether `self` comes first.

        Raises:
            ValueError: `init_arg_list` names an unknown field.
            TypeError: `*name` is not a `List` field.
        """
        positional = list(schema.metadata.get('init_arg_list') or ())
        args: list[Argument] = []
        if is_method:
            args.append(Argument('self', ArgumentKind.POSITIONAL_OR_KEYWORD, AnySpec()))
        varargs = None
        taken: set[str] = set()
        for arg_name in positional:
            is_variadic = arg_name.startswith('*')
            field_name = arg_name[1:] if is_variadic else arg_name
            field = schema.get_field(field_name)
            if field is None:
                raise ValueError(
                    f'`init_arg_list` of {schema.name!r} names {field_name!r}, which is not a '
                    f'field. Fields: {[str(k) for k in schema.keys()]}.'
                )
            taken.add(field_name)
            if is_variadic:
                varargs = Argument(field_name, ArgumentKind.VAR_POSITIONAL, field.value)
            else:
                args.append(Argument(field_name, ArgumentKind.POSITIONAL_OR_KEYWORD, field.value))
        kwonlyargs: list[Argument] = []
        varkw = None
        for key, field in schema.fields.items():
            if not key.is_const:
                varkw = Argument(
                    schema.metadata.get('varkw_name') or 'kwargs',
                    ArgumentKind.VAR_KEYWORD,
                    DictSpec([(StrKey(), field.value)]),
                )
            elif str(key) not in taken and not field.frozen:
                kwonlyargs.append(Argument(str(key), ArgumentKind.KEYWORD_ONLY, field.value))
        return cls(
            # A constructor by itself is a function, whose first argument is not taken yet.
            callable_type=CallableType.FUNCTION,
            name=name,
            module_name=module_name,
            qualname=qualname,
            args=args,
            kwonlyargs=kwonlyargs,
            varargs=varargs,
            varkw=varkw,
            return_value=schema.metadata.get('returns'),
            description=schema.description,
        )

    # -- Refined, and turned into something.

    def annotate(self, args: Any = None, return_value: Any = None) -> Signature:
        """Refines arguments by field definitions, in place.

        Args:
            args: List of field definitions, or dict from name to definition. A `StrKey` or the
                name of `**kwargs` refines the keyword variadic, the name of `*args` refines that
                one. Other unknown names become keyword-only arguments if there is a `**kwargs`.
            return_value: Value spec or annotation of the result.

        Returns:
            This signature.

        Raises:
            KeyError: An argument does not exist, or the keyword variadic is refined twice.
            ValueError: A default differs from that of the function, `*args` is not a `List`, or
                the spec of the result has a default.
            TypeError: The function's default does not fit the new spec.
        """
        if args is not None:
            self._annotate_args(args)
        if return_value is not None:
            spec = ValueSpec.from_annotation(return_value, auto_typing=True)
            if spec.has_default:
                raise ValueError(
                    f'{self.id}: the spec of the return value must not have a default. '
                    f'Encountered: {spec!r}.'
                )
            self.return_value = spec
        return self

    def _annotate_args(self, definitions: Any) -> None:
        fields = _as_fields(definitions)
        named = {arg.name: arg for arg in self.named_args}
        refined_varkw = False
        for field in fields:
            key = field.key
            name = str(key)
            if not key.is_const or (self.varkw is not None and name == self.varkw.name):
                if refined_varkw:
                    raise KeyError(
                        f'{self.id}: the keyword variadic is refined more than once. Give one '
                        f'`StrKey` entry.'
                    )
                if self.varkw is None:
                    raise KeyError(
                        f'{self.id}: {key!r} refines keyword arguments, but the function has no '
                        f'`**kwargs`.'
                    )
                refined_varkw = True
                self.varkw = Argument(
                    self.varkw.name,
                    ArgumentKind.VAR_KEYWORD,
                    DictSpec([(StrKey(), field.value)]),
                    field.description or self.varkw.description,
                )
            elif self.varargs is not None and name == self.varargs.name:
                self._annotate_varargs(self.varargs, field)
            elif name in named:
                arg = named[name]
                arg.value_spec = self._refined_spec(arg, field.value)
                arg.description = field.description or arg.description
            elif self.varkw is not None:
                arg = Argument(name, ArgumentKind.KEYWORD_ONLY, field.value, field.description)
                self.kwonlyargs.append(arg)
                named[name] = arg
            else:
                raise KeyError(
                    f'{self.id} has no argument {name!r}. Its arguments are '
                    f'{self.arg_names}; extra ones need a `**kwargs`.'
                )

    def _annotate_varargs(self, varargs: Argument, field: Field) -> None:
        spec = field.value
        if not isinstance(spec, ListSpec):
            raise ValueError(
                f'{self.id}: *{varargs.name} must be refined by a `List` of its elements. '
                f'Encountered: {spec!r}.'
            )
        if spec.has_default and spec.default:
            raise ValueError(
                f'{self.id}: *{varargs.name} is empty by default, but {spec!r} has the default '
                f'{spec.default!r}.'
            )
        self.varargs = Argument(
            varargs.name,
            ArgumentKind.VAR_POSITIONAL,
            spec,
            field.description or varargs.description,
        )

    def _refined_spec(self, arg: Argument, spec: Any) -> ValueSpec:
        """Returns the new spec of an argument, with the default of the function."""
        old: Any = arg.value_spec
        spec = spec.copy()
        if not old.has_default:
            if not spec.has_default or isinstance(spec, DictSpec):
                return checked(spec)
            if spec.is_noneable:
                # `None` is what a noneable spec implies; anything else was said on purpose.
                if spec.default is None:
                    spec.set_default(MISSING_VALUE)
                return checked(spec)
        elif not spec.has_default or spec.default is None:
            return with_default(spec, old.default, base.KeyPath([self.name, arg.name]))
        elif _equal_defaults(spec.default, old.default):
            return checked(spec)
        raise ValueError(
            f'{self.id}: argument {arg.name!r} is annotated with the default {spec.default!r}, '
            f'but the function says {old.default!r}. Drop one of the two.'
        )

    def fields(self, remove_self: bool = True, include_return: bool = False) -> list[Field]:
        """Returns the arguments as fields: positional, `*args`, keyword-only, `**kwargs`.

        Args:
            remove_self: Leave out a first argument called `self`.
            include_return: Append a field `return` if the spec of the result is known.
        """
        args = self.args
        if remove_self and args and args[0].name == 'self':
            args = args[1:]
        arguments = list(args)
        if self.varargs is not None:
            arguments.append(self.varargs)
        arguments.extend(self.kwonlyargs)
        if self.varkw is not None:
            arguments.append(self.varkw)
        result = [arg.to_field() for arg in arguments]
        if include_return and self.return_value is not None:
            result.append(Field('return', self.return_value, 'Return value.'))
        return result

    def to_schema(self, remove_self: bool = True, include_return: bool = False) -> Schema:
        """Returns the schema of the arguments."""
        init_arg_list = [arg.name for i, arg in enumerate(self.args) if i or arg.name != 'self']
        if self.varargs is not None:
            init_arg_list.append(f'*{self.varargs.name}')
        return Schema(
            self.fields(remove_self, include_return),
            name=self.id,
            description=self.description,
            allow_nonconst_keys=True,
            metadata={
                'init_arg_list': init_arg_list,
                'varargs_name': self.varargs.name if self.varargs is not None else None,
                'varkw_name': self.varkw.name if self.varkw is not None else None,
                'returns': self.return_value,
            },
        )

    def make_function(
        self,
        body: str | Sequence[str],
        exec_globals: dict[str, Any] | None = None,
        exec_locals: dict[str, Any] | None = None,
    ) -> Any:
        """Returns a real function with this signature.

        Args:
            body: Line or lines of Python.
            exec_globals: Global names that the body uses.
            exec_locals: Further names that the body uses.
        """
        parameters = list(self.parameters.values())
        empty = inspect.Parameter.empty
        pieces: list[str] = []
        star_written = self.varargs is not None
        for param in parameters:
            text = param.name
            if param.kind is param.VAR_POSITIONAL:
                text = '*' + text
            elif param.kind is param.VAR_KEYWORD:
                text = '**' + text
            elif param.kind is param.KEYWORD_ONLY and not star_written:
                pieces.append('*')
                star_written = True
            # Defaults are set on the function afterwards: any object may be one.
            pieces.append(text if param.default is empty else f'{text}=None')
        made = make_function(
            self.name if self.name.isidentifier() else '_made',
            pieces,
            body.split('\n') if isinstance(body, str) else body,
            exec_globals=exec_globals,
            exec_locals=exec_locals,
        )
        made.__defaults__ = (
            tuple(
                p.default
                for p in parameters
                if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is not empty
            )
            or None
        )
        made.__kwdefaults__ = {
            p.name: p.default
            for p in parameters
            if p.kind is p.KEYWORD_ONLY and p.default is not empty
        } or None
        made.__annotations__ = {
            p.name: p.annotation for p in parameters if p.annotation is not empty
        }
        if self.return_annotation is not empty:
            made.__annotations__['return'] = self.return_annotation
        made.__name__ = self.name
        made.__qualname__ = self.qualname
        made.__module__ = self.module_name
        return made


def signature(
    func: CallableABC[..., Any], auto_typing: bool = True, auto_doc: bool = True
) -> Signature:
    """Returns the `Signature` of a callable.

    Args:
        func: Function, method, class, functor or callable object.
        auto_typing: Whether annotations become value specs.
        auto_doc: Whether descriptions are taken from the docstring.

    Raises:
        TypeError: `func` is not callable.
    """
    from mutandis.typing.signature_cache import shared_signature

    shared = shared_signature(func, auto_typing, auto_doc)
    if shared is not None:
        return shared.copy()
    return Signature.from_callable(func, auto_typing=auto_typing, auto_doc=auto_doc)


get_signature = signature


def schema(
    cls_or_fn: CallableABC[..., Any],
    args: Any = None,
    returns: Any = None,
    *,
    auto_typing: bool = True,
    auto_doc: bool = True,
    remove_self: bool = True,
    include_return: bool = False,
) -> Schema:
    """Returns the schema of a class or of the arguments of a function.

    Args:
        cls_or_fn: A symbolic class, which has a schema already, or any callable.
        args: Field definitions that refine arguments.
        returns: Value spec that refines the result.
        auto_typing: Whether annotations become value specs.
        auto_doc: Whether descriptions are taken from the docstring.
        remove_self: Leave out a first argument called `self`.
        include_return: Add a field `return` for the result.
    """
    known = getattr(cls_or_fn, '__schema__', None)
    if isinstance(known, Schema):
        return known
    sig = signature(cls_or_fn, auto_typing=auto_typing, auto_doc=auto_doc)
    return sig.annotate(args, returns).to_schema(remove_self, include_return)


def _as_fields(definitions: Any) -> list[Field]:
    if isinstance(definitions, (list, tuple)) and all(isinstance(d, Field) for d in definitions):
        return list(definitions)
    found = create_schema(
        list(definitions) if isinstance(definitions, tuple) else definitions,
        allow_nonconst_keys=True,
    )
    return list(found.fields.values())


def _equal_defaults(left: Any, right: Any) -> bool:
    if left is right:
        return True
    if isinstance(left, MissingValue) or isinstance(right, MissingValue):
        return isinstance(left, MissingValue) and isinstance(right, MissingValue)
    try:
        return bool(left == right)
    except Exception:  # Arrays and the like, whose comparison is no bool.
        return False


def _python_default(spec: Any) -> Any:
    default = spec.default
    return inspect.Parameter.empty if isinstance(default, MissingValue) else default


def _python_annotation(spec: Any) -> Any:
    annotation = spec.annotation
    return inspect.Parameter.empty if isinstance(annotation, MissingValue) else annotation


def _parameter(arg: Argument, kind: Any, default: Any = inspect.Parameter.empty) -> Any:
    return inspect.Parameter(
        arg.name, kind, default=default, annotation=_python_annotation(arg.element_spec)
    )


__all__ = ['Argument', 'CallableType', 'Signature', 'get_signature', 'schema', 'signature']
