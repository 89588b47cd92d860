using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.Listings.Tests;

/// <summary>Stands in for the gateway before Detection. It is away but for the numbers that a test has it know.</summary>
internal sealed class DetectionStub : IAsyncDisposable
{
    public const string Token = "0123456789012345678901234567890123456789";

    private readonly ConcurrentDictionary<string, int> _states = new();
    private readonly ConcurrentDictionary<string, long> _tasks = new();
    private readonly ConcurrentDictionary<long, string> _numbers = new();
    private WebApplication _app = null!;
    private long _lastTask;

    public string Address => _app.Urls.Single();

    /// <summary>Idempotency keys and numbers of the orders that were taken.</summary>
    public ConcurrentQueue<(string Key, string Number)> Orders { get; } = new();

    /// <summary>Knows a number from now on: its state, 0 for one that is being dialled, -1 for what is no number.</summary>
    public void Know(string number, int state) => _states[number] = state;

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/detect/", (Delegate)SubmitAsync);
        _app.MapGet("/phone/{task:long}/", Read);
        await _app.StartAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> SubmitAsync(HttpContext context)
    {
        var body = await context.Request.ReadFromJsonAsync<JsonElement>();
        var number = body.GetProperty("numbers")[0].GetString()!;
        if (context.Request.Headers.Authorization != $"Token {Token}")
            return Results.Json(new { error = "User Not Authorized" }, statusCode: 401);
        if (!_states.TryGetValue(number, out var state))
            return Results.StatusCode(503);
        if (state < 0)
            return Results.Json(new { error = "no number" }, statusCode: 400);
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        var task = _tasks.GetOrAdd(key, _ =>
        {
            Orders.Enqueue((key, number));
            return Interlocked.Increment(ref _lastTask);
        });
        _numbers[task] = number;
        return Results.Json(new { task_id = task, is_batch = false, len = 1 });
    }

    private IResult Read(long task) => _numbers.TryGetValue(task, out var number)
        ? Results.Json(new[] { new { id = task, number, state = _states[number], task_id = task } })
        : Results.Json(new { error = "Not Found" }, statusCode: 404);
}
