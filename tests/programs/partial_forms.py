"""Objects that are filled in later: drafts, forms with holes, templates of experiments."""

import mutandis as pg

T = pg.typing


class Data(pg.Object):
    path: str
    batch_size: int = 32


class Head(pg.Object):
    classes: int
    hidden: list[int] = []


class Task(pg.Object):
    data: Data
    head: Head
    note: str | None = None

    def _on_bound(self):
        super()._on_bound()
        if not self.is_partial:
            self.ready = f'{self.data.path}: {self.head.classes} classes'


draft = Task.partial(Data.partial(batch_size=8))
print(draft)
print(repr(draft))
print(draft.is_partial, draft.is_abstract, draft.is_pure_symbolic, hasattr(draft, 'ready'))
print(draft.missing_values())
print(draft.sym_missing(flatten=False))
print(draft.sym_nondefault())
draft.rebind({'data.path': '/data/digits'})
print(draft.missing_values(), draft.data.is_partial)
draft.rebind(head=Head.partial(hidden=[16]))
print(draft.missing_values())
print(draft.format(compact=True, hide_missing_values=True))
draft.rebind({'head.classes': 10})
print(draft.is_partial, draft.ready, draft.missing_values())

print('--- scopes')
with pg.allow_partial():
    form = pg.List([Task(Data('a')), Task(head=Head(2)), Head()])
print(form)
print(pg.is_partial(form), form[0].allow_partial, form.sym_missing())
print(pg.is_partial([1, {'x': form[2]}]), pg.is_partial({'x': 1}), pg.is_partial(Head(1)))
for item in form:
    try:
        item.rebind(note='seen')
        print('rebound', item.note)
    except (TypeError, ValueError, KeyError) as error:
        print(type(error).__name__)

print('--- JSON of drafts')
text = form[1].to_json_str()
print(text)
try:
    pg.from_json_str(text)
except (TypeError, ValueError) as error:
    print(type(error).__name__)
print(pg.eq(pg.from_json_str(text, allow_partial=True), form[1]))

print('--- typed dicts with holes')
config = pg.Dict.partial(
    value_spec=T.Dict(
        [
            ('name', T.Str(), 'Name.'),
            ('sizes', T.List(T.Int()), 'Sizes.'),
            ('opt', T.Dict([('lr', T.Float(0.1)), ('kind', T.Enum('a', ['a', 'b']))])),
        ]
    )
)
print(config)
print(config.format(verbose=False))
print(config.sym_missing())
config.name = 'first'
config.rebind({'sizes': [1, 2], 'opt.kind': 'b'})
print(repr(config), config.is_partial)
config.opt.kind = pg.MISSING_VALUE
del config.opt.lr
print(repr(config))
config.sizes = pg.MISSING_VALUE
print(config.sizes == pg.MISSING_VALUE, config.is_partial, config.sym_missing())

print('--- complete ones do not go back')
done = Task(Data('a'), Head(3))


def attempt(fn):
    try:
        print('no error:', fn())
    except Exception as error:
        print(type(error).__name__)


attempt(lambda: done.rebind(head=pg.MISSING_VALUE))
attempt(lambda: done.rebind(head=Head.partial()))
attempt(lambda: Task(Data('a'), Head.partial()))
attempt(lambda: Task(Data('a')))
attempt(lambda: pg.Dict(value_spec=T.Dict([('x', int)])))
attempt(lambda: Task(Data('a'), Head(1), allow_partial=1))
print(repr(done.rebind({'data.batch_size': pg.MISSING_VALUE, 'note': 'x'})))
clone = Task.partial(note='draft').clone()
print(clone.allow_partial, clone.rebind(data=Data('z'), head=Head(1)).is_partial)
