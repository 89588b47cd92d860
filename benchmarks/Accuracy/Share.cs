namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>So many of so many.</summary>
/// <param name="Hits">How many.</param>
/// <param name="All">Of how many.</param>
internal readonly record struct Share(int Hits, int All)
{
    private const double Z = 1.96;

    /// <summary>0 to 1.</summary>
    public double Rate => All == 0 ? 0 : (double)Hits / All;

    /// <summary>Counts outcomes.</summary>
    public static Share Of<T>(IEnumerable<T> outcomes, Func<T, bool> isHit)
    {
        var (hits, all) = (0, 0);
        foreach (var outcome in outcomes)
        {
            all++;
            hits += isHit(outcome) ? 1 : 0;
        }

        return new Share(hits, all);
    }

    /// <summary>Per cent, with Wilson's 95 % interval.</summary>
    public override string ToString() => All == 0 ? "–" : $"{100 * Rate:0.0} % ({100 * Bound(-1):0.0}–{100 * Bound(1):0.0}; {Hits}/{All})";

    private double Bound(int side)
    {
        var middle = Rate + (Z * Z / (2 * All));
        var half = Z * Math.Sqrt((Rate * (1 - Rate) / All) + (Z * Z / (4.0 * All * All)));
        return Math.Clamp((middle + (side * half)) / (1 + (Z * Z / All)), 0, 1);
    }
}
