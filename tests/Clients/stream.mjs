// Calls streaming functions with the AWS SDK for JavaScript and prints what came back as one JSON object.
//   node stream.mjs ENDPOINT ARCHIVE GO-FILE HTTP-FUNCTION
import { readFile, writeFile } from 'node:fs/promises';
import {
  CreateFunctionCommand, InvokeCommand, InvokeWithResponseStreamCommand, LambdaClient, ResourceNotFoundException,
} from '@aws-sdk/client-lambda';

const [endpoint, archive, go, web] = process.argv.slice(2);
const credentials = { accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'x', secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'x' };
const lambda = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
const Role = 'arn:aws:iam::000000000000:role/any';

async function stream(FunctionName, event, onChunk = () => {}, more = {}) {
  const response = await lambda.send(new InvokeWithResponseStreamCommand({ FunctionName, Payload: JSON.stringify(event), ...more }));
  const result = { version: response.ExecutedVersion, type: response.ResponseStreamContentType, text: '', bytes: 0 };
  for await (const one of response.EventStream) {
    if (one.PayloadChunk) {
      const chunk = Buffer.from(one.PayloadChunk.Payload);
      result.bytes += chunk.length;
      result.text = (result.text + chunk).slice(0, 100);
      await onChunk(result);
    } else {
      result.end = one.InvokeComplete;
    }
  }
  return result;
}

const result = {};
const code = { Role, Timeout: 30, Code: { ZipFile: await readFile(archive) } };
await lambda.send(new CreateFunctionCommand({ FunctionName: 'js', Runtime: 'nodejs20.x', Handler: 'index.handler', ...code }));
await lambda.send(new CreateFunctionCommand({ FunctionName: 'js-collected', Runtime: 'nodejs20.x', Handler: 'index.collected', ...code }));
await lambda.send(new CreateFunctionCommand({ FunctionName: 'py', Runtime: 'python3.11', Handler: 'app.handler', ...code }));
await lambda.send(new CreateFunctionCommand({ FunctionName: 'web', PackageType: 'Image', Role, Code: { ImageUri: web } }));

// The function goes on only after the caller has its first bytes.
result.stream = await stream('js', { go }, () => writeFile(go, ''), { LogType: 'Tail' });
result.stream.log = Buffer.from(result.stream.end.LogResult, 'base64').toString();
result.large = await stream('js', { large: true });
result.failed = await stream('js', { fail: true });
result.collected = await stream('js-collected', { a: 1 });
result.thrown = await stream('js-collected', { fail: true });
result.python = await stream('py', {});
result.web = await stream('web', {});
const plain = await lambda.send(new InvokeCommand({ FunctionName: 'js', Payload: '{}' }));
result.plain = Buffer.from(plain.Payload).toString();
result.dryRun = (await lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: 'js', InvocationType: 'DryRun' }))).StatusCode;
try {
  await stream('missing', {});
} catch (error) {
  result.missing = error instanceof ResourceNotFoundException ? error.name : `${error}`;
}

console.log(JSON.stringify(result));
lambda.destroy(); // the answer to the dry run holds its connection
