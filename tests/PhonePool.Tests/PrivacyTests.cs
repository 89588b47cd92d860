using System.Collections.Concurrent;
using System.Diagnostics;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static EmptyNumber.PhonePool.Tests.PoolClient;

namespace EmptyNumber.PhonePool.Tests;

[Collection("pool")]
public sealed class PrivacyTests(PoolServers servers)
{
    private const string Imsi = "460001234567890";
    private const string Imei = "490154203237518";
    private const string Iccid = "89860012345678901234";

    [Fact]
    public async Task What_identifies_a_SIM_is_encrypted_at_rest_and_every_replica_can_read_it()
    {
        await using var suite = await servers.StartAsync();
        using var one = suite.Replica(0);
        using var other = suite.Replica(1);
        foreach (var (writer, reader) in ((HttpClient, HttpClient)[])[(one, other), (other, one)])
        {
            await writer.PostItemsAsync("/phones", new { mobile = "13900000001", imsi = Imsi, imei = Imei, iccid = Iccid });
            var row = await suite.ScalarAsync<string>("select mobiles::text || encode(identity, 'escape') from mobiles");
            row.ShouldContain("13900000001");
            foreach (var secret in (string[])[Imsi, Imei, Iccid])
                row.ShouldNotContain(secret);
            (await reader.FetchAsync("/mobiles/a/1")).Body.ShouldContain($"\"imsi\":\"{Imsi}\",\"imei\":\"{Imei}\",\"iccid\":\"{Iccid}\"");
        }
    }

    [Fact]
    public async Task Nothing_personal_is_written_to_logs_or_traces_not_even_when_things_fail()
    {
        var written = new ConcurrentQueue<string>();
        using var spans = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => written.Enqueue(
                $"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Events.SelectMany(happened => happened.Tags))}"),
        };
        ActivitySource.AddActivityListener(spans);
        await using var suite = await PoolSuite.StartAsync(
            servers.NewDatabase("phonepool"), [("Logging:LogLevel:Default", "Trace")],
            services => services.AddSingleton<ILoggerProvider>(new Capture(written)));
        (string Word, string Value)[] secrets = [("mobile", "13900000077"), ("IMSI", Imsi), ("IMEI", Imei), ("ICCID", Iccid), ("code", "vc-830164")];
        var item = new { mobile = secrets[0].Value, imsi = Imsi, imei = Imei, iccid = Iccid, ip = "10.1.2.3" };
        var code = new { mobile = secrets[0].Value, vcode = "vc-830164" };

        await suite.Client.PostItemsAsync("/phones", item);
        await suite.Client.PostItemsAsync("/phones", item, 1);
        (await suite.Client.TakeAsync("a", 1)).ShouldBe([secrets[0].Value]);
        await suite.Client.PostItemsAsync("/vcodes", code);
        await suite.Client.PostItemsAsync("/vcodes", code, new { mobile = 1 });
        (await suite.Client.CodesAsync("a")).ShouldBe(["vc-830164"]);
        await suite.ScalarAsync<int>("alter table mobiles add constraint none check (mobile = '') not valid; alter table codes add constraint none check (vcode = '') not valid; select 1");
        (await suite.Client.PostItemsAsync("/phones", item)).Status.ShouldBe(500);
        (await suite.Client.PostItemsAsync("/vcodes", code)).Status.ShouldBe(500);

        written.Count.ShouldBeGreaterThan(100);
        written.ShouldContain(line => line.Contains("POST /phones failed") || line.Contains("POST /vcodes failed"));
        foreach (var (word, value) in secrets)
            written.Where(line => line.Contains(value)).ShouldBeEmpty(word);
    }

    private sealed class Capture(ConcurrentQueue<string> written) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            written.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
