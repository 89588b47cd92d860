using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EmptyNumber.ServiceDefaults.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.TestSupport;

/// <summary>Collects the metrics of a service that runs in this process, from now on.</summary>
public sealed class MetricReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string Tag), ConcurrentQueue<double>> _values = new();

    /// <param name="replicas">The services of each host; others in this process are not heard.</param>
    public MetricReader(params IServiceProvider[] replicas)
    {
        var meters = replicas.Select(services => services.GetRequiredService<IMeterFactory>()).ToArray();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters.Contains(instrument.Meter.Scope) && instrument.Meter.Name.StartsWith(TelemetryExtensions.Prefix, StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All that a counter or histogram was given.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="tag">The value of its only attribute; empty where it has none.</param>
    public IReadOnlyCollection<double> All(string name, string tag = "") => _values.TryGetValue((name, tag), out var values) ? values : [];

    /// <summary>What a gauge of one replica shows now; null where it shows nothing.</summary>
    /// <inheritdoc cref="All"/>
    public double? Now(string name, string tag = "")
    {
        _values.TryRemove((name, tag), out _);
        _listener.RecordObservableInstruments();
        return All(name, tag).Select(value => (double?)value).LastOrDefault();
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _values.GetOrAdd((instrument.Name, tags is [var tag] ? $"{tag.Value}" : ""), _ => new()).Enqueue(value);
}
