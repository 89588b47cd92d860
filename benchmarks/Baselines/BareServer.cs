using System.Collections.Frozen;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EmptyNumber.WholeSuite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.Benchmarks.Baselines;

/// <summary>
/// Answers that were recorded, given again by a server that does nothing else, behind a gateway of its own: what a request costs that needs
/// neither service nor database.
/// </summary>
internal sealed class BareServer : IDisposable
{
    /// <summary>First argument of the process that is the server.</summary>
    public const string Verb = "bare-server";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Process _server;
    private readonly Process _gateway;
    private readonly string _file = Path.GetTempFileName();

    private BareServer(IReadOnlyDictionary<string, string> answers, string service)
    {
        File.WriteAllText(_file, JsonSerializer.Serialize(answers));
        var (serverUrl, gatewayUrl) = (FreeUrl(), FreeUrl());
        _server = Start(Environment.ProcessPath!, [typeof(BareServer).Assembly.Location, Verb, _file], new() { ["ASPNETCORE_URLS"] = serverUrl });
        _gateway = Start(Environment.ProcessPath!, [Suite.RepositoryFile("gateway/bin/Release/net10.0/EmptyNumber.Gateway.dll")], new()
        {
            ["ASPNETCORE_URLS"] = gatewayUrl,
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Gateway__Key"] = "the key of the benchmark",
            [$"services__{service}__http__0"] = serverUrl,
        });
        Http = new HttpClient { BaseAddress = new Uri(gatewayUrl) };
    }

    /// <summary>Somebody at its gateway.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts both processes.</summary>
    /// <param name="answers">Bodies of JSON, by path and query.</param>
    /// <param name="service">The service that it stands in for.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<BareServer> StartAsync(IReadOnlyDictionary<string, string> answers, string service, CancellationToken cancellationToken)
    {
        var bare = new BareServer(answers, service);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(StartLimit);
            while (!await AnswersAsync(bare.Http, answers.Keys.First(), limit.Token))
                await Task.Delay(100, limit.Token);
            return bare;
        }
        catch
        {
            bare.Dispose();
            throw;
        }
    }

    /// <summary>The process that is the server.</summary>
    public static async Task ServeAsync(string file)
    {
        var answers = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(file))!
            .ToFrozenDictionary(answer => answer.Key, answer => System.Text.Encoding.UTF8.GetBytes(answer.Value));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/health", () => Results.Ok());
        app.MapGet("/{**path}", context =>
        {
            var answer = answers[context.Request.Path + context.Request.QueryString];
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = answer.Length;
            return context.Response.Body.WriteAsync(answer).AsTask();
        });
        await app.RunAsync();
    }

    public void Dispose()
    {
        Http.Dispose();
        foreach (var process in new[] { _gateway, _server })
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        File.Delete(_file);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(path, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Process Start(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return process;
    }

    private static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
