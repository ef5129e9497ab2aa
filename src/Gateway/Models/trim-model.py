#!/usr/bin/env python3
"""Cuts an AWS API model down to what the gateway reads: operations, input shapes, error statuses.

usage: trim-model.py MODEL.json > OUT.json
"""
import json
import sys

# Where the service is stricter or this server is wider than the model; each with its reason.
OVERRIDES = {
    "Timeout": {"max": 900},                # the quota of all functions that are not durable ones
    "MemorySize": {"max": 10240},           # the quota of functions that do not run on managed instances
    "ParallelizationFactor": {"max": 1000},  # this server's hard maximum; the configured one is checked by its operation
}
# Names that the service itself refuses, with an error of its own, or ignores.
OPEN = {"QueueAttributeName", "MessageSystemAttributeName", "MessageSystemAttributeNameForSends"}
KEPT = ("type", "required", "members", "member", "key", "value", "min", "max", "pattern", "enum", "sensitive", "payload")


def main():
    model = json.load(open(sys.argv[1], encoding="utf-8"))
    lambda_model = model["metadata"].get("serviceId") == "Lambda"
    shapes, operations, errors = {}, {}, {}

    def take(name):
        if name in shapes:
            return
        shape = model["shapes"][name]
        kept = {k: v for k, v in shape.items() if k in KEPT}
        if lambda_model:
            kept.update(OVERRIDES.get(name, {}))
        if name in OPEN:
            kept.pop("enum", None)
        shapes[name] = kept
        for member in shape.get("members", {}).values():
            take(member["shape"])
        for part in ("member", "key", "value"):
            if part in shape:
                take(shape[part]["shape"])

    for name, operation in model["operations"].items():
        entry = {"method": operation["http"]["method"], "uri": operation["http"]["requestUri"]}
        if "responseCode" in operation["http"]:
            entry["code"] = operation["http"]["responseCode"]
        if "input" in operation:
            entry["input"] = operation["input"]["shape"]
            take(entry["input"])
        operations[name] = entry
    for name, shape in model["shapes"].items():
        if shape.get("exception"):
            text = next((m for m in shape["members"] if m.lower() == "message"), "message")
            errors[name] = {"status": shape.get("error", {}).get("httpStatusCode", 400), "text": text}

    def compact(table):
        return "{\n" + ",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in table.items()) + "\n}"

    print('{"operations":' + compact(operations) + ',\n"errors":' + compact(errors) + ',\n"shapes":' + compact(shapes) + "}")


main()
