"""Text forms of everything, and the small tools around the object model."""

from typing import Annotated, Any

import mutandis as pg

T = pg.typing


class Inner(pg.Object):
    """Inner part."""

    width: Annotated[int, 'How wide it is.'] = 8
    label: Annotated[str | None, 'What it is called,\nin two lines.'] = None


class Outer(pg.Object):
    """Outer part."""

    inner: Annotated[Inner, 'What is inside.']
    options: Annotated[
        T.Dict([('lr', T.Float(0.1), 'Learning rate.'), ('names', T.List(T.Str()).noneable())]),
        'Options.',
    ]
    values: Annotated[list[Any], 'Values.'] = []
    fixed: T.Int().freeze(3) = 3
    pair: tuple[int, str] = (1, 'a')


outer = Outer(Inner(label='it\'s "x"'), dict(names=['a']), [1, [2, {'k': None}], (), {}, b'bytes'])
for options in (
    {},
    dict(compact=True),
    dict(verbose=True),
    dict(compact=True, verbose=False),
    dict(hide_default_values=True),
    dict(compact=True, hide_default_values=True),
    dict(compact=True, hide_frozen=False),
    dict(python_format=True),
    dict(compact=True, python_format=True),
    dict(root_indent=2),
    dict(compact=True, exclude_keys=['values', 'options']),
    dict(compact=True, include_keys=['pair']),
    dict(compact=True, max_str_len=3),
    dict(verbose=True, extra_blankline_for_field_docstr=True),
):
    print('#', options)
    print(outer.format(**options))

print('# scopes')
with pg.str_format(compact=True, hide_default_values=True), pg.repr_format(compact=False):
    print(outer)
    print(repr(outer.inner))
print(pg.format([outer.inner, {'a': (1, 2)}, 'x', 1.5, None], compact=True))
print(pg.format({'a': [1, 2, 3], 'b': {'c': 'd'}}))
print(pg.format(list(range(40))))
print(pg.format([1, 2, [3]], list_wrap_threshold=3))
print(
    pg.format('text'),
    pg.format(int),
    pg.format(KeyError('k')),
    pg.format({}),
    pg.format([], compact=True),
)
print(pg.format(object(), strip_object_id=True))
pg.print(outer.inner, compact=True)
outer.inner.inspect()
outer.inspect(r'.*width')
pg.Dict(a=1, b=Inner()).inspect(where=lambda v: isinstance(v, Inner))
partial = Outer.partial(Inner(3))
print(partial.format(compact=True), '|', partial.format(compact=True, hide_missing_values=True))
print(partial.format())


class Plain(pg.Formattable):
    def __init__(self, value):
        self.value = value

    def format(self, compact=False, verbose=True, root_indent=0, **kwargs):
        return pg.utils.kvlist_str(
            [('value', self.value, None), ('more', 1, 1)],
            label='Plain',
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )


print(repr(Plain(3)), repr(Plain(None)), pg.Dict(p=Plain('x')))
print(Plain([1, 2]))

print('# tools')
print(pg.utils.camel_to_snake('HTMLView'), pg.utils.quote_if_str('a'), pg.utils.quote_if_str(1))
print(
    pg.utils.auto_plural(2, 'layer'),
    pg.utils.auto_plural(1, 'layer'),
    pg.utils.auto_plural(2, 'a', 'as'),
)
print(
    pg.utils.comma_delimited_str([1, 'a', None]),
    pg.utils.message_on_path('bad', pg.KeyPath(['a', 0])),
)
with pg.catch_errors((ValueError, (KeyError, 'wanted'))) as caught:
    raise KeyError('wanted one')
print(repr(caught.error))
with pg.catch_errors(ValueError) as caught:
    pass
print(caught.error)
try:
    with pg.catch_errors((KeyError, 'wanted')):
        raise KeyError('other')
except KeyError as error:
    print('raised', error)
handled = []
with pg.catch_errors(ZeroDivisionError, handled.append):
    print(1 / 0)
print(handled)


def documented(a, b=1, *args, **kwargs):
    """Does something.

    In more words.

    Args:
      a: The first.
      b: The second
        over two lines.
      *args: The rest.
      **kwargs: Named.

    Returns:
      Nothing.

    Raises:
      ValueError: Never.
    """


doc = pg.docstr(documented)
print(doc.short_description, '|', doc.long_description, '|', doc.style.name)
print({k: v.description for k, v in doc.args.items()}, doc.returns.description, len(doc.raises))
print(pg.docstr(lambda x: x))


class Version(pg.JSONConvertible):
    def __init__(self, major, minor=0):
        self.major, self.minor = major, minor

    def to_json(self, **kwargs):
        return self.to_json_dict(
            dict(major=(self.major, None), minor=(self.minor, 0)), exclude_default=True, **kwargs
        )

    def __eq__(self, other):
        return isinstance(other, Version) and (self.major, self.minor) == (other.major, other.minor)


pg.JSONConvertible.register('demo.Version', Version)
print(Version(1).to_json().keys(), Version(1, 2).to_json()['minor'])
JSONType = pg.JSONConvertible.class_from_typename
print(JSONType('demo.Version') is Version, JSONType('demo.Nothing'))
print(pg.from_json({'_type': 'demo.Version', 'major': 3}) == Version(3))
print(
    pg.from_json_str(pg.to_json_str([Version(1), (1, 2), {'x': None}, int]))
    == [Version(1), (1, 2), {'x': None}, int]
)
pg.utils.thread_local_set('key', 1)
print(pg.utils.thread_local_get('key'), pg.utils.thread_local_get('none', 'default'))
pg.utils.thread_local_push('stack', 1)
pg.utils.thread_local_push('stack', 2)
print(
    pg.utils.thread_local_peek('stack'),
    pg.utils.thread_local_pop('stack'),
    pg.utils.thread_local_pop('stack'),
)
with pg.utils.thread_local_value_scope('key', 2, 1):
    print(pg.utils.thread_local_get('key'))
print(pg.utils.thread_local_get('key'))
with pg.timeit('work') as timer:
    with pg.timeit('inner'):
        pass
print(timer.has_ended, timer.elapse >= 0, sorted(timer.status()), timer.has_error)
print(
    pg.is_partial(1),
    pg.is_abstract([pg.oneof([1, 2])]),
    pg.is_deterministic([1]),
    pg.contains([1, [2]], 2),
)
