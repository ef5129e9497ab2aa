namespace Dispatcher.Contracts;

/// <summary>Every maximum of the system in one place, each with its reason and where it comes from.</summary>
public static class Limits
{
    /// <summary>Other spans that a span names: OpenTelemetry's default limit of links (OTEL_SPAN_LINK_COUNT_LIMIT) is 128; a few show the way.</summary>
    public const int SpanLinks = 32;

    /// <summary>Bytes in the payload of a synchronous invocation (Lambda quota: 6 MB).</summary>
    public const int SyncPayloadBytes = 6 * 1024 * 1024;

    /// <summary>Bytes in the result of an invocation; the number AWS prints in <c>Function.ResponseSizeTooLarge</c>.</summary>
    public const int ResponsePayloadBytes = 6_291_556;

    /// <summary>Bytes in an answer that is streamed (Lambda quota: 200 MB).</summary>
    public const int StreamedAnswerBytes = 200 * 1024 * 1024;

    /// <summary>Bytes in one frame of a streamed answer: what a caller who reads slowly makes this server hold.</summary>
    public const int StreamedFrameBytes = 64 * 1024;

    /// <summary>Bytes in the payload of an asynchronous invocation (Lambda quota: 1 MB).</summary>
    public const int AsyncPayloadBytes = 1024 * 1024;

    /// <summary>Bytes in the payload of the old InvokeAsync operation (Lambda quota: 256 KB).</summary>
    public const int LegacyAsyncPayloadBytes = 256 * 1024;

    /// <summary>Asynchronous events of one function that one process holds at a time: 1 MB each at most.</summary>
    public const int AsyncEventsInFlight = 32;

    /// <summary>
    /// Milliseconds for which a held event is hidden from other processes; its holder renews that four times as often. So long it
    /// takes until the events of a process that died run elsewhere.
    /// </summary>
    public const int AsyncHideMs = 8_000;

    /// <summary>
    /// Milliseconds between two looks for queues with asynchronous events that nobody here works on: those of a process that died.
    /// Shorter than <see cref="AsyncHideMs"/>, so that somebody is there when what it held becomes visible.
    /// </summary>
    public const int AsyncLookMs = 5_000;

    /// <summary>
    /// Milliseconds that a process may take the queue of a function for the right one without a look into the store: bounds what
    /// a lost notice of a change does.
    /// </summary>
    public const int AsyncQueueKnownMs = 1_000;

    /// <summary>Queues of functions that a process remembers: some hundred bytes each; all go when it is full.</summary>
    public const int AsyncQueuesKnown = 10_000;

    /// <summary>Seconds that an asynchronous event may wait and be tried, by default (Lambda: 6 hours, also the maximum).</summary>
    public const int AsyncEventAgeSeconds = 21_600;

    /// <summary>Tries after a function error beyond the first one, by default (Lambda: 2, also the maximum).</summary>
    public const int AsyncRetries = 2;

    /// <summary>Tries to hand the record of an asynchronous event to its destination, 1 s to 8 s apart; then it is dropped, as at AWS.</summary>
    public const int AsyncDeliveryTries = 5;

    /// <summary>Milliseconds before an event that was throttled or could not be run is tried again, at least (Lambda: 1 s).</summary>
    public const int AsyncShortestBackoffMs = 1_000;

    /// <summary>The same at most (Lambda: 5 minutes).</summary>
    public const int AsyncLongestBackoffMs = 300_000;

    /// <summary>Asynchronous invocations that led to each other before the next is refused (Lambda: about 16).</summary>
    public const int AsyncHops = 16;

    /// <summary>Bytes of a request that pushes events: as much as one synchronous invocation carries.</summary>
    public const int PushBodyBytes = SyncPayloadBytes;

    /// <summary>Events in one request that pushes them: all of them are one transaction of the store, which others wait for.</summary>
    public const int PushEvents = 1_000;

    /// <summary>Functions that one push source calls: each event is stored once for each of them (SNS and EventBridge fan out further).</summary>
    public const int PushFunctions = 10;

    /// <summary>Characters of the error's text in a dead letter (Lambda: the first 1 KB).</summary>
    public const int DeadLetterErrorChars = 1_024;

    /// <summary>Bytes of one encoded batch; a batch closes before it would pass this (Lambda: 6 MB, metadata counts).</summary>
    public const int BatchPayloadBytes = SyncPayloadBytes;

    /// <summary>Records in one batch (Lambda API model: BatchSize 1..10000).</summary>
    public const int BatchSize = 10_000;

    /// <summary>Seconds that a batch may wait to fill (Lambda API model: 0..300).</summary>
    public const int BatchingWindowSeconds = 300;

    /// <summary>Lanes of one shard that AWS accepts (Lambda API model: ParallelizationFactor 1..10).</summary>
    public const int ParallelizationFactorAws = 10;

    /// <summary>Lanes of one shard that the configuration may allow at most: more buffers than this helps no source.</summary>
    public const int ParallelizationFactor = 1_000;

    /// <summary>Bytes of records that one shard holds in memory before it stops reading: a full batch and the next one.</summary>
    public const int ShardBufferBytes = 4 * BatchPayloadBytes;

    /// <summary>Records that one shard holds in memory beyond those of a full set of batches before it stops reading.</summary>
    public const int ShardBufferRecords = 2 * BatchSize;

    /// <summary>Milliseconds before a shard's read or save that failed once is tried again: a passing fault is over by then.</summary>
    public const int ShardFirstRetryMs = 250;

    /// <summary>Milliseconds before it is tried again at most: a source that is back is read again within this time.</summary>
    public const int ShardLongestRetryMs = 15_000;

    /// <summary>Milliseconds between two results that a shard tells its mapping, which stores each of them.</summary>
    public const int ShardReportMs = 1_000;

    /// <summary>Milliseconds that a shard sleeps at most without an event: to look once a minute costs nothing.</summary>
    public const int ShardTimerMs = 60_000;

    /// <summary>Milliseconds between two log lines of the same trouble that does not end; those in between are counted.</summary>
    public const int RepeatedLogMs = 60_000;

    /// <summary>Troubles that are told apart in the log before old ones are forgotten: a few for each of the mappings of a silo.</summary>
    public const int KnownTroubles = 10_000;

    /// <summary>Milliseconds before a mapping or a shard that broke once begins again: a passing fault is over by then.</summary>
    public const int FirstRestartMs = 500;

    /// <summary>Milliseconds before it begins again at most: what was repaired works again within this time.</summary>
    public const int LongestRestartMs = 30_000;

    /// <summary>Milliseconds before a batch that failed once is tried again; see <c>RetryPlan</c>.</summary>
    public const int BatchFirstRetryMs = 250;

    /// <summary>Milliseconds before a batch is tried again at most after an error of its function: one that was mended is called within a minute.</summary>
    public const int BatchLongestRetryMs = 60_000;

    /// <summary>The same after a throttle: capacity comes back by itself, and a try costs little.</summary>
    public const int BatchLongestThrottleMs = 5_000;

    /// <summary>Characters of a function's error that logs, status and a mapping's last result show.</summary>
    public const int ErrorTextChars = 1_000;

    /// <summary>Milliseconds that a source may take to say how far behind a mapping is: somebody looks at a page and waits.</summary>
    public const int LagAnswerMs = 10_000;

    /// <summary>Finished ranges above the first gap that a checkpoint keeps; more of them stop reading until the gap closes.</summary>
    public const int CheckpointRanges = 4_096;

    /// <summary>
    /// Records between the first gap and the newest that a shard remembers (40 bytes each); more of them stop reading until the
    /// gap closes.
    /// </summary>
    public const int ShardWindowRecords = 1 << 20;

    /// <summary>
    /// Records of one shard that are done and in no saved checkpoint yet before it begins no more batches: a sudden end repeats
    /// them. Saves follow each other without a pause, so that what counts is what is done during two of them: with four of the
    /// largest batches a disk that needs 5 ms for a save still lets four million records pass in a second.
    /// </summary>
    public const int UnsavedRecords = 4 * BatchSize;

    /// <summary>
    /// Seconds that a lease holds without a word from the store, by default: above a restart of PostgreSQL (a few seconds), so
    /// that this stops nobody, and about as long as the others need to take a lost silo's shards (5 s to 10 s).
    /// </summary>
    public const int LeaseSeconds = 15;

    /// <summary>
    /// Seconds after ShutdownSeconds in which the process ends whatever still hangs (a silo that leaves without PostgreSQL): the
    /// process manager waits 15 s longer than ShutdownSeconds.
    /// </summary>
    public const int StopSeconds = 10;

    /// <summary>Seconds that a lease may hold at least: one slow commit of the store is no loss.</summary>
    public const int LeaseSecondsMinimum = 3;

    /// <summary>Seconds that a lease may hold at most: so long two silos may work on one shard after a cut.</summary>
    public const int LeaseSecondsMaximum = 300;

    /// <summary>Renewals of the leases within their time: four may be lost before a lease lapses.</summary>
    public const int LeaseRenewals = 5;

    /// <summary>Bytes of a tumbling window's state (Lambda: 1 MB per shard); a larger one ends the window early.</summary>
    public const int WindowStateBytes = 1024 * 1024;

    /// <summary>Records returned by one read of a shard (Kinesis GetRecords: 10,000).</summary>
    public const int ReadRecords = 10_000;

    /// <summary>Bytes returned by one read of a shard (Kinesis GetRecords: 10 MB).</summary>
    public const int ReadBytes = 10 * 1024 * 1024;

    /// <summary>Bytes of one stream record, data and partition key (Kinesis quota: 1 MiB, up to 10 MiB by setting).</summary>
    public const int StreamRecordBytes = 1024 * 1024;

    /// <summary>Records in one PutRecords call (Kinesis API model: 500).</summary>
    public const int PutRecordsCount = 500;

    /// <summary>Bytes in one PutRecords call (Kinesis quota: 10 MiB; the API took 5 MiB before 2025).</summary>
    public const int PutRecordsBytes = 10 * 1024 * 1024;

    /// <summary>Characters of a partition key (Kinesis API model: 1..256).</summary>
    public const int PartitionKeyChars = 256;

    /// <summary>Shards of one stream, closed ones included: its document is read and written as a whole.</summary>
    public const int StreamShards = 10_000;

    /// <summary>Open shards of all streams together, as DescribeLimits tells it (Kinesis quota: 20,000 in large regions).</summary>
    public const int AccountShards = 20_000;

    /// <summary>Streams in ON_DEMAND mode, as DescribeLimits tells it (Kinesis quota: 50).</summary>
    public const int OnDemandStreams = 50;

    /// <summary>Tags of one stream (Kinesis quota: 50).</summary>
    public const int StreamTags = 50;

    /// <summary>Hours that a stream keeps records at least (Kinesis quota: 24).</summary>
    public const int RetentionHoursMinimum = 24;

    /// <summary>Hours that a stream keeps records at most (Kinesis quota: 8,760, one year).</summary>
    public const int RetentionHoursMaximum = 8_760;

    /// <summary>Milliseconds that a shard iterator can be used (Kinesis: five minutes).</summary>
    public const int ShardIteratorMs = 300_000;

    /// <summary>Bytes of a request body of the stream API: a full PutRecords in base64 with its JSON around it.</summary>
    public const int StreamRequestBytes = 16 * 1024 * 1024;

    /// <summary>Seconds a function may run (Lambda quota: 900).</summary>
    public const int FunctionTimeoutSeconds = 900;

    /// <summary>Bytes of a zip archive sent inline (Lambda quota: 50 MB).</summary>
    public const int ZipBytes = 50 * 1024 * 1024;

    /// <summary>Bytes of an unpacked archive (Lambda quota: 250 MB).</summary>
    public const int UnzippedBytes = 250 * 1024 * 1024;

    /// <summary>Concurrent invocations of the account (Lambda quota: 1,000 by default).</summary>
    public const int AccountConcurrency = 1_000;

    /// <summary>Concurrent invocations that reservations leave to functions without one (Lambda quota: 100).</summary>
    public const int MinimumUnreservedConcurrency = 100;

    /// <summary>
    /// Milliseconds after sending its last report for which a silo begins invocations with the permits that were lent to it.
    /// Longer than a lender needs to go on elsewhere when its silo is lost.
    /// </summary>
    public const int PermitUseMs = 15_000;

    /// <summary>
    /// Milliseconds after a silo's last report after which a lender knows that it begins nothing any more: what a silo may use
    /// them, and room for clocks that run differently and for a begin that takes a while.
    /// </summary>
    public const int PermitLoanMs = PermitUseMs + 2_000;

    /// <summary>Milliseconds that a lender lends without making sure that no other one has taken over.</summary>
    public const int PermitConfirmMs = 4_000;

    /// <summary>Milliseconds between two reports of a silo that has permits; idle ones come back with them.</summary>
    public const int PermitRenewMs = 500;

    /// <summary>Milliseconds between two reports of a silo on which somebody waits.</summary>
    public const int PermitUrgentMs = 100;

    /// <summary>Milliseconds without an invocation after which a silo gives back what it has.</summary>
    public const int PermitIdleMs = 10_000;

    /// <summary>Milliseconds that a lender may take to answer a report: a store under load needs a second, and the next report needs the place.</summary>
    public const int PermitAnswerMs = 5_000;

    /// <summary>Milliseconds that a synchronous call waits while idle permits are called back: two reports of the others and their answers.</summary>
    public const int PermitRecallMs = 2_000;

    /// <summary>Milliseconds between two readings of the account's limits, in case a notice of a change was lost.</summary>
    public const int PermitLookMs = 5_000;

    /// <summary>Milliseconds that a silo keeps a permit that cannot be divided: some invocations long, short for those who wait for it.</summary>
    public const int PermitTurnMs = 5_000;

    /// <summary>
    /// Milliseconds after a silo's last report in which something that it had begun may still run: the longest invocation, and a minute
    /// for its end to be told.
    /// </summary>
    public const long PermitRunMs = PermitLoanMs + (FunctionTimeoutSeconds * 1_000L) + 60_000;

    /// <summary>
    /// Milliseconds that a synchronous call waits for its turn where mappings and asynchronous events have taken all permits of
    /// its function: long enough to get the next one that is free, short for a caller who is told to come back.
    /// </summary>
    public const int SyncTurnMs = 100;

    /// <summary>Concurrent invocations of the account that the configuration may allow at most (Lambda grants tens of thousands).</summary>
    public const int AccountConcurrencyMaximum = 100_000;

    /// <summary>Open connections to the gateway: each may hold one request body; beyond it clients queue in the backlog.</summary>
    public const int GatewayConnections = 10_000;

    /// <summary>Milliseconds that a connection may say nothing at first: Kestrel's own limit of idle connections.</summary>
    public const int GatewaySilenceMs = 130_000;

    /// <summary>Milliseconds that a pattern of the API model may take on one value, which else counts as not matched: no honest value needs one.</summary>
    public const int PatternMs = 200;

    /// <summary>Series (instrument and labels) shown at /metrics; what comes later is counted in one overflow series each.</summary>
    public const int MetricSeries = 20_000;

    /// <summary>Mappings that are started at the same time after a start of the server: enough to hide the latency of brokers.</summary>
    public const int StartingMappings = 16;

    /// <summary>Bytes of one request body on the gateway: an inline archive in base64 with its JSON around it.</summary>
    public const int RequestBodyBytes = 72 * 1024 * 1024;

    /// <summary>Bytes of logs returned by X-Amz-Log-Type Tail (Lambda: last 4 KB).</summary>
    public const int LogTailBytes = 4 * 1024;

    /// <summary>Files and folders in one archive: more cannot come out of 50 MB of honest code; each costs a file here.</summary>
    public const int ArchiveEntries = 100_000;

    /// <summary>Characters of one name in an archive: what file systems of Linux take in bytes.</summary>
    public const int ArchiveNameLength = 255;

    /// <summary>Bytes of the target of a link in an archive: the longest path of Linux.</summary>
    public const int ArchiveLinkBytes = 4_096;

    /// <summary>Bytes of a refused body that are read and thrown away, so that its sender can read the refusal.</summary>
    public const int DiscardedBodyBytes = 64 * 1024 * 1024;

    /// <summary>Bytes of one line of a worker's log; a longer one is split (CloudWatch Logs: 256 KB; ours is for a console).</summary>
    public const int WorkerLogLineBytes = 16 * 1024;

    /// <summary>Bytes per second of one worker's output that are logged; more is counted and dropped, so that it harms nobody.</summary>
    public const int WorkerLogBytesPerSecond = 1024 * 1024;

    /// <summary>Filters of one mapping (Lambda quota: 5, raised to 10 on request).</summary>
    public const int Filters = 10;

    /// <summary>Characters of one filter pattern (Lambda API model: 4,096).</summary>
    public const int FilterPatternLength = 4_096;

    /// <summary>
    /// Levels of fields in a filter pattern: with the deepest operator around a value it stays below the 64 levels of JSON that
    /// a pattern is read with.
    /// </summary>
    public const int FilterPatternDepth = 50;

    /// <summary>Combinations that <c>$or</c> may make of one filter pattern (EventBridge quota: 1,000).</summary>
    public const int FilterBranches = 1_000;

    /// <summary>Levels of JSON in a record that filters look into; deeper ones count as not being JSON (1,000 in AWS's reader).</summary>
    public const int FilterEventDepth = 1_000;

    /// <summary>Levels of JSON of a record's metadata: headers as deep as the payload's writer goes (1,000), in two objects.</summary>
    public const int FilterMetadataDepth = 1_002;

    /// <summary>MaximumPollers of one mapping (Lambda documentation: 2,000; the API model says 10,000).</summary>
    public const int Pollers = 2_000;

    /// <summary>MaximumPollers where only the minimum is given (Lambda: 200).</summary>
    public const int DefaultPollers = 200;

    /// <summary>Tags of one function or mapping (AWS: 50).</summary>
    public const int Tags = 50;

    /// <summary>Mappings in one answer of ListEventSourceMappings, whatever MaxItems says (Lambda: 100).</summary>
    public const int ListMappings = 100;

    /// <summary>Characters in the name of a Kafka topic (Kafka and the Lambda API model: 249).</summary>
    public const int KafkaTopicLength = 249;

    /// <summary>Records that one Kafka partition holds for its shard before it is paused: one read of a shard.</summary>
    public const int KafkaPartitionBufferRecords = ReadRecords;

    /// <summary>Bytes that one Kafka partition holds for its shard before it is paused; a shard holds the bulk itself.</summary>
    public const int KafkaPartitionBufferBytes = 4 * 1024 * 1024;

    /// <summary>Bytes that the Kafka client of one mapping reads ahead over all partitions.</summary>
    public const int KafkaPrefetchBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Bytes that each client reads ahead where a mapping has ProvisionedPollerConfig: there may be one for every partition.
    /// </summary>
    public const int KafkaPollerPrefetchBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Records that wait in a Kafka partition above which it counts as behind, so that it gets a poller of its own where
    /// MaximumPollers allows: what one poll brings at most.
    /// </summary>
    public const int KafkaPollerLag = 1_000;

    /// <summary>Bytes of one answer of a Kafka broker to one mapping; a single larger record still comes through.</summary>
    public const int KafkaFetchBytes = 8 * 1024 * 1024;

    /// <summary>Bytes of one partition in an answer of a Kafka broker (Kafka's own default).</summary>
    public const int KafkaPartitionFetchBytes = 1024 * 1024;

    /// <summary>Milliseconds that a Kafka cluster may take for one answer (metadata, offsets, a commit).</summary>
    public const int KafkaRequestMs = 6_000;

    /// <summary>Milliseconds in which a message for an on-failure topic is to be confirmed; later it counts as failed and is sent again.</summary>
    public const int KafkaDeliveryMs = 20_000;

    /// <summary>Writes that wait for the store's writer: more callers than this wait one step earlier.</summary>
    public const int StoreQueuedWrites = 4_096;

    /// <summary>Writes in one transaction of the store; bounds how long the first of them waits for the last.</summary>
    public const int StoreGroupWrites = 1_024;

    /// <summary>Bytes after which a transaction of the store takes no more writes: a second of a slow disk.</summary>
    public const int StoreGroupBytes = 16 * 1024 * 1024;

    /// <summary>Bytes written to the store between two moves of its write-ahead log into the file.</summary>
    public const int StoreLogBytes = 16 * 1024 * 1024;

    /// <summary>Records that one transaction of the store removes; a few milliseconds, so that appends go on in between.</summary>
    public const int StoreTrimRecords = 2_000;

    /// <summary>
    /// Connections of one process to PostgreSQL where the connection string does not say it: five processes fit into its default
    /// of 100.
    /// </summary>
    public const int PostgresConnections = 20;

    /// <summary>Connections of one silo to PostgreSQL for the membership: it reads and writes one row now and then.</summary>
    public const int MembershipConnections = 3;

    /// <summary>Connections of one silo to PostgreSQL for reminders: a thousand of them a second is enough.</summary>
    public const int ReminderConnections = 5;

    /// <summary>Milliseconds between two attempts to listen to PostgreSQL again: waits of streams hang until then.</summary>
    public const int PostgresReconnectMs = 500;

    /// <summary>Milliseconds between two looks at the logs that are waited for, in case a notice was lost with its sender.</summary>
    public const int PostgresLookMs = 5_000;

    /// <summary>Unacknowledged messages of one RabbitMQ consumer (the field of basic.qos has 16 bits).</summary>
    public const int RabbitMqPrefetch = 65_535;

    /// <summary>Bytes of a RabbitMQ message (the broker's own hard maximum, 512 MiB): a larger frame would end the connection.</summary>
    public const int RabbitMqMessageBytes = 512 * 1024 * 1024;

    /// <summary>Consumers of one RabbitMQ queue (Lambda API model: MinimumPollers 1..200).</summary>
    public const int RabbitMqConsumers = 200;

    /// <summary>Milliseconds between two attempts to reach a broker that is away: long enough to spare it, short to be back soon.</summary>
    public const int RabbitMqBackoffMs = 5_000;

    /// <summary>Milliseconds between heartbeats with a RabbitMQ broker; without any for twice that long it is given up.</summary>
    public const int RabbitMqHeartbeatMs = 15_000;

    /// <summary>Milliseconds that a RabbitMQ broker may take for a connection or an answer.</summary>
    public const int RabbitMqConnectMs = 10_000;

    /// <summary>Milliseconds that closing a channel or connection may take: one that is broken is left behind.</summary>
    public const int RabbitMqCloseMs = 5_000;

    /// <summary>Milliseconds in which a RabbitMQ broker is to confirm a record of a destination: it may have to write it on several machines.</summary>
    public const int RabbitMqConfirmMs = 30_000;

    /// <summary>Bytes of a function's environment variables as JSON (Lambda quota: 4 KB).</summary>
    public const int EnvironmentBytes = 4 * 1024;

    /// <summary>Bytes of a client context in base64 (Lambda API: 3,583).</summary>
    public const int ClientContextBytes = 3_583;

    /// <summary>Functions in one page of ListFunctions (Lambda API: 50, even where more are asked for).</summary>
    public const int FunctionPage = 50;

    /// <summary>Versions or aliases in one page of a list (Lambda API: 50, even where more are asked for).</summary>
    public const int VersionPage = 50;

    /// <summary>Minutes that the time of a signed request may differ from the server's (AWS: 5 or 15, by service).</summary>
    public const int SignatureSkewMinutes = 15;

    /// <summary>Seconds that a presigned URL may be good for (AWS: seven days).</summary>
    public const int PresignedSeconds = 7 * 24 * 3600;

    /// <summary>Seconds that the URL of a function's archive is good for (Lambda documentation: 10 minutes).</summary>
    public const int CodeLinkSeconds = 600;

    /// <summary>Headers that a signature may name: more than any client sends.</summary>
    public const int SignedHeaders = 100;

    /// <summary>Signing keys kept of one access key: one for each day, region and service in use.</summary>
    public const int SigningKeys = 32;

    /// <summary>Bytes of a function's policy as JSON (Lambda quota: 20 KB).</summary>
    public const int PolicyBytes = 20 * 1024;

    /// <summary>Bytes of all function code together (Lambda quota: 75 GB); shown, not enforced.</summary>
    public const long TotalCodeBytes = 75L * 1024 * 1024 * 1024;

    /// <summary>Connections of one worker to the Runtime API: clients use one or two; more only cost file descriptors.</summary>
    public const int WorkerConnections = 64;

    /// <summary>
    /// Milliseconds that a call waits for a warm worker that is expected to be free by then, instead of starting one: a fraction of
    /// a cold start, so that a wrong expectation costs little.
    /// </summary>
    public const int WorkerTurnMs = 20;

    /// <summary>Milliseconds between two looks at the memory of workers: a page of one number costs microseconds.</summary>
    public const int WorkerMemoryCheckMs = 100;

    /// <summary>Milliseconds between two looks at the memory of what workers started: all processes of the machine are looked at.</summary>
    public const int WorkerSessionCheckMs = 1_000;

    /// <summary>Open connections of remote workers to one process: each costs a few kilobytes.</summary>
    public const int RemoteWorkerConnections = 20_000;

    /// <summary>
    /// Milliseconds for which clients keep an idle connection at least (.NET: 60 s, Go and Rust: 90 s): one that closes earlier
    /// while its event runs tells that the worker is gone.
    /// </summary>
    public const int RemoteIdleConnectionMs = 55_000;

    /// <summary>Milliseconds that an answer may still come on another connection after the event's was closed.</summary>
    public const int RemoteAnswerGraceMs = 2_000;

    /// <summary>Seconds after which a silent connection of a remote worker is probed; after twice that it is given up.</summary>
    public const int RemoteProbeSeconds = 15;

    /// <summary>Milliseconds that an HTTP function may take to accept a connection.</summary>
    public const int HttpConnectMs = 10_000;

    /// <summary>Milliseconds after which a connection to an HTTP function is made anew, so that a change of its addresses is seen.</summary>
    public const int HttpConnectionMs = 300_000;

    /// <summary>Milliseconds between two readings of all functions because of tokens that are not known: bounds what wrong ones cost.</summary>
    public const int TokenReadMs = 1_000;

    /// <summary>
    /// How long one silo waits for an invocation on another one: a function's longest timeout (15 minutes), and five for the wait for
    /// a permit and a cold start. A text, because attributes take only that.
    /// </summary>
    public const string InvocationCallTime = "00:20:00";

    /// <summary>
    /// How long one part of a streamed answer may wait for its caller: the function's longest timeout, which ends it sooner, and a
    /// minute. A text, because attributes take only that.
    /// </summary>
    public const string AnswerPartTime = "00:16:00";

    /// <summary>Milliseconds for which a call into the cluster is repeated because a silo was lost: more than its loss needs to be noticed.</summary>
    public const int SiloLostMs = 20_000;

    /// <summary>Milliseconds that a silo may take to answer what another one asks it every now and then: the next time comes soon.</summary>
    public const int SiloAnswerMs = 2_000;

    /// <summary>Milliseconds that a caller waits for a silo to hear of a change: it may be one that is just being lost.</summary>
    public const int NoticeMs = 5_000;

    /// <summary>Milliseconds in which a deduplication id means the same message (SQS: 5 minutes).</summary>
    public const int QueueDeduplicationMs = 300_000;

    /// <summary>
    /// Messages at the head of a FIFO queue among which one is looked for whose group is free (SQS: 120,000; theirs is a
    /// fleet): bounds what a receive costs where one group has a long queue.
    /// </summary>
    public const int QueueFifoScan = 20_000;

    /// <summary>Messages that one transaction of the store moves to a dead-letter queue, removes or moves back: a few milliseconds.</summary>
    public const int QueueSweep = 500;

    /// <summary>Bytes of a message, body and attributes (SQS: 1 MiB since August 2025, 256 KiB before).</summary>
    public const int QueueMessageBytes = 1024 * 1024;

    /// <summary>Messages in one batch call and in one receive (SQS: 10).</summary>
    public const int QueueBatch = 10;

    /// <summary>Message attributes of one message (SQS: 10).</summary>
    public const int QueueMessageAttributes = 10;

    /// <summary>Seconds a message may be hidden (SQS: 12 hours).</summary>
    public const int QueueVisibilitySeconds = 43_200;

    /// <summary>Seconds a message may be delayed (SQS: 15 minutes).</summary>
    public const int QueueDelaySeconds = 900;

    /// <summary>Milliseconds between two purges of a queue (SQS: 60 s).</summary>
    public const int QueuePurgeMs = 60_000;

    /// <summary>Characters in the name of a queue (SQS: 80).</summary>
    public const int QueueNameLength = 80;

    /// <summary>Characters of a deduplication id or a message group (SQS: 128).</summary>
    public const int QueueMessageIdLength = 128;

    /// <summary>Characters in the name of a message's attribute (SQS: 256).</summary>
    public const int QueueAttributeNameLength = 256;

    /// <summary>Characters of the id of an entry in a batch call (SQS: 80).</summary>
    public const int QueueEntryIdLength = 80;

    /// <summary>Seconds a receive may wait (SQS: 20).</summary>
    public const int QueueWaitSeconds = 20;

    /// <summary>Receives after which a message is a dead letter, at most (SQS: 1,000).</summary>
    public const int QueueMaximumReceives = 1_000;

    /// <summary>Queues in one page of a list (SQS: 1,000).</summary>
    public const int QueuePage = 1_000;

    /// <summary>Bytes of a request body of the queue API: a full batch in base64 or percent encoding with everything around it.</summary>
    public const int QueueRequestBytes = 8 * 1024 * 1024;

    /// <summary>
    /// Batches of one queue mapping that run at a time where ScalingConfig.MaximumConcurrency does not say it. AWS begins with 5
    /// and grows; 10 keeps a machine busy without taking every worker from other functions.
    /// </summary>
    public const int QueueConcurrency = 10;

    /// <summary>Message move tasks of a queue that are remembered (SQS: 10).</summary>
    public const int QueueMoveTasks = 10;

    /// <summary>Characters of an error's text that a checkpoint keeps: it is written with every failure of every lane.</summary>
    public const int CheckpointErrorChars = 200;

    /// <summary>
    /// Records of one batch in trouble that a checkpoint keeps by their fingerprints, where the source has no lasting positions.
    /// Such a checkpoint is written with every failure: a larger batch is forgotten by a restart.
    /// </summary>
    public const int RememberedBatchRecords = 1_000;

    /// <summary>The same for all batches of a shard: 200 KB of a checkpoint.</summary>
    public const int RememberedRecords = 10_000;

    /// <summary>
    /// Milliseconds that a batch of an earlier life waits for the rest of its records once the first of them came again: they
    /// were received together and come back together, unless somebody else has them.
    /// </summary>
    public const int RecallWaitMs = 10_000;

    /// <summary>
    /// Milliseconds after which records of an earlier life are no longer expected: the longest visibility timeout of a queue
    /// (SQS: 12 hours).
    /// </summary>
    public const int RecallMs = 12 * 60 * 60 * 1_000;

    /// <summary>Bytes of a message for an on-failure topic before compression: a whole payload in base64 and what stands around it.</summary>
    public const int KafkaDeliveryBytes = 2 * BatchPayloadBytes;
}
