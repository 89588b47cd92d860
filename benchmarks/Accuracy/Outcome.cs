using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>What the analysis said of a call.</summary>
/// <param name="Clip">The call.</param>
/// <param name="State">The state that was given, 0 where it was undecided.</param>
/// <param name="Tone">The tone that was named, empty where none was.</param>
/// <param name="IsAnnouncement">An announcement of the library was named.</param>
/// <param name="Confidence">How sure it was.</param>
internal sealed record Outcome(Clip Clip, int State, string Tone, bool IsAnnouncement, double Confidence)
{
    private static readonly Signalling NoSignalling = new(null, null, null);

    /// <summary>The state is the right one.</summary>
    public bool IsRight => State == Clip.State;

    /// <summary>Nothing was decided.</summary>
    public bool IsUndecided => State == 0;

    /// <summary>What is in no library was taken for an announcement, or for a state that no tone explains.</summary>
    public bool IsAccepted => IsAnnouncement || (State != 0 && Tone.Length == 0);

    /// <summary>Analyses calls, all processors at once.</summary>
    public static IReadOnlyList<Outcome> Of(IReadOnlyList<Clip> clips, AnnouncementLibrary library, CancellationToken cancellationToken)
    {
        var analyzer = new CallAnalyzer();
        var outcomes = new Outcome[clips.Count];
        Parallel.For(0, clips.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            if (clips[i].IsTooLong)
            {
                outcomes[i] = new Outcome(clips[i], State: 0, Tone: "", IsAnnouncement: false, Confidence: 0);
                return;
            }

            var verdict = analyzer.Analyze(File.ReadAllBytes(clips[i].Path), NoSignalling, library);
            outcomes[i] = new Outcome(
                clips[i], (int)verdict.State, verdict.Tone?.ToString().ToLowerInvariant() ?? "", verdict.Announcement is not null, verdict.Confidence);
        });
        return outcomes;
    }
}
