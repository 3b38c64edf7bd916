"""Values from the context: overriding what objects read, for a while, without changing them."""

import threading
from typing import Any

import mutandis as pg


class Model(pg.ContextualObject):
    name: str = 'model'
    temperature: float = pg.contextual_attribute(default=0.5)
    retries: int = pg.contextual_attribute(type=int, default=1)

    def call(self):
        return f'{self.name} at {self.temperature}, {self.retries} tries'


class Agent(pg.ContextualObject):
    model: Model
    temperature: float = 0.9
    tools: list[Any] = []


class Program(pg.ContextualObject):
    agents: list[Agent]
    retries: int = 3


alone = Model()
print(alone.call())
program = Program([Agent(Model('first')), Agent(Model('second'), 0.1)])
print([agent.model.call() for agent in program.agents])
program.rebind({'retries': 4, 'agents[0].temperature': 0.3})
print([agent.model.call() for agent in program.agents])
print(program.agents[0].model.sym_getattr('temperature') == alone.sym_getattr('temperature'))

print('--- a scope')
with pg.contextual_override(temperature=0.0):
    print(
        alone.call(), '|', program.agents[0].model.call(), '|', pg.contextual_value('temperature')
    )
    with pg.contextual_override(temperature=1.0, retries=9):
        print(alone.call(), '|', program.agents[1].model.call())
    print(alone.call())
with pg.contextual_override(temperature=0.0, override_attrs=True):
    print(alone.call(), '|', program.agents[1].model.call(), '|', program.agents[1].temperature)
with pg.contextual_override(cascade=True, retries=7):
    with pg.contextual_override(retries=8, temperature=0.7):
        print(pg.contextual_value('retries'), alone.call())
print(pg.contextual_value('retries', 'no retries'))
try:
    pg.contextual_value('retries')
except KeyError:
    print('KeyError')

print('--- one object')
with program.agents[0].model.override(temperature=0.25, name='other'):
    print([agent.model.call() for agent in program.agents])
print(program.agents[0].model.call())

print('--- another thread')
results = []


def work():
    results.append(pg.contextual_value('user', 'nobody'))


with pg.contextual_override(user='me'):
    for target in (work, pg.with_contextual_override(work)):
        thread = threading.Thread(target=target)
        thread.start()
        thread.join()
print(results)

print('--- copies and text')
print(repr(alone), pg.eq(alone, Model()), alone.clone().call())
print(pg.from_json(program.to_json()).agents[0].model.call(), program.is_partial)
try:
    print(Agent(Model()).missing_name)
except AttributeError:
    print('AttributeError')
