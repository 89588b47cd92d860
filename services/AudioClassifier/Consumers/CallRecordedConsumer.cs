using System.Diagnostics;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.Contracts;
using EmptyNumber.ServiceDefaults.Recordings;
using MassTransit;

namespace EmptyNumber.AudioClassifier.Consumers;

/// <summary>Listens to a recording. What is unknown is noted once and grouped later; a repeat gives the same answer again.</summary>
internal sealed partial class CallRecordedConsumer(
    IRecordingStore store, CallAnalyzer analyzer, Library library, UnknownIntake unknown, ClassifierMetrics metrics, ILogger<CallRecordedConsumer> logger)
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
        try
        {
            return new CallClassified(call.CallId, analyzer.Analyze(wav, call.Signalling, library.Current.Announcements), Failure: null);
        }
        catch (WavFormatException e)
        {
            return new CallClassified(call.CallId, Verdict: null, $"the recording cannot be read: {e.Message}");
        }
        catch (Exception e)
        {
            // The same recording would fail again and again, and keep others waiting.
            AnalysisFailed(logger, call.RecordingId, e);
            return new CallClassified(call.CallId, Verdict: null, "the recording could not be analysed");
        }
    }

    [LoggerMessage(LogLevel.Error, "Recording {RecordingId} could not be analysed")]
    private static partial void AnalysisFailed(ILogger logger, string recordingId, Exception exception);
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
