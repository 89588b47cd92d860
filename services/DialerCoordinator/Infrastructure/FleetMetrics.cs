using System.Diagnostics.Metrics;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.ServiceDefaults.Telemetry;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>What an operator watches of the fleet; <c>docs/operations.md</c> has the meaning of each metric.</summary>
internal sealed class FleetMetrics
{
    /// <summary>In seconds: from a number that is answered at once to one that waits for the morning, or for its third call.</summary>
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 259_200],
    };

    private readonly Counter<long> _clientsLost;
    private readonly Counter<long> _calls;
    private readonly Counter<long> _recordingsRemoved;
    private readonly Histogram<double> _numberDuration;
    private readonly Instrument _queue;
    private volatile FleetSample? _sample;
    private volatile SweepResult? _swept;

    public FleetMetrics(IMeterFactory meters, UploadMemory uploads)
    {
        var meter = meters.Create(TelemetryExtensions.Prefix + "DialerCoordinator");
        _clientsLost = meter.CreateCounter<long>("emptynumber.clients.lost", "{client}", "Dialers that missed their heartbeats");
        _calls = meter.CreateCounter<long>("emptynumber.calls", "{call}", "Calls that were settled, by outcome");
        _recordingsRemoved = meter.CreateCounter<long>("emptynumber.recordings.removed", "{recording}", "Recordings that were not kept any longer");
        _numberDuration = meter.CreateHistogram("emptynumber.number.duration", "s", "From when a number was first queued until its final state", advice: Durations);

        _queue = Gauge("emptynumber.queue.numbers", "{number}", "Numbers that wait for an extension", sample => By("priority", sample.Queue));
        Gauge("emptynumber.queue.oldest", "s", "How long ago the oldest of them was first queued", sample => By("priority", sample.OldestSeconds));
        Gauge("emptynumber.jobs", "{number}", "Numbers on their way, by state", sample => By("state", sample.Jobs));
        Gauge("emptynumber.jobs.held", "{number}", "Deferred numbers that a calling rule holds back", sample => By("reason", sample.Held));
        Gauge("emptynumber.clients", "{client}", "Dialers that are alive", sample => [new(sample.Clients)]);
        Gauge("emptynumber.extensions", "{extension}", "Extensions, by state", sample => By("state", sample.Extensions));
        meter.CreateObservableGauge("emptynumber.uploads.waiting", () => (long)uploads.Waiting, "{upload}", "Uploads that wait for memory");
        meter.CreateObservableGauge("emptynumber.recordings.kept", () => Known(_swept?.Kept), "{recording}", "Recordings in the store after the last sweep");
        meter.CreateObservableGauge("emptynumber.recordings.size", () => Known(_swept?.KeptBytes), "By", "Their length in all");

        Instrument Gauge(string name, string unit, string description, Func<FleetSample, IEnumerable<Measurement<long>>> read) =>
            meter.CreateObservableGauge(name, () => _sample is { } sample ? read(sample) : [], unit, description);
    }

    /// <summary>Whether anybody collects what <see cref="Observe"/> is told.</summary>
    public bool AreWatched => _queue.Enabled;

    /// <summary>The fleet as it was seen last; null where it cannot be seen.</summary>
    public void Observe(FleetSample? sample) => _sample = sample;

    public void ClientsLost(int count) => _clientsLost.Add(count);

    public void CallSettled(CallOutcome outcome) => _calls.Add(1, Tag("outcome", outcome));

    public void NumberResolved(NumberState state, TimeSpan sinceQueued) => _numberDuration.Record(sinceQueued.TotalSeconds, Tag("state", state));

    public void RecordingsSwept(SweepResult result)
    {
        _recordingsRemoved.Add(result.Removed);
        _swept = result;
    }

    private static IEnumerable<Measurement<long>> By<T>(string tag, IEnumerable<KeyValuePair<T, long>> values)
        where T : notnull => values.Select(value => new Measurement<long>(value.Value, Tag(tag, value.Key)));

    private static IEnumerable<Measurement<long>> Known(long? value) => value is { } known ? [new(known)] : [];

    /// <summary>Enumerations by their names in snake_case, as attributes of telemetry are.</summary>
    private static KeyValuePair<string, object?> Tag<T>(string name, T value)
        where T : notnull => new(name, JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()!));
}
