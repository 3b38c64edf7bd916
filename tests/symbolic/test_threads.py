"""Threads: scoped flags are of one thread, and trees that are not shared do not meet."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import mutandis as mt

T = mt.typing
THREADS = 8


@pytest.fixture(autouse=True)
def frequent_switches():
    """Lets threads take turns much more often than they do by default."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def together(work, times=THREADS):
    """Runs `work(i)` in several threads that start at the same moment."""
    start = threading.Barrier(times)

    def run(i):
        start.wait()
        return work(i)

    with ThreadPoolExecutor(times) as pool:
        return [f.result() for f in [pool.submit(run, i) for i in range(times)]]


class TestScopesAreOfOneThread:
    def test_a_new_thread_starts_from_the_defaults(self):
        with mt.as_sealed(), mt.notify_on_change(False), mt.allow_partial():
            ((sealed, notified, partial, d),) = together(
                lambda _: (
                    mt.symbolic.is_under_sealed_scope(),
                    mt.symbolic.is_change_notification_enabled(),
                    mt.symbolic.is_under_partial_scope(),
                    mt.Dict(a=1).rebind(a=2),
                ),
                1,
            )
        assert (sealed, notified, partial, d) == (None, True, None, {'a': 2})

    def test_scopes_do_not_leak_into_others(self):
        seal = mt.as_sealed()  # One scope object, opened by half of the threads.

        def work(i):
            refused = 0
            for k in range(100):
                d, items = mt.Dict(x=0), mt.List()
                if i % 2:
                    with seal, mt.notify_on_change(False):
                        for change in (
                            lambda d=d: d.rebind(x=1),
                            lambda d=d: setattr(d, 'x', 1),
                            lambda items=items: items.append(1),
                        ):
                            try:
                                change()
                            except mt.WritePermissionError:
                                refused += 1
                d.x = k
                items.append(k)
                assert d == {'x': k} and items == [k]
            return refused

        assert together(work) == [300 if i % 2 else 0 for i in range(THREADS)]
        assert mt.symbolic.is_under_sealed_scope() is None

    def test_a_handler_that_runs_in_one_thread_does_not_adopt_writes_of_others(self):
        inside, done = threading.Event(), threading.Event()
        other = mt.Dict(x=0, l=[])

        class Slow(mt.Object):
            v: int = 0

            def _on_change(self, updates):
                inside.set()
                assert done.wait(10)
                raise RuntimeError('taken back')

        def work(i):
            if i == 0:
                slow = Slow()
                with pytest.raises(RuntimeError):
                    slow.rebind(v=1)
                return slow.v
            assert inside.wait(10)
            other.x = 1
            other.l.append(2)
            other.rebind({'l[0]': 3})
            done.set()
            return None

        assert together(work, 2)[0] == 0
        assert other == {'x': 1, 'l': [3]}


class TestFirstUseInSeveralThreads:
    @pytest.mark.parametrize('attempt', range(10))
    def test_of_a_class(self, attempt):
        class Inner(mt.Object):
            n: int = 0
            many: list[int] = [1, 2]

        class Outer(mt.Object):
            inner: Inner = Inner()
            options: T.Dict([('a', T.Int(default=1)), ('b', T.List(T.Str(), default=['s']))]) = {}
            anything: Any = None

        @mt.functor
        def add(x, y=2):
            return x + y

        def work(i):
            outer = Outer(anything=Inner(i)).clone()
            outer.rebind({'inner.many[0]': i, 'options.a': i, 'anything.n': i})
            again = mt.from_json_str(outer.to_json_str())
            assert again == outer and mt.hash(again) == mt.hash(outer)
            assert add(i)() == i + 2
            return outer.inner.many[0], outer.options.a, outer.options.b, outer.anything.n

        assert together(work) == [(i, i, ['s'], i) for i in range(THREADS)]

    @pytest.mark.parametrize('attempt', range(5))
    def test_of_a_spec(self, attempt):
        spec = T.Dict([('a', T.List(T.Int(), default=[1])), (T.StrKey('z.*'), T.Int())])

        def work(i):
            d = mt.Dict(value_spec=spec, z1=i)
            d.a.append(i)
            with pytest.raises(TypeError):
                d.a.append('x')
            return d

        assert together(work) == [{'a': [1, i], 'z1': i} for i in range(THREADS)]

    def test_of_inferred_values(self):
        class Reader(mt.Object):
            v: Any = None

        def work(i):
            home = mt.Dict(v=i, r=Reader(mt.symbolic.ValueFromParentChain()), l=[])
            home.l.append(mt.symbolic.ValueFromParentChain())
            for k in range(50):
                home.rebind(v=k)
                assert home.r.v == k and home.clone().r.v == k
            return home.r.v

        assert together(work) == [49] * THREADS


class TestTreesThatAreNotShared:
    def test_are_built_read_changed_and_cloned_side_by_side(self):
        class Leaf(mt.Object):
            x: int

        class Tree(mt.Object):
            leaves: list[Leaf]
            notes: Any = None

            def _on_bound(self):
                self.total = sum(leaf.x for leaf in self.leaves)

        def work(i):
            tree = Tree([Leaf(i) for _ in range(20)], notes={'a': [i]})
            for k in range(30):
                tree.rebind({f'leaves[{k % 20}].x': k, 'notes.a[0]': k})
                tree.notes.a.append(k)
                copied = tree.clone(deep=True)
                assert copied == tree and copied.total == tree.total
                assert copied.leaves[3].sym_path == 'leaves[3]'
                with pytest.raises(TypeError):
                    tree.rebind({'notes.a[1]': -1, 'leaves[0].x': 'no'})
            assert tree.notes.a == [29, *range(30)]
            return tree.total

        expected = sum(range(10, 30))
        assert together(work, 4) == [expected] * 4
