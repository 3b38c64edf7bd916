"""A first look: a class becomes symbolic, an object is changed, and one object becomes many."""

import mutandis as mt


@mt.symbolize
class Greeting:
    """An ordinary class; the decorator makes its constructor arguments part of a tree."""

    def __init__(self, name, word='Hello'):
        self.text = f'{word}, {name}!'

    def say(self):
        print(self.text)


def main():
    greeting = Greeting('world')
    greeting.say()

    # Change an argument: the object is made anew from its arguments.
    greeting.rebind(name='mutandis')
    greeting.say()

    # Leave two places open: what was one greeting is now a space of six.
    greeting.rebind(
        word=mt.oneof(['Hello', 'Salve']),
        name=mt.oneof(['world', 'mutandis', 'reader']),
    )
    for each in mt.iter(greeting):
        each.say()


if __name__ == '__main__':
    main()
