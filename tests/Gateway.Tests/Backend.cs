using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.Gateway.Tests;

/// <summary>Stands in for a service: a real server that notes what it is asked.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly ConcurrentQueue<Seen> _requests = new();
    private WebApplication _app = null!;
    private int _probes;

    /// <summary>Where it listens; the same after a restart.</summary>
    public string Address { get; private set; } = "http://127.0.0.1:0";

    /// <summary>All requests but probes, oldest first.</summary>
    public IReadOnlyList<Seen> Requests => [.. _requests];

    /// <summary>How often its health was asked for.</summary>
    public int Probes => _probes;

    /// <summary>Answers requests; 200 with nothing where it is not set.</summary>
    public RequestDelegate Answer { get; set; } = _ => Task.CompletedTask;

    /// <summary>What its <c>/health</c> says.</summary>
    public int Health { get; set; } = StatusCodes.Status200OK;

    public static async Task<Backend> StartAsync(RequestDelegate? answer = null)
    {
        var backend = new Backend();
        if (answer is not null)
            backend.Answer = answer;
        await backend.ListenAsync();
        return backend;
    }

    public async Task ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.UseUrls(Address).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
        Address = _app.Urls.Single();
    }

    public async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/health")
        {
            Interlocked.Increment(ref _probes);
            context.Response.StatusCode = Health;
            return;
        }

        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _requests.Enqueue(new Seen(
            context.Request.Method,
            context.Request.Path + context.Request.QueryString,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.Length));
        await Answer(context);
    }
}

/// <summary>A request that arrived.</summary>
internal sealed record Seen(string Method, string Path, IReadOnlyDictionary<string, string> Headers, long BodyBytes);
