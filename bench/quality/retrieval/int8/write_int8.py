"""Writes a copy of a sentence model whose weights are int8: write_int8.py FOLDER COPY"""
import os
import shutil
import sys

from onnxruntime.quantization import QuantType, quantize_dynamic

folder, copy = sys.argv[1:3]
shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("onnx"))
os.mkdir(f"{copy}/onnx")
# One scale a channel; those of activations are taken from what is computed, as it is computed.
quantize_dynamic(f"{folder}/onnx/model.onnx", f"{copy}/onnx/model.onnx", weight_type=QuantType.QInt8, per_channel=True)
