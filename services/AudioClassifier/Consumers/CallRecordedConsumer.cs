using System.Diagnostics;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.Contracts;
using EmptyNumber.ServiceDefaults.Recordings;
using MassTransit;

namespace EmptyNumber.AudioClassifier.Consumers;

/// <summary>Listens to a recording. What is unknown is noted once and grouped later; a repeat gives the same answer again.</summary>
internal sealed class CallRecordedConsumer(
    IRecordingStore store, SafeAnalysis analysis, Library library, UnknownIntake unknown, ClassifierMetrics metrics)
    : IConsumer<CallRecorded>
{
    public async Task Consume(ConsumeContext<CallRecorded> context)
    {
        var call = context.Message;
        var wav = await store.ReadAsync(call.RecordingId, context.CancellationToken);
        var begin = Stopwatch.GetTimestamp();
        var result = Classify(call, wav);
        metrics.Classified(result, Stopwatch.GetElapsedTime(begin));
        if (result.Verdict is { } verdict && UnknownIntake.IsUnknown(verdict))
            await unknown.NoteAsync(call, context.CancellationToken);
        await context.Publish(result, context.CancellationToken);
    }

    private CallClassified Classify(CallRecorded call, byte[]? wav)
    {
        if (wav is null)
            return new CallClassified(call.CallId, Verdict: null, $"there is no recording {call.RecordingId} in the store");
        var (verdict, failure) = analysis.Analyze(call.RecordingId, wav, call.Signalling, library.Current.Announcements);
        return new CallClassified(call.CallId, verdict, failure);
    }
}

internal sealed class CallRecordedConsumerDefinition : ConsumerDefinition<CallRecordedConsumer>
{
    /// <summary>The work is computing: more at once than there are processors would only take memory.</summary>
    public CallRecordedConsumerDefinition() => ConcurrentMessageLimit = Environment.ProcessorCount;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<CallRecordedConsumer> consumerConfigurator, IRegistrationContext context)
    {
        if (endpointConfigurator is IRabbitMqReceiveEndpointConfigurator queue)
            queue.PrefetchCount = 4 * Environment.ProcessorCount;
    }
}
