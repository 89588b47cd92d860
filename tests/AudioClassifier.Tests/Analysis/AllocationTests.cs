using EmptyNumber.AudioClassifier.Analysis;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

public sealed class AllocationTests
{
    private const int MostBytes = 64 * 1024;

    [Fact]
    public void A_recording_costs_next_to_no_memory_once_the_buffers_are_there()
    {
        var entries = AnnouncementPack.Read(Sound.Pack);
        var library = AnnouncementLibrary.Build(entries);
        var analyzer = new CallAnalyzer();
        byte[][] calls = [.. entries.Take(10).Select((entry, i) =>
            Sound.Wav(Sound.AtSnr(Sound.Join(Sound.Ringback(1, 2), Sound.Loop(entry.Samples, 1, 7)), 15, i), "alaw"))];
        foreach (var call in calls)
            analyzer.Analyze(call, Sound.Unsignalled, library);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var call in calls)
            analyzer.Analyze(call, Sound.Unsignalled, library).Announcement.ShouldNotBeNull();
        ((GC.GetAllocatedBytesForCurrentThread() - before) / calls.Length).ShouldBeLessThan(MostBytes);
    }
}
