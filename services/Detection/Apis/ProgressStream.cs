using System.Buffers;
using System.Text;
using System.Text.Json;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection.Apis;

/// <summary>
/// A task's progress as server-sent events (HTML Standard, 9.2): <c>progress</c> at most once a second, <c>finished</c> at the
/// end, both with the count of finished records as their id. Ends without <c>finished</c> when the task is deleted or the token is bad.
/// </summary>
/// <remarks>Written by hand: the framework's result for such streams cannot write the comments that keep a silent stream open.</remarks>
/// <param name="first">How far the task is.</param>
/// <param name="seen">The id of the last event that the client has; null for none.</param>
internal sealed class ProgressStream(TaskProgress first, int? seen) : IResult
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly byte[] Comment = Encoding.UTF8.GetBytes(": following\n\n");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var watches = services.GetRequiredService<TaskWatches>();

        // A client that is cut off by a service that stops comes back to another replica with the id of what it saw.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        var watch = watches.Join(first);
        var token = httpContext.CancelWithTokenAsync(end);
        try
        {
            // Proxies send the headers on with the first bytes.
            await CommentAsync(response, end.Token);
            await FollowAsync(watch, response, services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions,
                services.GetRequiredService<TimeProvider>(), end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
        finally
        {
            watches.Leave(watch);
            await end.CancelAsync();
            await token;
        }
    }

    private async Task FollowAsync(TaskWatch watch, HttpResponse response, JsonSerializerOptions json, TimeProvider time, CancellationToken cancellationToken)
    {
        var sent = seen <= first.Finished ? seen.Value : -1;
        while (watch.Latest is { Progress: { } progress } sight)
        {
            if (progress.Finished == progress.Total)
            {
                await SendAsync(response, "finished", progress, json, cancellationToken);
                return;
            }

            if (progress.Finished > sent)
            {
                var next = time.GetUtcNow() + TaskWatches.Interval;
                await SendAsync(response, "progress", progress, json, cancellationToken);
                sent = progress.Finished;
                if (next - time.GetUtcNow() is { Ticks: > 0 } pause)
                    await Task.Delay(pause, time, cancellationToken);
                continue;
            }

            await sight.Passed.WaitAsync(KeepAlive, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!sight.Passed.IsCompleted)
                await CommentAsync(response, cancellationToken);
        }
    }

    private static async Task CommentAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(Comment, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private static async Task SendAsync(HttpResponse response, string type, TaskProgress progress, JsonSerializerOptions json, CancellationToken cancellationToken)
    {
        var data = JsonSerializer.Serialize(
            new ProgressData(progress.Finished, progress.Total, StateCounts.ByState(progress.States.Select(count => (long)count))), json);
        response.BodyWriter.Write(Encoding.UTF8.GetBytes($"event: {type}\nid: {progress.Finished}\ndata: {data}\n\n"));
        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    private sealed record ProgressData(int Finished, int Total, IReadOnlyDictionary<string, long> States);
}
