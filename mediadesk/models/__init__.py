"""Runs ONNX models on this machine: which there are, where their files lie, who runs them."""

from mediadesk.models.catalogue import Model, load_catalogue
from mediadesk.models.sessions import Models, ModelStatus

__all__ = ["Model", "ModelStatus", "Models", "load_catalogue"]
