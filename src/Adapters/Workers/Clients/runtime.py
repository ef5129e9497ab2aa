"""Runs a Python handler as a Lambda function: Runtime API client on one kept-alive socket.

Usage: python3 runtime.py, with the environment of a Lambda worker (AWS_LAMBDA_RUNTIME_API, _HANDLER, LAMBDA_TASK_ROOT).
"""
import decimal
import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
BASE = "/2018-06-01/runtime/"
NEXT = f"GET {BASE}invocation/next HTTP/1.1\r\nHost: {API}\r\n\r\n".encode()


class Connection:
    """One HTTP/1.1 connection; answers come in the order of requests and always have a Content-Length."""

    def __init__(self):
        host, _, port = API.rpartition(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()

    def send(self, *parts):
        self.socket.sendall(b"".join(parts))

    def receive(self):
        """The next answer: status, headers (lower-case names), body."""
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            self._more()
        lines = self.buffer[:end].decode("utf-8").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        start = end + 4
        total = start + int(headers.get("content-length", "0"))
        while len(self.buffer) < total:
            self._more()
        body = bytes(self.buffer[start:total])
        del self.buffer[:total]
        return int(lines[0][9:12]), headers, body

    def _more(self):
        data = self.socket.recv(262144)
        if not data:
            sys.exit(1)  # the server is gone: nobody is left to work for
        self.buffer += data


class ClientContext:
    def __init__(self, fields):
        self.custom = fields.get("custom")
        self.env = fields.get("env")
        self.client = type("Client", (), dict(fields.get("client") or {}))()


class Identity:
    def __init__(self, fields):
        self.cognito_identity_id = fields.get("cognitoIdentityId")
        self.cognito_identity_pool_id = fields.get("cognitoIdentityPoolId")


class Context:
    """What Lambda hands to a handler beside the event."""

    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        client = headers.get("lambda-runtime-client-context")
        self.client_context = ClientContext(json.loads(client)) if client else None
        self.identity = Identity(json.loads(headers.get("lambda-runtime-cognito-identity") or "{}"))
        self._deadline = int(headers.get("lambda-runtime-deadline-ms", "0"))

    def get_remaining_time_in_millis(self):
        return max(self._deadline - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))


class RuntimeFault(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


class RequestFilter(logging.Filter):
    request = ""

    def filter(self, record):
        record.aws_request_id = RequestFilter.request
        return True


def set_up_logging():
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"))
    handler.formatter.converter = time.gmtime
    handler.addFilter(RequestFilter())
    logging.getLogger().addHandler(handler)


def load_handler():
    name = os.environ.get("_HANDLER", "")
    module_name, _, function = name.rpartition(".")
    if not module_name or not function:
        raise RuntimeFault("Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack")
    module_name = module_name.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise RuntimeFault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise RuntimeFault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}") from error
    handler = getattr(module, function, None)
    if handler is None:
        raise RuntimeFault("Runtime.HandlerNotFound", f"Handler '{function}' missing on module '{module_name}'")
    return handler


def describe(error, request):
    frames = traceback.extract_tb(error.__traceback__)
    trace = [line for line in traceback.format_list([f for f in frames if f.filename != __file__])]
    kind = error.kind if isinstance(error, RuntimeFault) else type(error).__name__
    return {"errorMessage": str(error), "errorType": kind, "requestId": request, "stackTrace": trace}


def plain(value):
    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def encode(result):
    try:
        return json.dumps(result, ensure_ascii=False, default=plain).encode("utf-8")
    except (TypeError, ValueError, UnicodeEncodeError) as error:
        raise RuntimeFault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def decode(body):
    try:
        return json.loads(body)
    except ValueError as error:
        raise RuntimeFault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error


def post(place, body, kind=None):
    extra = f"Lambda-Runtime-Function-Error-Type: {kind}\r\n" if kind else ""
    head = (f"POST {BASE}{place} HTTP/1.1\r\nHost: {API}\r\nContent-Type: application/json\r\n{extra}"
            f"Content-Length: {len(body)}\r\n\r\n")
    return head.encode("utf-8") + body


def report(error, request):
    fields = describe(error, request)
    print(f"[ERROR] {fields['errorType']}: {fields['errorMessage']}\nTraceback (most recent call last):\n"
          + "".join(fields["stackTrace"]).rstrip("\n"), flush=True)
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace"), fields["errorType"]


def answer(handler, headers, body):
    request = headers["lambda-runtime-aws-request-id"]
    RequestFilter.request = request
    if trace := headers.get("lambda-runtime-trace-id"):
        os.environ["_X_AMZN_TRACE_ID"] = trace
    try:
        result = encode(handler(decode(body), Context(headers)))
        return post(f"invocation/{request}/response", result)
    except Exception as error:  # the handler may raise anything; SystemExit ends the worker
        return post(f"invocation/{request}/error", *report(error, request))


def main():
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    set_up_logging()
    connection = Connection()
    try:
        handler = load_handler()
    except Exception as error:  # whatever the module does when it is loaded
        connection.send(post("init/error", *report(error, "")))
        connection.receive()
        sys.exit(1)
    connection.send(NEXT)
    while True:
        status, headers, body = connection.receive()
        if status != 200:
            print(f"Runtime API answered {status}: {body!r}", flush=True)
            sys.exit(1)
        response = answer(handler, headers, body)
        sys.stdout.flush()
        sys.stderr.flush()
        connection.send(response, NEXT)
        connection.receive()


if __name__ == "__main__":
    main()
