"""Brings a model that compares pictures by their colours and where these are, for any plugin.

A plugin runs it with `model = ModelSpec(task="image", name="NAME")`.
"""

from pathlib import Path

from mediadesk.api import ModelCard, ModelCatalogue, hookimpl


class Catalogue:
    """Lists one ONNX file of this package, made by build_model.py.

    It takes `pixels` uint8 [n, 224, 224, 3] and gives `embedding` float32 [n, 48] of unit length,
    like every model of the task `image`.
    """

    name = "NAME"

    def models(self) -> list[ModelCard]:
        """List the models."""
        return [
            ModelCard(
                name="NAME",
                task="image",
                file=Path(__file__).with_name("colours.onnx"),
                dimensions=48,
                licence="MIT",
                source="build_model.py of mediadesk-NAME",
            )
        ]


@hookimpl
def model_catalogues() -> list[ModelCatalogue]:
    """Hand over what this plugin has."""
    return [Catalogue()]
