// Drives a server with the AWS SDK for JavaScript and prints what came back as one JSON object.
//   node drive.mjs ENDPOINT ARCHIVE SEEN-FOLDER
import { readFile } from 'node:fs/promises';
import {
  CreateEventSourceMappingCommand, CreateFunctionCommand, DeleteEventSourceMappingCommand, DeleteFunctionCommand,
  GetEventSourceMappingCommand, GetFunctionCommand, InvokeCommand, LambdaClient, ListEventSourceMappingsCommand,
  ListFunctionsCommand, ResourceNotFoundException, UpdateEventSourceMappingCommand, UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateStreamCommand, DeleteStreamCommand, DescribeStreamSummaryCommand, GetRecordsCommand, GetShardIteratorCommand,
  KinesisClient, ListShardsCommand, ListStreamsCommand, PutRecordCommand, PutRecordsCommand,
} from '@aws-sdk/client-kinesis';

const [endpoint, archive, seen] = process.argv.slice(2);
const credentials = { accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'x', secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'x' };
const options = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
const lambda = new LambdaClient(options);
const kinesis = new KinesisClient(options);
const result = {};

// A mapping that is being created can be neither changed nor deleted: ResourceInUseException, as in AWS.
async function enabled(uuid) {
  while ((await lambda.send(new GetEventSourceMappingCommand({ UUID: uuid }))).State !== 'Enabled') {
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

await kinesis.send(new CreateStreamCommand({ StreamName: 'sdk', ShardCount: 1 }));
const summary = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: 'sdk' }));
result.status = summary.StreamDescriptionSummary.StreamStatus;

const created = await lambda.send(new CreateFunctionCommand({
  FunctionName: 'sdk', Runtime: 'python3.11', Handler: 'app.handler', Role: 'arn:aws:iam::000000000000:role/any',
  Timeout: 30, Environment: { Variables: { SEEN: seen } }, Code: { ZipFile: await readFile(archive) },
}));
result.codeSha256 = created.CodeSha256;
result.shownSha256 = (await lambda.send(new GetFunctionCommand({ FunctionName: created.FunctionArn }))).Configuration.CodeSha256;

const invoked = await lambda.send(new InvokeCommand({ FunctionName: 'sdk', Payload: JSON.stringify({ Records: [] }) }));
result.answer = Buffer.from(invoked.Payload).toString();
const failed = await lambda.send(new InvokeCommand({ FunctionName: 'sdk', Payload: '{}' }));
result.functionError = failed.FunctionError;

const mapping = await lambda.send(new CreateEventSourceMappingCommand({
  FunctionName: 'sdk', EventSourceArn: summary.StreamDescriptionSummary.StreamARN, StartingPosition: 'TRIM_HORIZON', BatchSize: 10,
}));
const one = await kinesis.send(new PutRecordCommand({ StreamName: 'sdk', PartitionKey: 'a', Data: Buffer.from('0') }));
result.sequenceNumber = one.SequenceNumber;
const many = await kinesis.send(new PutRecordsCommand({
  StreamName: 'sdk', Records: Array.from({ length: 9 }, (_, i) => ({ PartitionKey: `k${i}`, Data: Buffer.from(`${i + 1}`) })),
}));
result.failed = many.FailedRecordCount;

const shards = await kinesis.send(new ListShardsCommand({ StreamName: 'sdk' }));
const iterator = await kinesis.send(new GetShardIteratorCommand({
  StreamName: 'sdk', ShardId: shards.Shards[0].ShardId, ShardIteratorType: 'TRIM_HORIZON',
}));
const page = await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator.ShardIterator }));
result.read = page.Records.map(record => Buffer.from(record.Data).toString());
result.arrival = page.Records[0].ApproximateArrivalTimestamp instanceof Date;

const shown = await lambda.send(new GetEventSourceMappingCommand({ UUID: mapping.UUID }));
result.sameFunction = shown.FunctionArn === created.FunctionArn;
result.modified = shown.LastModified instanceof Date;
result.listed = (await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: 'sdk' }))).EventSourceMappings.length;

await enabled(mapping.UUID);
const updated = await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping.UUID, BatchSize: 7, MaximumRetryAttempts: 3 }));
result.updated = [updated.BatchSize, updated.MaximumRetryAttempts, updated.State];
const changed = await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'sdk', Description: 'changed' }));
result.description = changed.Description;
result.functions = (await lambda.send(new ListFunctionsCommand({}))).Functions.map(f => f.FunctionName);
result.streams = (await kinesis.send(new ListStreamsCommand({}))).StreamNames;

// The records arrive while another function and mapping come and go.
await lambda.send(new CreateFunctionCommand({
  FunctionName: 'gone', PackageType: 'Image', Role: 'arn:aws:iam::000000000000:role/any', Code: { ImageUri: 'http://127.0.0.1:1/' },
}));
await kinesis.send(new CreateStreamCommand({ StreamName: 'gone', ShardCount: 1 }));
const second = await lambda.send(new CreateEventSourceMappingCommand({
  FunctionName: 'gone', EventSourceArn: summary.StreamDescriptionSummary.StreamARN.replace('/sdk', '/gone'), StartingPosition: 'LATEST',
}));
await enabled(second.UUID);
result.deleting = (await lambda.send(new DeleteEventSourceMappingCommand({ UUID: second.UUID }))).State;
await lambda.send(new DeleteFunctionCommand({ FunctionName: 'gone' }));
await kinesis.send(new DeleteStreamCommand({ StreamName: 'gone' }));

try {
  await lambda.send(new DeleteFunctionCommand({ FunctionName: 'missing' }));
} catch (error) {
  result.missing = error instanceof ResourceNotFoundException ? error.name : `${error}`;
}

console.log(JSON.stringify(result));
