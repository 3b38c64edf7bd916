"""Values that are worked out when they are read.

An `Inferential` may stand in any field. What is stored is the object itself (the *symbolic form*);
what a reader of the field gets is the result of its `infer()` (the *inferred form*).
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from mutandis.symbolic.base import TopologyAware
from mutandis.symbolic.object import Object
from mutandis.typing import CustomTyping

_ABSENT = object()


class Inferential(TopologyAware, CustomTyping):
    """Base of values that stand for what their `infer` returns."""

    __slots__ = ()

    # By this the core recognises inferential values.
    _sym_inferential = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # `Object` says False, and often comes first among the bases.
        cls._sym_inferential = True

    @abstractmethod
    def infer(self, **kwargs: Any) -> Any:
        """Returns the value that this one stands for.

        Raises:
            AttributeError: It cannot be inferred here.
        """
        raise NotImplementedError(f'{type(self).__name__} must define `infer`.')

    def custom_apply(
        self, path: Any, value_spec: Any, allow_partial: bool, child_transform: Any = None
    ) -> tuple[bool, Any]:
        """Accepts every field: what is inferred is known only when it is read."""
        return (False, self)


class InferredValue(Object, Inferential):
    """Base of symbolic objects that stand for what their `infer` returns.

    Example::

        class Twice(mt.symbolic.InferredValue):
            key: str

            def infer(self, **kwargs):
                return 2 * self.sym_parent.sym_inferred(self.key)
    """


class ValueFromParentChain(InferredValue):
    """Stands for the value that an ancestor has under the same key.

    The immediate parent is skipped: it is the one that holds this value under the key.

    Example::

        class Layer(mt.Object):
            width: int = mt.symbolic.ValueFromParentChain()

        net = mt.Dict(width=64, layers=[Layer(), Layer(32)])
        net.layers[0].width    # 64
    """

    __serialization_key__ = 'pyglove.core.symbolic.inferred.ValueFromParentChain'

    @property
    def inference_key(self) -> str | int:
        """The key to look for; by default the one under which this value is stored."""
        if self.sym_parent is None:
            raise AttributeError(
                f'{type(self).__name__} has no key to look up: it is not part of a tree yet.'
            )
        key: str | int = self._sym_key
        return key

    def infer(self, **kwargs: Any) -> Any:
        """Returns the value of the nearest ancestor that has one.

        Raises:
            AttributeError: No ancestor has one.
        """
        key = self.inference_key
        parent = self.sym_parent
        node = parent.sym_parent if parent is not None else None
        while node is not None:
            value = _lookup(node, key)
            if value is not _ABSENT:
                return value
            node = node.sym_parent
        raise AttributeError(
            f'Nothing called {key!r} is found on the ancestors of {str(self.sym_path)!r}. Set it '
            f'on one of them, or give the field a value.'
        )


def _lookup(node: Any, key: str | int) -> Any:
    if isinstance(key, str):
        return getattr(node, key, _ABSENT)
    if isinstance(node, list) and -len(node) <= key < len(node):
        return node[key]
    return _ABSENT
