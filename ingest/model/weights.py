"""The weights that model.onnx holds, as train.py continues from them. Run by hand, in the environment of train.py.

    python ingest/model/weights.py --out DIR
    python ingest/model/train.py QUESTIONS BENCH --start DIR --out …

They are what the int8 file keeps, each off by half a step of its scale at most: the vectors have a cosine of .99 with
those of the file, whose activations are rounded too. What train.py wrote is too large to be kept here.
"""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from train import PROJECTION, source_folder
from transformers import AutoModel, AutoTokenizer

HERE = Path(__file__).parent
PRODUCTS = ["attention.output.dense", "intermediate.dense", "output.dense"]  # of a layer, as the graph runs them


def stored(path: Path) -> dict[str, np.ndarray]:
    """The constants of a graph by name; what is quantised is multiplied out, under the name without that ending."""
    raw = {t.name: numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}
    plain = {}
    for name, values in raw.items():
        base = name.removesuffix("_quantized")
        if base == name:
            plain[name] = values
        else:
            zero = raw[base + "_zero_point"].astype(np.float32)
            plain[base] = (values.astype(np.float32) - zero) * raw[base + "_scale"]
    return plain


def restore(network: torch.nn.Module, constants: dict[str, np.ndarray]) -> None:
    """Put the constants of the exported graph into the network; raises KeyError where one is missing."""
    state = network.state_dict()
    products = iter(
        sorted((n for n in constants if re.fullmatch(r"onnx::MatMul_\d+", n)), key=lambda n: int(n.split("_")[1]))
    )
    for name in state:
        if (kept := constants.get(f"network.{name}")) is not None and kept.shape == tuple(state[name].shape):
            state[name] = torch.from_numpy(kept.copy())
    for layer in range(len(network.encoder.layer)):
        at = f"encoder.layer.{layer}."
        weight, bias = constants[f"Attention_{layer}_qkv_weight"], constants[f"Attention_{layer}_qkv_bias"]
        for part, columns, shift in zip(
            ("query", "key", "value"), np.split(weight, 3, 1), np.split(bias, 3), strict=True
        ):
            state[f"{at}attention.self.{part}.weight"] = torch.from_numpy(columns.T.copy())
            state[f"{at}attention.self.{part}.bias"] = torch.from_numpy(shift.copy())
        for product in PRODUCTS:
            state[f"{at}{product}.weight"] = torch.from_numpy(constants[next(products)].T.copy())
    network.load_state_dict(state)


def main() -> None:
    """Write the weights of the model beside this script to a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write the weights to")
    out = parser.parse_args().out
    network = AutoModel.from_pretrained(source_folder(), dtype=torch.float32)
    restore(network, stored(HERE / "model.onnx"))
    network.save_pretrained(out)
    AutoTokenizer.from_pretrained(source_folder()).save_pretrained(out)
    shutil.copy(HERE / PROJECTION, out / PROJECTION)


if __name__ == "__main__":
    main()
