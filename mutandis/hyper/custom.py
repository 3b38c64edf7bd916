"""Placeholders whose genome is a text that the user defines."""

from typing import Any

from mutandis.base import KeyPath
from mutandis.hyper import geno
from mutandis.hyper.base import HyperPrimitive


class CustomHyper(HyperPrimitive):
    """A placeholder with an encoding of its own: its DNA is a string.

    Sub-classes define `custom_decode`, and what of the rest is needed: `custom_encode` for
    encoding, `next_dna` for sweeping, `first_dna` for define-by-run, `random_dna` for random
    search.

    Example::

        class Word(mt.hyper.CustomHyper):
            def custom_decode(self, dna):
                return dna.value.split(',')

            def random_dna(self, random_generator=None, previous_dna=None):
                return mt.DNA(','.join((random_generator or random).choices('abc', k=3)))
    """

    def custom_decode(self, dna: geno.DNA) -> Any:
        """Returns the value of a DNA whose value is a string."""
        raise NotImplementedError

    custom_decode.__isabstractmethod__ = True  # type: ignore[attr-defined]

    def custom_encode(self, value: Any) -> geno.DNA:
        """Returns the DNA of a value."""
        raise NotImplementedError(
            f'`custom_encode` is not supported by {type(self).__name__}. Define it to encode.'
        )

    def first_dna(self) -> geno.DNA:
        """Returns the first DNA."""
        if type(self).next_dna is CustomHyper.next_dna:
            raise NotImplementedError(
                f'{type(self).__name__} has no first DNA. Define `next_dna` or `first_dna`.'
            )
        first = self.next_dna(None)
        assert first is not None
        return first

    def next_dna(self, dna: geno.DNA | None = None) -> geno.DNA | None:
        """Returns the DNA after `dna` (None: the first one), None after the last one."""
        raise NotImplementedError(
            f'`next_dna` is not supported by {type(self).__name__}. Define it to enumerate.'
        )

    def random_dna(
        self, random_generator: Any = None, previous_dna: geno.DNA | None = None
    ) -> geno.DNA:
        """Returns a random DNA.

        Args:
            random_generator: A `random.Random`; None for the global one.
            previous_dna: The DNA drawn before, for random walks.
        """
        raise NotImplementedError(
            f'`random_dna` is not supported by {type(self).__name__}. Define it to draw at random.'
        )

    def dna_spec(self, location: Any = None) -> Any:
        """Returns the decision point."""
        return geno.CustomDecisionPoint._make(
            type(self).__name__,
            self.next_dna,
            self.random_dna,
            self.hints,
            KeyPath() if location is None else KeyPath.from_value(location),
            self.name,
        )

    def decode(self, dna: geno.DNA) -> Any:
        """Returns the value of a DNA.

        Raises:
            ValueError: Its value is no string.
        """
        if not isinstance(dna.value, str):
            raise ValueError(
                f'{type(self).__name__} expects a DNA with a string, got {dna!r}{self._at_path()}.'
            )
        return self.custom_decode(dna)

    def encode(self, value: Any) -> geno.DNA:
        """Returns the DNA of a value."""
        return self.custom_encode(value)
