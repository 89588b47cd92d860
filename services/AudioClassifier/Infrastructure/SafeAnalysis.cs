using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>Analyses recordings that came by message, and fails with none: the same one would fail again and again, and keep others waiting.</summary>
internal sealed partial class SafeAnalysis(CallAnalyzer analyzer, ILogger<SafeAnalysis> logger)
{
    /// <summary>Analyses a recording.</summary>
    /// <param name="recordingId">Its name in the store.</param>
    /// <param name="wav">What the store has.</param>
    /// <param name="signalling">What the network said besides.</param>
    /// <param name="announcements">The announcements to be recognised.</param>
    /// <returns>The verdict, or why there is none.</returns>
    public (Verdict? Verdict, string? Failure) Analyze(string recordingId, byte[] wav, Signalling signalling, AnnouncementLibrary announcements)
    {
        try
        {
            return (analyzer.Analyze(wav, signalling, announcements), null);
        }
        catch (WavFormatException e)
        {
            Unreadable(logger, recordingId, e.Message);
            return (null, $"the recording cannot be read: {e.Message}");
        }
        catch (Exception e)
        {
            Failed(logger, recordingId, e);
            return (null, "the recording could not be analysed");
        }
    }

    [LoggerMessage(LogLevel.Warning, "Recording {RecordingId} cannot be read: {Reason}")]
    private static partial void Unreadable(ILogger logger, string recordingId, string reason);

    [LoggerMessage(LogLevel.Error, "Recording {RecordingId} could not be analysed")]
    private static partial void Failed(ILogger logger, string recordingId, Exception exception);
}
