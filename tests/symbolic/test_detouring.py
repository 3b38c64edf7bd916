"""`detour`: inside a block, creating one class creates another."""

import asyncio
import copy
import threading

import pytest

import mutandis as mt
from mutandis.symbolic.detouring import current_mappings, undetoured_new


@pytest.fixture
def classes():
    class A:
        def __init__(self, x=0):
            self.x = x

    class B:
        def __init__(self, x=0):
            self.x = x + 100

    class C:
        def __init__(self, x=0):
            self.x = x + 1000

    return A, B, C


class TestDestinations:
    def test_a_class_is_created_with_the_same_arguments(self, classes):
        A, B, _ = classes
        with mt.detour([(A, B)]):
            assert type(A(1)) is B and A(1).x == 101
        assert type(A(1)) is A and A(1).x == 1

    def test_a_function_gets_the_source_and_may_create_one(self, classes):
        A, B, C = classes

        def make(cls, x=0):
            return [cls(x), B(x)]

        with mt.detour([(A, make), (B, C)]):
            a, c = A(2)
        assert (type(a), a.x) == (A, 2)
        assert type(c) is C

    def test_an_object_that_a_function_made_is_not_initialised_again(self, classes):
        A, _, _ = classes
        with mt.detour([(A, lambda cls, x: cls(x + 1))]):
            assert A(5).x == 6
        assert A(5).x == 5

    def test_an_object_that_is_made_without_init_skips_nobody_elses(self, classes):
        A, _, _ = classes
        original = A(1)
        own_init = A.__dict__['__init__']
        with mt.detour([(A, lambda cls, x=7: cls(x))]):
            for _ in range(3):
                copied = copy.copy(original)  # Calls `__new__` only.
                assert copied.x == 1
                del copied
        assert A.__dict__['__init__'] is own_init
        assert [A(i).x for i in range(20)] == list(range(20))

    def test_a_subclass_of_the_source(self, classes):
        A, _, _ = classes
        calls = []

        class Sub(A):
            def __init__(self, x=0):
                calls.append(x)
                super().__init__(x + 10)

        with mt.detour([(A, Sub)]):
            made = A(1)
        assert type(made) is Sub and made.x == 11 and calls == [1]

    def test_subclasses_and_bases_of_a_source_are_not_detoured(self, classes):
        A, B, C = classes

        class Sub(A):
            pass

        with mt.detour([(A, B)]):
            assert type(Sub(1)) is Sub and Sub(1).x == 1
        with mt.detour([(Sub, C)]):
            assert type(A(1)) is A and type(Sub(1)) is C

    def test_swapping(self, classes):
        A, B, _ = classes
        with mt.detour([(A, B), (B, A)]):
            assert type(A()) is B and type(B()) is A

    def test_a_new_that_returns_something_else_is_honoured(self, classes):
        A, _, _ = classes

        class Number:
            def __new__(cls, x):
                return x + 1

        with mt.detour([(A, Number)]):
            assert A(1) == 2

    def test_symbolic_classes(self):
        class P(mt.Object):
            x: int

        class Q(mt.Object):
            x: int

        with mt.detour([(P, Q)]):
            assert P(1) == Q(1) and type(P(1)) is Q
            with pytest.raises(TypeError):
                P('a')
        assert type(P(1)) is P


class TestNew:
    def test_each_new_of_a_chain_runs_once_in_order(self):
        calls = []

        def class_with_new(name, *bases):
            def __new__(cls, *args):
                calls.append(name)
                return super(made, cls).__new__(cls, *args)

            made = type(name, bases, {'__new__': __new__})
            return made

        class Root:
            def __new__(cls, *args):
                calls.append('Root')
                return super().__new__(cls)

        Left = class_with_new('Left', Root)  # noqa: N806
        Right = class_with_new('Right', Root)  # noqa: N806
        Both = class_with_new('Both', Left, Right)  # noqa: N806

        class Other:
            pass

        for source in (Left, Right, Root):
            with mt.detour([(source, Other)]):
                calls.clear()
                assert type(Both(1)) is Both
                assert calls == ['Both', 'Left', 'Right', 'Root']
                assert type(source()) is Other
        assert all('__new__' in cls.__dict__ for cls in (Left, Right, Root))
        assert type(Left(1)) is Left

    def test_arguments_are_refused_as_without_a_detour(self, classes):
        class Plain:
            pass

        with mt.detour([(Plain, classes[0])]):
            assert Plain(3).x == 3
        with pytest.raises(TypeError, match=r'Plain\(\) takes no arguments'):
            Plain(3)

    def test_own_new_comes_back(self):
        class Own:
            def __new__(cls):
                return super().__new__(cls)

        before = Own.__dict__['__new__']
        with mt.detour([(Own, dict)]):
            assert Own() == {}
        assert Own.__dict__['__new__'] is before

    def test_sources_of_several_threads_are_removed_with_the_last(self, classes):
        A, B, _ = classes
        inside, done = threading.Event(), threading.Event()
        seen = []

        def work():
            with mt.detour([(A, B)]):
                inside.set()
                done.wait(10)
                seen.append(type(A()))

        thread = threading.Thread(target=work)
        thread.start()
        inside.wait(10)
        assert type(A()) is A
        with mt.detour([(A, B)]):
            assert type(A()) is B
        assert type(A()) is A
        done.set()
        thread.join()
        assert seen == [B]


class TestScopes:
    def test_the_outer_block_decides(self, classes):
        A, B, C = classes
        with mt.detour([(A, B)]):
            with mt.detour([(A, C)]) as active:
                assert type(A()) is B and active == {A: B}

    def test_destinations_go_on_to_those_of_outer_blocks(self, classes):
        A, B, C = classes
        with mt.detour([(B, C)]) as outer:
            assert outer == current_mappings() == {B: C}
            with mt.detour([(A, B)]):
                assert type(A()) is C
                assert current_mappings() == {A: C, B: C}
        assert current_mappings() == {}

    def test_undetoured_objects_create_detoured_ones(self, classes):
        A, B, _ = classes

        class Holder:
            def __init__(self):
                self.inner = A()
                self.other = None

        class Fake:
            pass

        with mt.detour([(A, B), (Holder, Fake)]):
            assert type(undetoured_new(A, 3)) is A
            holder = undetoured_new(Holder)
            assert type(holder) is Holder and type(holder.inner) is B

    def test_errors_leave_the_block(self, classes):
        A, B, _ = classes
        with pytest.raises(ZeroDivisionError):
            with mt.detour([(A, B)]):
                raise ZeroDivisionError
        assert type(A()) is A

    def test_tasks_have_their_own(self, classes):
        A, B, _ = classes

        async def detoured():
            with mt.detour([(A, B)]):
                await asyncio.sleep(0.01)
                return type(A())

        async def plain():
            await asyncio.sleep(0.005)
            return type(A())

        async def both():
            return await asyncio.gather(detoured(), plain())

        assert asyncio.run(both()) == [B, A]


class TestBadInput:
    @pytest.mark.parametrize('pair', [(1, dict), ('A', dict), (len, dict)])
    def test_sources_are_classes(self, pair):
        with pytest.raises(TypeError, match='source of a detour must be a class'):
            with mt.detour([pair]):
                pass

    def test_destinations_are_classes_or_functions(self, classes):
        A, B, _ = classes
        with pytest.raises(TypeError, match='must be a class or a function, got 1'):
            with mt.detour([(A, B), (B, 1)]):
                pass
        assert type(A()) is A

    @pytest.mark.parametrize('builtin', [int, dict, object, threading.Thread.__class__])
    def test_built_in_types_cannot_be_changed(self, classes, builtin):
        A, B, _ = classes
        with pytest.raises(TypeError, match='cannot be changed. Detour a sub-class'):
            with mt.detour([(A, B), (builtin, B)]):
                pass
        assert type(A()) is A
        assert current_mappings() == {}

    def test_pairs(self, classes):
        with pytest.raises(TypeError, match='pair of a source class'):
            with mt.detour([classes[0]]):
                pass
