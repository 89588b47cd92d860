using EmptyNumber.TestSupport;

namespace EmptyNumber.EndToEnd.Tests;

public sealed class TraceTests
{
    [Fact]
    public async Task One_trace_follows_a_number_from_its_submission_to_its_final_state()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var suite = await Suite.StartAsync("--lines 2 --pace 50", receiver.Environment);
        var customer = await suite.LogInAsync();

        var task = await customer.SubmitAsync(["13800000002"]);
        await customer.ShouldEndRightAsync(task, 1, TimeSpan.FromMinutes(1));

        // The last span is exported a little after the number has its state.
        await Eventually.Async(
            () => Task.FromResult(receiver.Spans.Any(span => span is { Service: "detection", Name: "number resolved" })),
            () => string.Join('\n', receiver.Spans.Select(span => $"{span.Service}: {span.Name}").Distinct()));
        var trace = receiver.Spans.Single(span => span.Name == "number resolved").TraceId;
        await Eventually.Async(
            () => Task.FromResult(Way.All(step => receiver.Spans.Any(span => span.TraceId == trace && span.Service == step.Service && span.Name.Contains(step.Name)))),
            () => string.Join('\n', receiver.Spans.Where(span => span.TraceId == trace).Select(span => $"{span.Service}: {span.Name}")));
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
