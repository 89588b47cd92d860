namespace EmptyNumber.Dialer.Infrastructure;

/// <summary>Pauses that double up to a limit, each drawn from its upper half, so that many dialers don't come in step.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private int _doublings;

    /// <summary>The pause before the next attempt.</summary>
    public TimeSpan Next()
    {
        var pause = first * Math.Pow(2, _doublings);
        if (pause < longest)
            _doublings++;
        else
            pause = longest;
        return pause * (0.5 + (0.5 * Random.Shared.NextDouble()));
    }

    /// <summary>Starts again with the first pause.</summary>
    public void Reset() => _doublings = 0;
}
