"""What specs, keys, fields and schemas have in common as data that is stored."""

import re
import typing

from mutandis.base import JSONConvertible, json_reading


class Stored(JSONConvertible):
    """Base of objects that describe types, and can be written as JSON.

    Their constructors say what is wrong with a program, in `SyntaxError` and `re.error`, too. When
    they are read from JSON, it is the data that is wrong.
    """

    __slots__ = ()

    auto_register = False
    # A spec that stands in two places is written twice: it is compared by value, not identity.
    _json_shared = False
    # Defaults and metadata are the user's data: dicts and lists, as they were before.
    _json_reads_plain = True

    @classmethod
    def from_json(cls, json_value: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Returns the object of a JSON form.

        Raises:
          TypeError: If a part is of a wrong type.
          ValueError: If the data is malformed.
        """
        context = kwargs['context'] = kwargs.get('context') or json_reading.new_context(kwargs)
        auto_symbolic, context.auto_symbolic = context.auto_symbolic, False
        try:
            return cls._from_stored(json_value, **kwargs)
        except RecursionError:
            raise  # The data is nested too deeply, which whoever reads all of it can say better.
        except (SyntaxError, re.error, AttributeError, OverflowError, RuntimeError) as error:
            message = f'The JSON form of {cls.__name__} is malformed: {error}'
            raise ValueError(message) from error
        finally:
            context.auto_symbolic = auto_symbolic

    @classmethod
    def _from_stored(cls, json_value: typing.Any, **kwargs: typing.Any) -> typing.Any:
        return super().from_json(json_value, **kwargs)
