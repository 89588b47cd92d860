using System.Diagnostics.Metrics;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.ServiceDefaults.Telemetry;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>What an operator watches of the classifier; <c>docs/operations.md</c> has the meaning of each metric.</summary>
internal sealed class ClassifierMetrics
{
    /// <summary>In seconds: a recording of a minute takes a small part of one.</summary>
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly Counter<long> _verdicts;
    private readonly Histogram<double> _duration;

    public ClassifierMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryExtensions.Prefix + "AudioClassifier");
        _verdicts = meter.CreateCounter<long>("emptynumber.verdicts", "{verdict}", "Recordings that were listened to, by verdict");
        _duration = meter.CreateHistogram("emptynumber.classify.duration", "s", "How long the analysis of one recording took", advice: Durations);
    }

    /// <summary>A recording was listened to.</summary>
    public void Classified(CallClassified result, TimeSpan elapsed)
    {
        var verdict = result.Verdict switch
        {
            null => "failed",
            { CallerSide: true } => "caller_side",
            { State: NumberState.Pending } => "undecided",
            { State: var state } => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()),
        };
        _verdicts.Add(1, new KeyValuePair<string, object?>("verdict", verdict));
        _duration.Record(elapsed.TotalSeconds);
    }
}
