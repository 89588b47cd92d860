using System.Text.Json;
using EmptyNumber.Contracts;

namespace EmptyNumber.Detection.Tests;

/// <summary>A service of their own for tests that move its clock.</summary>
[CollectionDefinition("moving clock")]
public sealed class MovingClockCollection : ICollectionFixture<DetectionService>;

internal static class Tasks
{
    /// <summary>Submits numbers whose end is to be told.</summary>
    public static async Task<(long Task, long[] Records)> SubmitWithCallbackAsync(this HttpClient user, string? callback, params string[] numbers)
    {
        using var response = await user.PostTextAsync("/detect/", JsonSerializer.Serialize(new { numbers, max_age_hours = 0, callback_url = callback }));
        var task = (await response.ReadAsync()).GetProperty("task_id").GetInt64();
        var records = await user.GetJsonAsync($"/phone/{task}");
        return (task, [.. records.EnumerateArray().Select(record => record.GetProperty("id").GetInt64())]);
    }

    /// <summary>Says what calls found out about records.</summary>
    public static Task ResolveAsync(this DetectionService service, NumberState state, params long[] records) =>
        service.Bus.PublishAsync(new NumbersResolved([Resolved(state, service.Clock.GetUtcNow(), records)]));

    public static ResolvedNumber Resolved(NumberState state, DateTimeOffset decidedAt, params long[] records) =>
        new("13800138000", records, state, EmbeddedState: null, Confidence: 0.9, Reason: null, decidedAt, Attempts: [], TraceParent: null);
}
