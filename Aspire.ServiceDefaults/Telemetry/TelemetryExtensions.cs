using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EmptyNumber.ServiceDefaults.Telemetry;

/// <summary>Traces, metrics and logs by OTLP.</summary>
public static class TelemetryExtensions
{
    /// <summary>Sources and meters of our own services bear this prefix.</summary>
    public const string Prefix = "EmptyNumber.";

    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Yarp.ReverseProxy", "MassTransit", "Npgsql", Prefix + "*"];

    private static readonly string[] Meters =
        ["Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime", "Yarp.*", "MassTransit", "Npgsql", "Microsoft.EntityFrameworkCore", Prefix + "*"];

    /// <summary>
    /// Exports to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; without it nothing is collected.
    /// <c>OTEL_SERVICE_NAME</c> names the service.
    /// </summary>
    internal static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;

        // Without this switch request spans carry neither method nor path.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var name = builder.Configuration["OTEL_SERVICE_NAME"] ?? builder.Environment.ApplicationName;
        var resource = ResourceBuilder.CreateDefault().AddService(name, serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}");

        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.SetResourceBuilder(resource);
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
            logs.AddOtlpExporter();
        });
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Sources)
            .AddProcessor(new PollingFilter())
            .AddOtlpExporter()
            .Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Meters)
            .AddOtlpExporter()
            .Build());
        builder.Services.AddHostedService<TelemetryLifetime>();
    }

    /// <summary>The W3C context of what is under way now, null when it is not traced.</summary>
    public static string? TraceParent() => Activity.Current is { Recorded: true } activity ? activity.Id : null;

    /// <summary>A background loop asks the database again and again: a query that belongs to nothing is not exported.</summary>
    private sealed class PollingFilter : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data is { ParentSpanId: var parent, Source.Name: "Npgsql" } && parent == default)
                data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    /// <summary>Builds both providers when the host starts, and flushes them when it stops.</summary>
    private sealed class TelemetryLifetime(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
            () =>
            {
                traces.ForceFlush(5000);
                metrics.ForceFlush(5000);
            },
            cancellationToken);
    }
}
