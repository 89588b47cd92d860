using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.EndToEnd.Tests;

/// <summary>A span as it was exported.</summary>
internal sealed record Span(string TraceId, string Service, string Name);

/// <summary>A small collector of traces and of the names of metrics: OTLP over HTTP with protobuf bodies, <c>POST /v1/traces</c>, <c>/v1/metrics</c>.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Span> _spans = new();
    private readonly ConcurrentDictionary<(string Service, string Name), bool> _metrics = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public IReadOnlyCollection<Span> Spans => _spans;

    /// <summary>Each metric that a service exported.</summary>
    public ICollection<(string Service, string Name)> Metrics => _metrics.Keys;

    /// <summary>The variables that make a process export here.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
    };

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/v1/traces", receiver.ReceiveTracesAsync);
        receiver._app.MapPost("/v1/metrics", receiver.ReceiveMetricsAsync);
        receiver._app.MapPost("/v1/{signal}", (string signal) => Results.Ok());
        await receiver._app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ReceiveTracesAsync(HttpContext context)
    {
        foreach (var (service, span) in await ReadAsync(context.Request))
            _spans.Enqueue(new Span(Convert.ToHexStringLower(Protobuf.Fields(span, 1).Single()), service, Text(Protobuf.Fields(span, 5).Single())));
    }

    private async Task ReceiveMetricsAsync(HttpContext context)
    {
        foreach (var (service, metric) in await ReadAsync(context.Request))
            _metrics[(service, Text(Protobuf.Fields(metric, 1).Single()))] = true;
    }

    /// <summary>What the scopes of each service hold: spans and metrics are nested alike.</summary>
    private static async Task<List<(string Service, byte[] Item)>> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return
        [
            .. from ofResource in Protobuf.Fields(body.ToArray(), 1)
               from item in Protobuf.Fields(ofResource, 2).SelectMany(scope => Protobuf.Fields(scope, 2))
               select (Service(ofResource), item),
        ];
    }

    private static string Service(byte[] ofResource) => Protobuf.Fields(ofResource, 1).SelectMany(resource => Protobuf.Fields(resource, 1))
        .Where(attribute => Text(Protobuf.Fields(attribute, 1).Single()) == "service.name")
        .Select(attribute => Text(Protobuf.Fields(Protobuf.Fields(attribute, 2).Single(), 1).Single())).Single();

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);

    /// <summary>As much of the wire format as traces need (protobuf.dev/programming-guides/encoding).</summary>
    private static class Protobuf
    {
        /// <summary>The length-delimited fields of this number in a message.</summary>
        public static List<byte[]> Fields(byte[] message, int number)
        {
            var found = new List<byte[]>();
            for (var at = 0; at < message.Length;)
            {
                var tag = Varint(message, ref at);
                switch (tag & 7)
                {
                    case 0:
                        Varint(message, ref at);
                        break;
                    case 1:
                        at += 8;
                        break;
                    case 2:
                        var length = (int)Varint(message, ref at);
                        if (tag >> 3 == (ulong)number)
                            found.Add(message[at..(at + length)]);
                        at += length;
                        break;
                    case 5:
                        at += 4;
                        break;
                    default:
                        throw new InvalidDataException($"wire type {tag & 7}");
                }
            }

            return found;
        }

        private static ulong Varint(byte[] message, ref int at)
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var part = message[at++];
                value |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                    return value;
            }
        }
    }
}
