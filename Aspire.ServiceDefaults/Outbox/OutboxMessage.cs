using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EmptyNumber.ServiceDefaults.Telemetry;

namespace EmptyNumber.ServiceDefaults.Outbox;

/// <summary>A message that waits to be published.</summary>
public sealed class OutboxMessage
{
    public long Id { get; private set; }

    /// <summary>The message's type: full name and assembly name.</summary>
    public required string Type { get; init; }

    /// <summary>The message as JSON.</summary>
    public required string Body { get; init; }

    /// <summary>The W3C trace context that it belongs to, null where it was not traced.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Wraps a message.</summary>
    public static OutboxMessage Of<T>(T message, string? traceParent = null)
        where T : class => new()
        {
            Type = $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}",
            Body = JsonSerializer.Serialize(message),
            TraceParent = traceParent ?? TelemetryExtensions.TraceParent(),
        };

    /// <summary>The message again; false when its type or its form is not known to this version of the service.</summary>
    internal bool TryUnwrap(
        [NotNullWhen(true)] out object? message, [NotNullWhen(true)] out Type? type, [NotNullWhen(false)] out Exception? problem)
    {
        (message, type, problem) = (null, null, null);
        try
        {
            type = System.Type.GetType(Type, throwOnError: true)!;
            message = JsonSerializer.Deserialize(Body, type) ?? throw new JsonException("null is no message");
            return true;
        }
        catch (Exception e) when (e is TypeLoadException or IOException or ArgumentException or JsonException or NotSupportedException)
        {
            problem = e;
            return false;
        }
    }
}
