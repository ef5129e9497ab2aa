namespace Dispatcher.Gateway.Tests.Push;

/// <summary>Bucket notifications of S3 and MinIO.</summary>
public sealed class BucketPushTests : IAsyncLifetime
{
    /// <summary>What MinIO's documentation shows that it sends (docs/bucket/notifications), byte for byte.</summary>
    private const string MinIO =
        """{"EventName":"s3:ObjectCreated:Put","Key":"images/gopher.jpg","Records":[{"eventVersion":"2.0","eventSource":"minio:s3","awsRegion":"","eventTime":"2018-10-31T09:31:11Z","eventName":"s3:ObjectCreated:Put","userIdentity":{"principalId":"21EJ9HYV110O8NVX2VMS"},"requestParameters":{"sourceIPAddress":"10.1.1.1"},"responseElements":{"x-amz-request-id":"1562A792DAA53426","x-minio-origin-endpoint":"http://10.0.3.1:9000"},"s3":{"s3SchemaVersion":"1.0","configurationId":"Config","bucket":{"name":"images","ownerIdentity":{"principalId":"21EJ9HYV110O8NVX2VMS"},"arn":"arn:aws:s3:::images"},"object":{"key":"gopher.jpg","size":162023,"eTag":"5337769ffa594e742408ad3f30713cd7","contentType":"image/jpeg","userMetadata":{"content-type":"image/jpeg"},"versionId":"1","sequencer":"1562A792DAA53426"}},"source":{"host":"","port":"","userAgent":"MinIO (linux; amd64) minio-go/v6.0.8 mc/DEVELOPMENT.GOGET"}}]}""";

    private const string ToFunction =
        """{"Records":[{"eventVersion":"2.0","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2018-10-31T09:31:11Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"21EJ9HYV110O8NVX2VMS"},"requestParameters":{"sourceIPAddress":"10.1.1.1"},"responseElements":{"x-amz-request-id":"1562A792DAA53426","x-minio-origin-endpoint":"http://10.0.3.1:9000"},"s3":{"s3SchemaVersion":"1.0","configurationId":"Config","bucket":{"name":"images","ownerIdentity":{"principalId":"21EJ9HYV110O8NVX2VMS"},"arn":"arn:aws:s3:::images"},"object":{"key":"gopher.jpg","size":162023,"eTag":"5337769ffa594e742408ad3f30713cd7","contentType":"image/jpeg","userMetadata":{"content-type":"image/jpeg"},"versionId":"1","sequencer":"1562A792DAA53426"}},"source":{"host":"","port":"","userAgent":"MinIO (linux; amd64) minio-go/v6.0.8 mc/DEVELOPMENT.GOGET"}}]}""";

    /// <summary>The test message of Amazon's documentation.</summary>
    private const string TestEvent =
        """{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"bucketname","RequestId":"5582815E1AEA5ADF","HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE"}""";

    private PushServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PushServer.StartAsync();
        await _server.AllowAsync("s3.amazonaws.com", "arn:aws:s3:::images", "000000000000");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task MinIO_Notification_IsGivenAsS3GivesIt()
    {
        (await PushAsync(MinIO)).Succeeds(202);

        Assert.Equal([ToFunction], _server.Taken.Payloads);
    }

    [Fact]
    public async Task S3_SeveralRecords_AreOneEventEachAndAsTheyCame()
    {
        var records = Enumerable.Range(0, 3).Select(i => Record("images", $"k{i}+%C3%A9 é")).ToArray();

        (await PushAsync($$"""{"Records":[{{string.Join(" , ", records)}}]}""", "application/json; charset=utf-8")).Succeeds(202);

        Assert.Equal(1, _server.Taken.Calls);
        Assert.Equal(records.Select(one => $$"""{"Records":[{{one}}]}"""), _server.Taken.Payloads);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"Records":[]}""")]
    [InlineData(TestEvent)]
    public async Task Test_OfTheConnection_IsTakenAndCallsNobody(string body)
    {
        (await PushAsync(body)).Succeeds(200);

        Assert.Empty(_server.Taken.All);
    }

    [Fact]
    public async Task OtherBucket_AmongGoodOnes_RefusesAll()
    {
        var message = (await PushAsync($$"""{"Records":[{{Record("images", "a")}},{{Record("secrets", "b")}}]}""")).Fails(403, "AccessDeniedException");

        Assert.Equal("The event comes from arn:aws:s3:::secrets, and this push source only speaks for arn:aws:s3:::images", message);
        Assert.Equal(0, _server.Taken.Calls);
    }

    [Fact]
    public async Task SourceArn_WithWildcards_AsksThePolicyForTheRecordsOwnBucket()
    {
        await using var server = await PushServer.StartAsync(config => config.Push["uploads"].SourceArn = "arn:aws:s3:::*");
        await server.AllowAsync("s3.amazonaws.com", "arn:aws:s3:::images");

        (await server.PushAsync("uploads", PushServer.BucketToken, $$"""{"Records":[{{Record("images", "a")}}]}""")).Succeeds(202);
        (await server.PushAsync("uploads", PushServer.BucketToken, $$"""{"Records":[{{Record("images", "a")}},{{Record("other", "a")}}]}""")).Fails(403, "AccessDeniedException");

        Assert.Single(server.Taken.All);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("[]")]
    [InlineData("{\"Records\":{}}")]
    [InlineData("{\"Records\":[1]}")]
    [InlineData("{\"Records\":[{}]}")]
    [InlineData("{\"EventName\":\"s3:ObjectCreated:Put\"}")]
    [InlineData("""{"Records":[{"s3":{"bucket":{"name":1}}}]}""")]
    [InlineData("""{"Records":[{"s3":{"bucket":{"name":"a*"}}}]}""")]
    [InlineData("""{"Records":[{"s3":{"bucket":{"name":"a:b"}}}]}""")]
    [InlineData("""{"Records":[{"s3":{"bucket":{"name":"images","name":"secrets"}}}]}""")]
    [InlineData("""{"Records":[{"s3":{"bucket":{"name":"\ud800"}}}]}""")]
    public async Task Body_NotANotification_Is400(string body)
    {
        (await PushAsync(body)).Fails(400, "InvalidRequestContentException");

        Assert.Equal(0, _server.Taken.Calls);
    }

    [Fact]
    public async Task Body_Deep_Is400()
        => (await PushAsync(string.Concat(Enumerable.Repeat("{\"Records\":[", 5_000)))).Fails(400, "InvalidRequestContentException");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task ContentType_Other_Is415(string? type)
        => (await PushAsync(MinIO, type)).Fails(415, "UnsupportedMediaTypeException");

    private static string Record(string bucket, string key)
        => $$$$"""{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"{{{{bucket}}}}"},"object":{"key":"{{{{key}}}}","size":1}}}""";

    private Task<Wire.WireAnswer> PushAsync(string body, string? type = "application/json")
        => _server.PushAsync("uploads", PushServer.BucketToken, body, type);
}
