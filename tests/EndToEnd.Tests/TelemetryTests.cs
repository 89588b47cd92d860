using System.Security.Cryptography;
using EmptyNumber.TestSupport;

namespace EmptyNumber.EndToEnd.Tests;

[Collection("suite")]
public sealed class TelemetryTests(ReplicatedSuite replicated)
{
    [Fact]
    public async Task One_trace_follows_a_number_from_its_submission_to_its_final_state()
    {
        var trace = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var customer = await replicated.Suite.LogInAsync();
        customer.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}-01");

        var task = await customer.SubmitAsync(["15900000002"]);
        customer.DefaultRequestHeaders.Remove("traceparent");
        await customer.ShouldEndRightAsync(task, 1, TimeSpan.FromMinutes(1));

        await Eventually.Async(
            () => Task.FromResult(Way.All(step => Spans().Any(span => span.Service == step.Service && span.Name.Contains(step.Name)))),
            () => string.Join('\n', Spans().Select(span => $"{span.Service}: {span.Name}")));

        IEnumerable<Span> Spans() => replicated.Receiver.Spans.Where(span => span.TraceId == trace);
    }

    [Fact]
    public async Task What_an_operator_watches_is_exported()
    {
        var customer = await replicated.Suite.LogInAsync();
        await customer.ShouldEndRightAsync(await customer.SubmitAsync(["15900000003"]), 1, TimeSpan.FromMinutes(1));

        await Eventually.Async(
            () => Task.FromResult(!Watched.Except(replicated.Receiver.Metrics).Any()),
            () => $"without {string.Join(", ", Watched.Except(replicated.Receiver.Metrics))}",
            TimeSpan.FromSeconds(30));
    }

    private static readonly (string Service, string Name)[] Watched =
    [
        ("coordinator", "emptynumber.queue.numbers"),
        ("coordinator", "emptynumber.queue.oldest"),
        ("coordinator", "emptynumber.jobs"),
        ("coordinator", "emptynumber.clients"),
        ("coordinator", "emptynumber.extensions"),
        ("coordinator", "emptynumber.calls"),
        ("coordinator", "emptynumber.number.duration"),
        ("coordinator", "emptynumber.recordings.size"),
        ("classifier", "emptynumber.verdicts"),
        ("classifier", "emptynumber.classify.duration"),
        ("gateway", "http.server.request.duration"),
    ];

    /// <summary>Where the number has been.</summary>
    private static readonly (string Service, string Name)[] Way =
    [
        ("gateway", "POST"),
        ("detection", "POST /detect"),
        ("detection", "NumbersQueued send"),
        ("coordinator", "coordinator-numbers-queued process"),
        ("coordinator", "CallRecorded send"),
        ("classifier", "classifier-call-recorded process"),
        ("classifier", "CallClassified send"),
        ("coordinator", "NumbersResolved send"),
        ("detection", "number resolved"),
    ];
}
