"""Where the names in an annotation are looked up: a module, or the body of a class in it.

Text annotations (all of them under `from __future__ import annotations`) name classes. As Python
does, a name in the body of a class is looked up in that body, in the functions around it, in the
module, and among the builtins; the class itself counts, although it is only being made.
"""

import sys
import types
import typing


def forward_ref(name: str, module: types.ModuleType | None) -> typing.ForwardRef:
    """Returns the annotation for a name that does not exist yet."""
    if sys.version_info >= (3, 14):
        return typing.ForwardRef(name)
    return typing.ForwardRef(name, False, module)


class ClassScope:
    """The names that annotations in the body of a class may use.

    It is passed as `parent_module`. Use it while the class is being made: the functions around the
    class are seen only then.

    Args:
      module: Module of the class, None if unknown.
      owner: The class.
    """

    __slots__ = ('module', 'owner')

    def __init__(self, module: types.ModuleType | None, owner: type) -> None:
        self.module = module
        self.owner = owner

    def lookup(self, name: str) -> typing.Any:
        """Returns the class of that name within the module, None if there is none.

        Names of the module itself are not looked up here.
        """
        owner = self.owner
        value = _type_parameter(owner, name)
        if value is not None:
            return value
        value = vars(owner).get(name)
        if isinstance(value, type) or typing.get_origin(value) is not None:
            return value
        if '<locals>' not in owner.__qualname__:
            if name == owner.__qualname__:
                # By name: in a notebook, the module may still have an older class of it.
                return forward_ref(name, self.module)
            return None
        return owner if name == owner.__name__ else self._lookup_in_functions(name)

    def _lookup_in_functions(self, name: str) -> typing.Any:
        functions = [
            part.rsplit('.', 1)[-1] for part in self.owner.__qualname__.split('.<locals>')[:-1]
        ]
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None and functions:
            if (
                frame.f_code.co_name == functions[-1]
                and frame.f_globals.get('__name__') == self.owner.__module__
            ):
                functions.pop()
                value = frame.f_locals.get(name)
                if value is not None:
                    return value
            frame = frame.f_back
        return None


class FunctionScope:
    """The names that annotations of a function with type parameters may use (`def f[X](x: X)`).

    Args:
      module: Module of the function, None if unknown.
      function: The function.
    """

    __slots__ = ('module', 'function')

    def __init__(self, module: types.ModuleType | None, function: typing.Any) -> None:
        self.module = module
        self.function = function

    def lookup(self, name: str) -> typing.Any:
        """Returns the type parameter of that name, None if there is none."""
        return _type_parameter(self.function, name)


def _type_parameter(owner: typing.Any, name: str) -> typing.Any:
    for parameter in getattr(owner, '__type_params__', ()):
        if parameter.__name__ == name:
            return parameter
    return None


# What `parent_module` may be.
Scope = types.ModuleType | ClassScope | FunctionScope | None


def module_of(scope: Scope) -> types.ModuleType | None:
    """Returns the module of a scope."""
    return scope.module if isinstance(scope, (ClassScope, FunctionScope)) else scope


def lookup_inside(name: str, scope: Scope) -> typing.Any:
    """Returns what a name stands for in a class or function, None if only the module knows."""
    return scope.lookup(name) if isinstance(scope, (ClassScope, FunctionScope)) else None
