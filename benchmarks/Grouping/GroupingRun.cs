using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Grouping;
using EmptyNumber.Benchmarks.Classifier;

namespace EmptyNumber.Benchmarks.Grouping;

/// <summary>Groups calls one after another, which another thread makes meanwhile.</summary>
internal sealed class GroupingRun(Calls calls, CancellationToken stop)
{
    private const int MadeAhead = 64;

    private readonly LocalGroups _groups = new();
    private readonly List<int> _alone = [];
    private readonly long _bytes = GC.GetTotalMemory(forceFullCollection: true);
    private int _next;

    /// <summary>What came of each step.</summary>
    public List<GroupingStep> Steps { get; } = [];

    /// <summary>Groups as many calls as are missing to a number.</summary>
    public GroupingStep To(int count)
    {
        var (first, spent) = (_next, TimeSpan.Zero);
        for (; _next < count; _next = Math.Min(count, _next + MadeAhead))
        {
            var made = Make([.. Enumerable.Range(_next, Math.Min(MadeAhead, count - _next))]);
            spent += Place(made, _alone);
        }

        return Step(spent, count - first);
    }

    /// <summary>Compares those again that found no company, as the service does after a while.</summary>
    public GroupingStep Again()
    {
        var (spent, still) = (TimeSpan.Zero, new List<int>());
        foreach (var chunk in _alone.Chunk(MadeAhead))
            spent += Place(Make(chunk), still);
        return Step(spent, Math.Max(1, _alone.Count));
    }

    private (int Call, float[] Sound)[] Make(int[] numbers) =>
        [.. numbers.AsParallel().AsOrdered().WithCancellation(stop).Select(call => (call, calls.Make(call)))];

    private TimeSpan Place((int Call, float[] Sound)[] made, List<int> alone)
    {
        var began = ThreadClock.Now();
        foreach (var (call, sound) in made)
        {
            if (Enrolment.TryTrim(sound, out var speech, out _) && !_groups.Place(call, Take.Of(speech)))
                alone.Add(call);
        }

        return ThreadClock.Now() - began;
    }

    private GroupingStep Step(TimeSpan spent, int recordings)
    {
        var shared = _groups.All.Where(group => group.Count > 1).ToList();
        var alone = _groups.All.Count() - shared.Count;
        var inGroups = shared.Sum(group => group.Count);
        var counts = shared.ConvertAll(group => group.CountBy(calls.AnnouncementOf).MaxBy(count => count.Value));
        var step = new GroupingStep(
            spent.TotalMilliseconds / recordings,
            shared.Count,
            counts.Select(count => count.Key).Distinct().Count(),
            alone,
            _next - inGroups - alone,
            inGroups,
            inGroups == 0 ? 1 : (double)counts.Sum(count => count.Value) / inGroups,
            _groups.Exemplars,
            GC.GetTotalMemory(forceFullCollection: true) - _bytes);
        Steps.Add(step);
        return step;
    }
}

/// <summary>How things stand after some calls.</summary>
/// <param name="MsEach">Processor time of a call of this step.</param>
/// <param name="Shared">Groups of two calls or more.</param>
/// <param name="Announcements">Announcements that they have.</param>
/// <param name="Alone">Groups of one.</param>
/// <param name="Loose">Calls in no group: too short, or too unclear.</param>
/// <param name="InGroups">Calls in groups of two or more.</param>
/// <param name="Purity">Of these, the share that has the announcement which most of its group has.</param>
/// <param name="Exemplars">Calls that others are compared with.</param>
/// <param name="Bytes">Memory that the groups hold.</param>
internal sealed record GroupingStep(
    double MsEach, int Shared, int Announcements, int Alone, int Loose, int InGroups, double Purity, int Exemplars, long Bytes)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"{MsEach:0.0} ms each, {Shared} groups of 2 or more with {InGroups:#,0}, {Purity:0.00%} pure, {Alone} of one, {Loose:#,0} in none; {Exemplars:#,0} to compare with, {Bytes / 1_000_000} MB";
}
