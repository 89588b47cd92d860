using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.TestSupport;

namespace EmptyNumber.ServiceDefaults.Tests.Recordings;

[Collection("servers")]
public sealed class S3RecordingStoreTests(DefaultsServers servers) : RecordingStoreContract
{
    [Fact]
    public async Task A_list_of_more_than_a_page_is_swept_whole()
    {
        using var store = NewStore(servers.S3.NewBucket());
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 1100), new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, token) => await store.SaveAsync(BitConverter.GetBytes(i), token));

        var pages = await PagesAsync(store);
        pages.Select(page => page.Count).ShouldBe([1000, 100]);
        foreach (var page in pages)
            (await store.RemoveAsync(page, default)).ShouldBe(page.Count);

        (await PagesAsync(store)).ShouldAllBe(page => page.Count == 0);
    }

    [Fact]
    public async Task A_server_that_is_away_is_unavailable_at_once()
    {
        using var store = new S3RecordingStore(OptionsFor("bucket", endpoint: "http://127.0.0.1:9"));

        await Should.ThrowAsync<UnavailableException>(() => store.SaveAsync(new byte[] { 1 }, default));
        await Should.ThrowAsync<UnavailableException>(() => store.ReadAsync(new string('a', 64), default));
        await Should.ThrowAsync<UnavailableException>(() => store.VerifyAsync(default));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_unavailable_within_the_time_limit()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var store = new S3RecordingStore(OptionsFor("bucket", endpoint: $"http://{silent.LocalEndpoint}", timeout: TimeSpan.FromSeconds(1)));
        var watch = Stopwatch.StartNew();

        await Should.ThrowAsync<UnavailableException>(() => store.SaveAsync(new byte[] { 1 }, default));

        watch.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Whoever_stops_waiting_is_told_so_and_not_that_the_server_is_away()
    {
        using var store = NewStore(servers.S3.NewBucket());
        using var end = new CancellationTokenSource();
        await end.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => store.SaveAsync(new byte[] { 1 }, end.Token));
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_refused_at_the_start_by_its_name()
    {
        using var store = NewStore("no-such-bucket");

        var error = await Should.ThrowAsync<InvalidOperationException>(() => store.VerifyAsync(default));

        error.Message.ShouldStartWith("Recordings:S3: the bucket no-such-bucket at ");
        error.Message.ShouldContain("NoSuchBucket");
        await Should.ThrowAsync<UnavailableException>(() => store.ReadAsync(new string('a', 64), default));
    }

    [Fact]
    public async Task A_wrong_key_is_refused_at_the_start()
    {
        using var store = new S3RecordingStore(OptionsFor(servers.S3.NewBucket(), key: "wrong"));

        var error = await Should.ThrowAsync<InvalidOperationException>(() => store.VerifyAsync(default));

        error.Message.ShouldContain("InvalidAccessKeyId");
    }

    protected override IRecordingStore NewStore() => NewStore(servers.S3.NewBucket());

    private S3RecordingStore NewStore(string bucket) => new(OptionsFor(bucket));

    private S3Options OptionsFor(string bucket, string? endpoint = null, string key = LocalS3.Key, TimeSpan? timeout = null) => new()
    {
        Endpoint = endpoint ?? servers.S3.Endpoint,
        Bucket = bucket,
        AccessKey = key,
        SecretKey = LocalS3.Key,
        Timeout = timeout ?? TimeSpan.FromSeconds(10),
    };

    private static async Task<List<IReadOnlyList<StoredRecording>>> PagesAsync(S3RecordingStore store)
    {
        List<IReadOnlyList<StoredRecording>> pages = [];
        await foreach (var page in store.ListAsync(default))
            pages.Add(page);
        return pages;
    }
}
