"""Rewrites of an exported ONNX graph that make it faster and change no answer."""

from __future__ import annotations

from typing import Any

from inkdigits.errors import MissingExtraError

__all__ = ["fold_scaling"]

_MOVES = ("Reshape", "Transpose")  # what may stand between the scaling and the convolution


def fold_scaling(model: bytes) -> bytes:
    """Moves the scaling of the input into the first convolution's weights.

    A sixth of the model's time was this one multiplication: it touches every pixel for a result that the
    convolution can have for nothing.

    Args:
        model: an ONNX model.

    Returns:
        The model without the multiplication; as it was if it does not begin that way.

    Raises:
        MissingExtraError: onnx is not installed.
    """
    try:
        import onnx
        from onnx import numpy_helper
    except ModuleNotFoundError as error:
        raise MissingExtraError("onnx", "train") from error
    proto = onnx.load_from_string(model)
    graph = proto.graph
    constants: dict[str, Any] = {tensor.name: tensor for tensor in graph.initializer}
    for scaling in graph.node:
        factor = next((constants[name] for name in scaling.input if name in constants), None)
        if scaling.op_type != "Mul" or factor is None or list(factor.dims):
            continue
        convolution = _only_reader(graph, scaling.output[0])
        while convolution is not None and convolution.op_type in _MOVES:
            convolution = _only_reader(graph, convolution.output[0])
        if convolution is None or convolution.op_type != "Conv":
            continue
        weights = constants[convolution.input[1]]
        scaled = numpy_helper.to_array(weights) * numpy_helper.to_array(factor)
        weights.CopyFrom(numpy_helper.from_array(scaled, weights.name))
        source = next(name for name in scaling.input if name != factor.name)
        for node in graph.node:
            for index, name in enumerate(node.input):
                if name == scaling.output[0]:
                    node.input[index] = source
        graph.node.remove(scaling)
        graph.initializer.remove(factor)
        break
    return proto.SerializeToString()


def _only_reader(graph: Any, value: str) -> Any:
    """Returns the node that reads a value; None if there is not just one."""
    readers = [node for node in graph.node if value in node.input]
    return readers[0] if len(readers) == 1 else None
