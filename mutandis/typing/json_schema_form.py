"""What value specs and schemas have in common: a JSON schema of what they accept."""

import typing


class JsonSchemaForm:
    """Base of what has a JSON schema. The writer is loaded when it is first needed."""

    __slots__ = ()

    def to_json_schema(
        self,
        *,
        include_type_name: bool = True,
        include_subclasses: bool = False,
        inline_nested_refs: bool = False,
    ) -> dict[str, typing.Any]:
        """Returns the JSON schema of what this accepts (see `mutandis.typing.to_json_schema`)."""
        from mutandis.typing.json_schema import to_json_schema

        return to_json_schema(
            self,
            include_type_name=include_type_name,
            include_subclasses=include_subclasses,
            inline_nested_refs=inline_nested_refs,
        )
