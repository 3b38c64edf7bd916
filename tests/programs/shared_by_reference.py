"""Values shared by reference, and where values came from."""

from typing import Any

import mutandis as pg


class Vocabulary(pg.Object):
    words: list[str]


class Encoder(pg.Object):
    vocabulary: pg.Ref[Vocabulary]
    size: int = 8


class Pipeline(pg.Object):
    encoder: Encoder
    extra: Any = None


shared = Vocabulary(['a', 'b'])
encoders = [Encoder(shared), Encoder(shared, 16)]
print([e.vocabulary is shared for e in encoders], shared.sym_parent, shared.sym_path)
print(
    type(encoders[0].sym_getattr('vocabulary')).__name__,
    encoders[0].sym_init_args.vocabulary is shared,
)
print(encoders[0])
pipeline = Pipeline(encoders[0], extra=pg.Ref(shared))
print(pipeline.extra is shared, pipeline.encoder.vocabulary is pipeline.extra)
copied = pipeline.clone(deep=True)
print(copied.extra is shared, copied.encoder.vocabulary is shared, copied == pipeline)
plain = pg.Dict(x=pg.Ref([1, 2]), y=pg.Ref(3), z=[pg.Ref({'a': 1})])
print(plain, type(plain.x), type(plain.sym_getattr('y')), type(plain.z[0]))
shared.words.append('c')
print(pipeline.extra.words, pipeline.encoder.vocabulary.words)
print(pg.Ref(shared) == pg.Ref(shared), pg.eq(pg.Ref(shared), pg.Ref(shared.clone())))
print(pg.Ref(pg.Ref(shared)).value is shared, pg.maybe_ref(Vocabulary(['x'])), pg.maybe_ref(5))
pipeline.rebind({'extra': 1})
print(pipeline.extra, shared.words)
pipeline.rebind({'encoder.vocabulary': Vocabulary(['new'])})
print(pipeline.encoder.vocabulary.words, type(pipeline.encoder.sym_getattr('vocabulary')).__name__)
print(pg.symbolic.deref(pg.Ref(shared)) is shared)
print(pg.symbolic.deref(pg.Dict(v=pg.Ref(shared)), recursive=True))
try:
    Encoder('words')
except TypeError:
    print('TypeError')

print('--- a value with a parent is copied, one without is adopted')
first = pg.Dict(v=Vocabulary(['q']))
second = pg.Dict(v=first.v)
print(second.v is first.v, second.v == first.v, first.v.sym_parent is first)
loose = Vocabulary(['r'])
third = pg.Dict(v=loose)
print(third.v is loose, loose.sym_parent is third)
third.v = None
print(loose.sym_parent, loose.sym_path)

print('--- origins')
with pg.track_origin():
    base = Vocabulary(['a'])
    copy = base.clone()
    deep = copy.clone(deep=True)
for value in (base, copy, deep):
    print(value.sym_origin.tag, value.sym_origin.source is base, value.sym_origin.source is copy)
print([o.tag for o in deep.sym_origin.chain()], [o.tag for o in deep.sym_origin.history()])
print(deep.sym_origin.root.source is None, deep.sym_origin.root.tag)
tagged = Vocabulary(['t'])
print(tagged.sym_origin)
tagged.sym_setorigin('a file', 'import')
print(tagged.sym_origin.source, tagged.sym_origin.tag, tagged.sym_origin.stack)
try:
    tagged.sym_setorigin('another file', 'import')
except ValueError:
    print('ValueError')


@pg.functor
def build(n):
    return Vocabulary([str(i) for i in range(n)])


with pg.track_origin():
    built = build(2)()
print(built.sym_origin.tag, repr(built.sym_origin.source))
print(build(2)().sym_origin)

print('--- sealed')
frozen = Pipeline(Encoder(shared), extra=[1, {'a': 2}]).seal()


def attempt(name, fn):
    try:
        fn()
        print(name, 'done')
    except Exception as error:
        print(name, type(error).__name__)


attempt('field', lambda: frozen.rebind(extra=2))
attempt('deep', lambda: frozen.extra[1].rebind(a=3))
attempt('append', lambda: frozen.extra.append(3))
attempt('from above', lambda: frozen.rebind({'extra[1].a': 3}))
attempt('the shared one', lambda: frozen.encoder.vocabulary.words.append('z'))
attempt('own attribute', lambda: setattr(frozen, '_note', 1))
with pg.as_sealed(False):
    attempt('in a scope', lambda: frozen.rebind({'extra[1].a': 3}))
attempt('a copy', lambda: frozen.clone().rebind(extra=1))
frozen.seal(False)
attempt('unsealed', lambda: frozen.rebind(extra=[]))


class Constant(pg.Object):
    allow_symbolic_mutation = False
    value: int


class Free(pg.Object):
    allow_symbolic_assignment = True
    value: int


class Silent(pg.Object):
    use_symbolic_comparison = False
    value: int


attempt('constant', lambda: Constant(1).rebind(value=2))
free = Free(1)
free.value = 3
print(free, Silent(1) == Silent(1), pg.eq(Silent(1), Silent(1)))
attempt('free, wrong', lambda: setattr(free, 'value', 'x'))
with pg.allow_writable_accessors():
    attempt('scope', lambda: setattr(Encoder(shared), 'size', 3))
with pg.allow_writable_accessors(False):
    attempt('scope off', lambda: setattr(free, 'value', 3))
with pg.enable_type_check(False):
    print(repr(Free('untyped')))
