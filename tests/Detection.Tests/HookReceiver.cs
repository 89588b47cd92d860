using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.Detection.Tests;

/// <summary>A request that a receiver got.</summary>
internal sealed record Hook(string Path, byte[] Body, string? ContentType, IHeaderDictionary Headers);

/// <summary>A customer's server on 127.0.0.1 that notes what it is told.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Hook> _heard = new();

    private HookReceiver(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value));
            _heard.Enqueue(new Hook(context.Request.Path, body.ToArray(), context.Request.ContentType, headers));
            await answer(context);
        });
    }

    /// <summary>What it was told, in order.</summary>
    public IReadOnlyList<Hook> Heard => [.. _heard];

    public int Port => new Uri(_app.Urls.Single()).Port;

    public string Url => $"http://127.0.0.1:{Port}/hook";

    /// <summary>Starts one that answers every request in the same way; with 200 where nothing is said.</summary>
    public static async Task<HookReceiver> StartAsync(Func<HttpContext, Task>? answer = null)
    {
        var receiver = new HookReceiver(answer ?? (_ => Task.CompletedTask));
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Starts one that answers every request with a status.</summary>
    public static Task<HookReceiver> StartAsync(int status) => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
