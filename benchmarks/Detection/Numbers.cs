using System.Text;

namespace EmptyNumber.Benchmarks.Detection;

/// <summary>Mobile numbers for submissions: all different, spread over all segments, the same in every run.</summary>
internal static class Numbers
{
    private const long First = 13_000_000_000;
    private const long Count = 7_000_000_000;

    /// <summary>Coprime to <see cref="Count"/>, so that no number comes twice.</summary>
    private const long Step = 4_326_145_751;

    public static IEnumerable<string> Take(int count) => Enumerable.Range(1, count).Select(i => $"{First + i * Step % Count}");

    /// <summary>The body of a submission that is always dialled.</summary>
    public static byte[] Json(int count) => Encoding.ASCII.GetBytes($$"""{"numbers":["{{string.Join("\",\"", Take(count))}}"],"max_age_hours":0}""");
}
