"""Classes that call themselves by a name that now means their symbolic class.

Under `@symbolize class Net(nn.Module)` the name `Net` is that of the wrapped class, also within the
methods of `Net`. So `super(Net, self).__init__()`, as older programs write it, would find the very
method that it stands in, again and again. (`super()` does not go by the name.) Such methods are
found when the first object is built. They become methods of the wrapped class, and where they
were, a method is left that goes on to the next class, which is what `super` was to find.
"""

from __future__ import annotations

import functools
import types
from typing import Any

_MARK = '_sym_name_settled'


def settle_own_name(wrapped: Any) -> None:
    """Makes `super(Net, self)` work in the methods of the classes that a class wraps."""
    for cls in wrapped.__mro__:
        user_cls = cls.__dict__.get('_sym_user_cls')
        if user_cls is None or _MARK in cls.__dict__:
            continue
        type.__setattr__(cls, _MARK, True)
        for name, member in list(vars(user_cls).items()):
            if _finds_itself(member, user_cls.__name__, cls):
                if name not in cls.__dict__:
                    type.__setattr__(cls, name, member)
                setattr(user_cls, name, _goes_on(user_cls, cls, name, member))


def _finds_itself(member: Any, name: str, wrapped: Any) -> bool:
    """Whether a method calls `super` with a class that turns out to be the wrapped one."""
    import inspect

    function = inspect.unwrap(getattr(member, '__func__', member))
    if not isinstance(function, types.FunctionType):
        return False
    code = function.__code__
    if 'super' not in code.co_names:
        return False
    if name in code.co_names and function.__globals__.get(name) is wrapped:
        return True
    if name in code.co_freevars:
        cell = (function.__closure__ or ())[code.co_freevars.index(name)]
        try:
            if cell.cell_contents is wrapped:
                return True
        except ValueError:  # The name has no value yet.
            pass
    # `super(self.__class__, self)` and `super(type(self), self)`. Where a method does neither but
    # uses these names for something else, it makes no difference.
    return '__class__' in code.co_names or 'type' in code.co_names


def _goes_on(user_cls: Any, wrapped: Any, name: str, member: Any) -> Any:
    if isinstance(member, classmethod):

        @functools.wraps(member.__func__)
        def go_on_with_class(cls: Any, *args: Any, **kwargs: Any) -> Any:
            if issubclass(cls, wrapped):
                return getattr(super(user_cls, cls), name)(*args, **kwargs)
            return member.__func__(cls, *args, **kwargs)

        return classmethod(go_on_with_class)

    @functools.wraps(member)
    def go_on(self: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(self, wrapped):
            return getattr(super(user_cls, self), name)(*args, **kwargs)
        return member(self, *args, **kwargs)

    return go_on


__all__ = ['settle_own_name']
