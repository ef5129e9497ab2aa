// Runs a Node.js handler as a Lambda function: Runtime API client on one kept-alive socket.
// Usage: node runtime.mjs, with the environment of a Lambda worker (AWS_LAMBDA_RUNTIME_API, _HANDLER, LAMBDA_TASK_ROOT).
import { existsSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const api = process.env.AWS_LAMBDA_RUNTIME_API;
const base = '/2018-06-01/runtime/';
const errorType = 'Lambda-Runtime-Function-Error-Type';
const errorBody = 'Lambda-Runtime-Function-Error-Body';
const nextRequest = `GET ${base}invocation/next HTTP/1.1\r\nHost: ${api}\r\n\r\n`;

// One HTTP/1.1 connection; answers come in the order of requests and always have a Content-Length.
class Connection {
  constructor() {
    const colon = api.lastIndexOf(':');
    this.parts = [];
    this.size = 0;
    this.needed = 0;
    this.head = null;
    this.waiting = [];
    this.socket = net.connect({ host: api.slice(0, colon), port: Number(api.slice(colon + 1)), noDelay: true });
    this.socket.on('data', (data) => this.received(data));
    // The server is gone: nobody is left to work for.
    this.socket.on('error', () => process.exit(1));
    this.socket.on('close', () => process.exit(1));
  }

  send(data, answers) {
    const promises = [];
    for (let i = 0; i < answers; i++) promises.push(this.answer());
    this.socket.write(data);
    return promises;
  }

  // The next answer that nobody waits for yet.
  answer() {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  received(data) {
    this.parts.push(data);
    this.size += data.length;
    while (this.size > 0 && this.size >= this.needed && this.step());
  }

  step() {
    const all = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts, this.size);
    this.parts = [all];
    if (this.head === null) {
      const end = all.indexOf('\r\n\r\n');
      if (end < 0) return false;
      this.head = parseHead(all.latin1Slice(0, end), all, end);
      this.needed = end + 4 + Number(this.head.headers['content-length'] ?? 0);
      this.bodyStart = end + 4;
      return this.size >= this.needed;
    }
    const answer = { status: this.head.status, headers: this.head.headers, body: all.subarray(this.bodyStart, this.needed) };
    const rest = all.subarray(this.needed);
    this.parts = rest.length > 0 ? [rest] : [];
    this.size = rest.length;
    this.head = null;
    this.needed = 0;
    this.waiting.shift()(answer);
    return this.size > 0;
  }
}

function parseHead(text, raw, end) {
  const lines = raw.utf8Slice(0, end).split('\r\n');
  const headers = {};
  for (let i = 1; i < lines.length; i++) {
    const colon = lines[i].indexOf(':');
    headers[lines[i].slice(0, colon).toLowerCase()] = lines[i].slice(colon + 1).trim();
  }
  return { status: Number(text.slice(9, 12)), headers };
}

function post(place, body, failure) {
  const bytes = Buffer.byteLength(body);
  const type = failure ? `${errorType}: ${failure}\r\n` : '';
  return `POST ${base}${place} HTTP/1.1\r\nHost: ${api}\r\nContent-Type: application/json\r\n${type}Content-Length: ${bytes}\r\n\r\n${body}`;
}

// The answer of a streaming handler: a chunked body on the connection, begun with the first write.
class ResponseStream extends Writable {
  constructor(id, highWaterMark) {
    super(highWaterMark ? { highWaterMark } : {});
    this.id = id;
    this.contentType = 'application/octet-stream';
    this.begun = false;
  }

  setContentType(type) {
    if (this.begun) throw new RuntimeError('InvalidStreamingOperation', 'Cannot set content-type, too late.');
    this.contentType = type;
  }

  write(chunk, ...rest) {
    const isRaw = typeof chunk === 'string' || chunk instanceof Uint8Array;
    return super.write(isRaw ? chunk : JSON.stringify(chunk), ...rest);
  }

  _write(chunk, encoding, callback) {
    this.send([chunk], callback);
  }

  _writev(chunks, callback) {
    this.send(chunks.map(({ chunk }) => chunk), callback);
  }

  _final(callback) {
    this.send([], callback);
    if (!this.ended) this.finishBody('');
  }

  begin() {
    this.begun = true;
    this.answered = connection.answer();
    connection.socket.write(`POST ${base}invocation/${this.id}/response HTTP/1.1\r\nHost: ${api}\r\nContent-Type: ${this.contentType}\r\n`
      + `Lambda-Runtime-Function-Response-Mode: streaming\r\nTrailer: ${errorType}, ${errorBody}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    if (typeof this._onBeforeFirstWrite === 'function') this._onBeforeFirstWrite((part) => this.chunk(Buffer.from(part)));
  }

  send(chunks, callback) {
    if (this.ended) return callback();
    const { socket } = connection;
    socket.cork();
    if (!this.begun) this.begin();
    for (const chunk of chunks) this.chunk(chunk);
    socket.write('', callback);
    socket.uncork();
  }

  chunk(bytes) {
    if (bytes.length === 0) return; // an empty chunk would be the end
    connection.socket.write(`${bytes.length.toString(16)}\r\n`);
    connection.socket.write(bytes);
    connection.socket.write('\r\n');
  }

  finishBody(trailers) {
    this.ended = true;
    connection.socket.write(`0\r\n${trailers}\r\n`);
  }

  // Tells an error behind what was written; false where nothing was, or all is.
  fail(known) {
    if (!this.begun || this.ended) return false;
    const body = JSON.stringify({ ...known, errorMessage: known.errorMessage.slice(0, 4096), trace: known.trace.slice(0, 20) });
    this.finishBody(`${errorType}: ${errorHeader(known.errorType)}\r\n${errorBody}: ${Buffer.from(body).toString('base64')}\r\n`);
    return true;
  }
}

const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[streaming] = 'response';
    if (typeof options?.highWaterMark === 'number') handler[streamingMark] = Math.trunc(options.highWaterMark);
    return handler;
  },
  // Puts status and headers of an HTTP answer before the body, as function URLs want it.
  HttpResponseStream: class HttpResponseStream {
    static from(stream, prelude) {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      stream._onBeforeFirstWrite = (write) => {
        write(JSON.stringify(prelude));
        write(new Uint8Array(8));
      };
      return stream;
    }
  },
};

// Runs a streaming handler; resolves when all that it wrote is sent.
async function runStreaming(event, headers, stream) {
  const finished = new Promise((resolve, reject) => stream.once('finish', resolve).once('error', reject));
  finished.catch(() => {});
  const context = contextOf(headers, () => {});
  const result = handler(event, stream, context);
  if (typeof result?.then !== 'function') throw new RuntimeError('Error', 'Streaming does not support non-async handlers.');
  await result;
  await finished;
}

function describe(error) {
  if (error instanceof Error || (error && typeof error === 'object' && typeof error.message === 'string')) {
    const known = { errorType: String(error.name ?? 'Error'), errorMessage: String(error.message), trace: String(error.stack ?? '').split('\n') };
    return known;
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function errorHeader(type) {
  return type.replace(/[^\x20-\x7e]/g, '').slice(0, 256) || 'Error';
}

class RuntimeError extends Error {
  constructor(type, message) {
    super(message);
    this.name = type;
  }
}

async function loadHandler() {
  const name = process.env._HANDLER ?? '';
  const folder = path.dirname(name);
  const [file, ...exports] = path.basename(name).split('.');
  if (!file || exports.length === 0) throw new RuntimeError('Runtime.MalformedHandlerName', `Bad handler '${name}': use file.export`);
  const root = path.resolve(process.env.LAMBDA_TASK_ROOT, folder, file);
  const found = ['.js', '.mjs', '.cjs', ''].map((end) => root + end).find((candidate) => existsSync(candidate));
  if (!found) throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${path.join(folder, file)}'`);
  const module = await importUser(found);
  const pick = (from) => exports.reduce((value, key) => value?.[key], from);
  const handler = pick(module) ?? pick(module.default);
  if (handler === undefined) throw new RuntimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw new RuntimeError('Runtime.HandlerNotFound', `${name} is not a function`);
  return handler;
}

async function importUser(file) {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw Object.assign(error, { name: 'Runtime.UserCodeSyntaxError' });
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw Object.assign(error, { name: 'Runtime.ImportModuleError', message: `Error: ${error.message}` });
    }
    throw error;
  }
}

function contextOf(headers, settle) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const client = headers['lambda-runtime-client-context'];
  const identity = headers['lambda-runtime-cognito-identity'];
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    clientContext: client ? JSON.parse(client) : undefined,
    identity: identity ? JSON.parse(identity) : undefined,
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
  context.succeed = (result) => settle(null, result, true);
  context.fail = (error) => settle(error ?? new Error('handled'), undefined, true);
  context.done = (error, result) => settle(error, result, true);
  return context;
}

// Runs the handler; resolves with its result, however it gives one: promise, callback, context.done or nothing at all.
function run(handler, event, headers) {
  return new Promise((resolve, reject) => {
    let settled = null;
    const end = () => (settled.error != null ? reject(settled.error) : resolve(settled.result));
    const settle = (error, result, now) => {
      if (settled !== null) return;
      settled = { error, result };
      if (now || !context.callbackWaitsForEmptyEventLoop) {
        stopWaiting();
        end();
      }
    };
    const onEmpty = () => {
      stopWaiting();
      settled ??= { error: null, result: null };
      end();
    };
    const stopWaiting = () => {
      process.removeListener('beforeExit', onEmpty);
      connection.socket.ref();
    };
    const context = contextOf(headers, settle);
    connection.socket.unref();
    process.once('beforeExit', onEmpty);
    let result;
    try {
      result = handler(event, context, (error, value) => settle(error, value, false));
    } catch (error) {
      settle(error, undefined, true);
      return;
    }
    if (typeof result?.then === 'function') result.then((value) => settle(null, value, true), (error) => settle(error ?? new Error('rejected'), undefined, true));
  });
}

function logLine(level) {
  return (...args) => process.stdout.write(`${new Date().toISOString()}\t${requestId ?? 'undefined'}\t${level}\t${format(...args).replaceAll('\n', '\r')}\n`);
}

async function crash(error, type) {
  const known = describe(error);
  if (type) Object.assign(known, { errorType: type, errorMessage: String(error?.stack ?? error).split('\n')[0] });
  if (requestId !== null) {
    connection.socket.ref();
    if (stream?.fail(known)) await stream.answered;
    else if (!stream?.begun) await connection.send(post(`invocation/${requestId}/error`, JSON.stringify(known), errorHeader(known.errorType)), 1)[0];
  }
  console.error(known.errorType, known.errorMessage);
  process.exit(type ? 128 : 129);
}

const connection = new Connection();
let requestId = null;
let stream = null;
for (const [name, level] of [['log', 'INFO'], ['info', 'INFO'], ['warn', 'WARN'], ['error', 'ERROR'], ['debug', 'DEBUG'], ['trace', 'TRACE']]) {
  console[name] = logLine(level);
}

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  const known = describe(error);
  console.error('Uncaught Exception', JSON.stringify(known));
  await connection.send(post('init/error', JSON.stringify(known), errorHeader(known.errorType)), 1)[0];
  process.exit(1);
}
process.on('uncaughtException', (error) => crash(error));
process.on('unhandledRejection', (error) => crash(error, 'Runtime.UnhandledPromiseRejection'));

let pending = connection.send(nextRequest, 1)[0];
for (;;) {
  const { status, headers, body } = await pending;
  if (status !== 200) {
    console.error(`Runtime API answered ${status}: ${body}`);
    process.exit(1);
  }
  requestId = headers['lambda-runtime-aws-request-id'];
  const traceId = headers['lambda-runtime-trace-id'];
  if (traceId) process.env._X_AMZN_TRACE_ID = traceId;
  if (handler[streaming] !== undefined) {
    stream = new ResponseStream(requestId, handler[streamingMark]);
    let failure = '';
    try {
      await runStreaming(JSON.parse(body.utf8Slice()), headers, stream);
    } catch (error) {
      const known = describe(error);
      console.error('Invoke Error', JSON.stringify(known));
      if (!stream.fail(known) && !stream.begun) failure = post(`invocation/${requestId}/error`, JSON.stringify(known), errorHeader(known.errorType));
      stream.ended = true;
    }
    await stream.answered;
    stream.destroy();
    stream = requestId = null;
    pending = connection.send(failure + nextRequest, failure ? 2 : 1).pop();
    continue;
  }
  let answer;
  try {
    const result = await run(handler, JSON.parse(body.utf8Slice()), headers);
    answer = post(`invocation/${requestId}/response`, JSON.stringify(result === undefined ? null : result) ?? 'null');
  } catch (error) {
    const known = describe(error);
    console.error('Invoke Error', JSON.stringify(known));
    answer = post(`invocation/${requestId}/error`, JSON.stringify(known), errorHeader(known.errorType));
  }
  requestId = null;
  pending = connection.send(answer + nextRequest, 2)[1];
}
