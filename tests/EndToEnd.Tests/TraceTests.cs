using System.Security.Cryptography;
using EmptyNumber.TestSupport;

namespace EmptyNumber.EndToEnd.Tests;

[Collection("suite")]
public sealed class TraceTests(ReplicatedSuite replicated)
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
