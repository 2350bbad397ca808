#!/usr/bin/env python3
"""Compares the JSON of `sepal analyze` with figures of an independent computation.

usage: golden.py RUN.json GOLDEN.json [--histograms-only]

A golden file without a list of layers holds nothing but Q of the block level's layers by Lu et al.'s protocol, the mean
over the first five batches of 500; the run is then one of `--lu-protocol --limit 2500`.
"""
import json
import sys

run, golden = (json.load(open(path)) for path in sys.argv[1:3])
histograms_only = "--histograms-only" in sys.argv
failures, compared = [], 0


def check(layer, figure, found, expected, allowed):
    global compared
    compared += 1
    if not abs(found - expected) <= allowed:
        failures.append(f"{layer}: {figure} is {found}, expected {expected} within {allowed:.2g}")


def report(count):
    for failure in failures[:20]:
        print(failure)
    print(f"{sys.argv[2].rsplit('/', 1)[-1]}: {count} layers, {compared} figures, {len(failures)} off")
    sys.exit(1 if failures else 0)


layers = {layer["name"]: layer for layer in run["layers"]}
if "layers" not in golden:
    blocks = [layer["name"] for layer in run["layers"] if layer["block"]]
    if blocks != list(golden) or not run["luProtocol"]:
        failures.append(f"layers of the block level are {blocks}, by Lu et al.'s protocol: {run['luProtocol']}")
    for name in filter(layers.get, golden):
        check(name, "luQ", layers[name]["luQ"], golden[name]["mean"], max(1e-3, 2 / (run["k"] * 500)))
    report(len(golden))
if list(layers) != [layer["name"] for layer in golden["layers"]]:
    failures.append(f"layers are {list(layers)}")
samples = golden["N"]
pairs = samples * (samples - 1) // 2
for want in golden["layers"]:
    have = layers.get(want["name"])
    if have is None:
        continue

    def figure(name, key, allowed):
        check(want["name"], name, have[name], want[key], allowed)

    def bins(name, key):
        for index, (a, b) in enumerate(zip(have[name], want[key], strict=True)):
            check(want["name"], f"{name}[{index}]", a, b, max(1e-4 * pairs, 2))

    bins("histogram", "hist")
    if histograms_only:
        continue
    bins("sameHistogram", "same_hist")
    bins("differentHistogram", "different_hist")
    edges = want["edges"]
    check(want["name"], "correct + wrong", have["correct"] + have["wrong"], edges, 0)
    if have["shape"] != want["shape"]:
        failures.append(f"{want['name']}: shape {have['shape']}, expected {want['shape']}")
    for name, key, part in (("r", "r", 2), ("AQ", "AQ", 0.5), ("EQ", "EQ", 0.5), ("M", "M", 0.25)):
        figure(name, key, max(1e-3 * abs(want[key]), part / edges))
    for name, key in (("Mse", "M_se"), ("gamma", "gamma"), ("gammaMean", "gamma_mean")):
        figure(name, key, max(1e-2 * abs(want[key]), 2e-4))
    figure("luQ", "lu_Q", max(1e-3, 2 / (run["k"] * samples)))
    figure("minEdge", "min_edge", 1e-4)
    figure("maxEdge", "max_edge", 1e-4)
if not histograms_only:
    check("network", "accuracy", run["accuracy"], golden["accuracy"], 1 / samples + 1e-12)
report(len(golden["layers"]))
