"""Signatures of plain functions, read once.

Reading a signature costs as much as building a hundred objects, and a `Callable` field with
arguments needs one for each value. Signatures are kept as long as the function lives, and read
again when the function was changed.
"""

import types
import typing
import weakref

from mutandis.typing.callable_signature import Signature

# What the signature of a function depends on.
_Facts = tuple[typing.Any, ...]
_Entry = tuple[_Facts, dict[tuple[bool, bool], Signature]]

_signatures: weakref.WeakKeyDictionary[types.FunctionType, _Entry] = weakref.WeakKeyDictionary()


def shared_signature(func: typing.Any, auto_typing: bool, auto_doc: bool) -> Signature | None:
    """Returns the signature of a plain function (see `signature`), None for other callables.

    All callers get the same object: who wants to change it changes a copy.
    """
    if type(func) is not types.FunctionType or func.__dict__:
        # Attributes of a function may say that it has another signature (`__wrapped__`).
        return None
    annotations = func.__annotations__
    if auto_typing and any(isinstance(a, str) for a in annotations.values()):
        # Names may mean something else the next time.
        return None
    facts = (func.__code__, func.__defaults__, func.__kwdefaults__, func.__doc__)
    entry = _signatures.get(func)
    if entry is None or not _same(entry[0], (*facts, annotations)):
        kept = (*facts, dict(annotations))
        entry = _signatures[func] = (kept, {})
    known = entry[1].get((auto_typing, auto_doc))
    if known is None:
        known = Signature.from_callable(func, auto_typing=auto_typing, auto_doc=auto_doc)
        entry[1][auto_typing, auto_doc] = known
    return known


def _same(old: _Facts, new: _Facts) -> bool:
    *old_facts, old_annotations = old
    *new_facts, new_annotations = new
    return (
        all(a is b for a, b in zip(old_facts, new_facts, strict=True))
        and old_annotations.keys() == new_annotations.keys()
        and all(new_annotations[name] is old_annotations[name] for name in old_annotations)
    )
