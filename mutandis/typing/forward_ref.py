"""References by name to classes that may not exist yet."""

import sys
import types
import typing

from mutandis.base import Formattable, kvlist_str

# Frames of these packages are the library's own: a name used in `Object('A')` belongs to the code
# that called into the library.
_LIBRARY_PACKAGES = ('mutandis.typing', 'mutandis.symbolic', 'mutandis.base')


# Names that were reported missing (`ForwardRef.report_missing`).
_reported: set[str] = set()


class ForwardRef(Formattable):
    """A class named by module and qualified name, looked up each time it is needed.

    Equal to another reference to the same name, and to the class that it resolves to.
    """

    __slots__ = ('_module', '_qualname', '_dotted')

    def __init__(self, module: types.ModuleType, qualname: str) -> None:
        self._module = module
        self._qualname = qualname
        self._dotted = '.' in qualname

    @property
    def module(self) -> types.ModuleType:
        """Module in which the name is looked up."""
        return self._module

    @property
    def name(self) -> str:
        """Last part of the qualified name."""
        return self._qualname.rsplit('.', 1)[-1]

    @property
    def qualname(self) -> str:
        """Name within the module, dotted for nested classes."""
        return self._qualname

    @property
    def type_id(self) -> str:
        """Module name and qualified name."""
        return f'{self._module.__name__}.{self._qualname}'

    def lookup(self) -> typing.Any:
        """Returns what the name stands for now, None if nothing."""
        if not self._dotted:
            return self._module.__dict__.get(self._qualname)
        value: typing.Any = self._module
        for name in self._qualname.split('.'):
            value = getattr(value, name, None)
            if value is None:
                return None
        return value

    @property
    def resolved(self) -> bool:
        """Whether the name exists now."""
        return self.lookup() is not None

    def report_missing(self) -> None:
        """Logs once that values are not checked because the name does not exist.

        Nothing is said while its module is being loaded: the class may follow.
        """
        spec = getattr(self._module, '__spec__', None)
        if self.type_id in _reported or getattr(spec, '_initializing', False):
            return
        _reported.add(self.type_id)
        import logging  # Slow to import, and rarely needed.

        logging.getLogger(__name__).warning(
            'Module %r has no class %r: values of fields that are annotated with this name are not '
            'checked. Is it misspelled, or defined within a function?',
            self._module.__name__,
            self._qualname,
        )

    @property
    def cls(self) -> type:
        """The class.

        Raises:
          TypeError: If the name does not exist, or is not a class.
        """
        cls = self.lookup()
        if isinstance(cls, type):
            return cls
        if cls is None:
            raise TypeError(
                f'{self._qualname!r} does not exist in module {self._module.__name__!r}. Define '
                'the class at module level (or nested in a module-level class) before it is used.'
            )
        raise TypeError(f'{self.type_id!r} is not a class: {cls!r}.')

    def as_annotation(self) -> type | str:
        """Returns the class if it exists, else its qualified name."""
        return self.cls if self.resolved else self._qualname

    def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Creates an instance of the referenced class."""
        return self.cls(*args, **kwargs)

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: typing.Any,
    ) -> str:
        """Returns the text form."""
        return kvlist_str(
            [('module', self._module.__name__, None), ('name', self._qualname, None)],
            label='ForwardRef',
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, ForwardRef):
            return self._module is other._module and self._qualname == other._qualname
        if isinstance(other, type):
            return self.lookup() is other
        return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self._module.__name__, self._qualname))

    def __copy__(self) -> 'ForwardRef':
        return self

    def __deepcopy__(self, memo: dict[int, typing.Any]) -> 'ForwardRef':
        return ForwardRef(self._module, self._qualname)

    def __reduce__(self) -> tuple[typing.Any, ...]:
        return (_load, (self._module.__name__, self._qualname))


def _load(module_name: str, qualname: str) -> ForwardRef:
    import importlib

    return ForwardRef(importlib.import_module(module_name), qualname)


def caller_module() -> types.ModuleType:
    """Returns the module of the nearest caller that is not this library's own code.

    Notebook cells and unknown modules count as `__main__`.
    """
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get('__name__', '')
        if not name.startswith(_LIBRARY_PACKAGES) or frame.f_code.co_filename.endswith('_test.py'):
            module = sys.modules.get(name)
            if module is not None:
                return module
            break
        frame = frame.f_back
    return sys.modules['__main__']
