using System.Collections.Concurrent;
using EmptyNumber.AudioClassifier.Analysis;

namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>An announcement that was named, however unsure, in a call or in an excerpt of one.</summary>
/// <param name="Clip">The call.</param>
/// <param name="Seconds">How long what was heard is.</param>
/// <param name="IsExcerpt">Whether it is an excerpt.</param>
/// <param name="Grounds">What the match rests on.</param>
/// <param name="IsRight">There is a known announcement in the call, and it has that state.</param>
internal sealed record Trial(Clip Clip, double Seconds, bool IsExcerpt, Grounds Grounds, bool IsRight)
{
    /// <summary>How sure it is.</summary>
    public double Confidence { get; } = Grounds.Confidence;

    /// <summary>
    /// Hears each call, and excerpts of it; all processors at once. Of splices there are no excerpts: most hold nothing but the part that is in the
    /// library.
    /// </summary>
    /// <param name="corpus">The calls.</param>
    /// <param name="excerpts">How many excerpts of each.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static IReadOnlyList<Trial> Of(Corpus corpus, int excerpts, CancellationToken cancellationToken)
    {
        var library = AnnouncementLibrary.Build(AnnouncementPack.ReadTable(corpus.Library));
        var clips = corpus.Clips();
        var trials = new ConcurrentBag<Trial>();
        Parallel.For(0, clips.Count, new ParallelOptions { CancellationToken = cancellationToken }, () => (new Features(), new Matcher()), (i, _, ears) =>
        {
            var clip = clips[i];
            if (clip.IsTooLong)
                return ears; // refused unheard
            var call = WavReader.Read(File.ReadAllBytes(clip.Path)).Samples;
            Hear(call, isExcerpt: false);
            if (!clip.IsSplice)
            {
                foreach (var excerpt in Excerpts.Of(call, excerpts))
                    Hear(excerpt, isExcerpt: true);
            }

            return ears;

            void Hear(float[] samples, bool isExcerpt)
            {
                var (features, matcher) = ears;
                features.Analyse(samples);
                if (matcher.Match(samples, features.LogMel, ToneDetector.Find(features.Spectrogram), library, leastConfidence: 0) is { } heard)
                {
                    // A tone may have the state of an announcement that is not in it.
                    var isRight = clip.HasAnnouncement && (int)heard.Announcement.State == clip.State;
                    trials.Add(new Trial(clip, (double)samples.Length / Recording.RateHz, isExcerpt, heard.Grounds, isRight));
                }
            }
        }, _ => { });
        return [.. trials];
    }
}
